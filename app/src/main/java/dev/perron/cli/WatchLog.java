package dev.perron.cli;

import dev.perron.attention.AttentionTensor;
import dev.perron.chain.Distribution;
import dev.perron.figure.AtomicFile;
import dev.perron.figure.LineChart;
import dev.perron.figure.LineChart.Series;
import dev.perron.figure.LineChart.Style;
import dev.perron.format.NamedArrays;
import dev.perron.transformer.Evaluation;
import dev.perron.transformer.Observation;
import dev.perron.transformer.Positions;
import dev.perron.transformer.Predictions;
import dev.perron.transformer.Transformer;
import dev.perron.transformer.TransformerConfig;
import dev.perron.transformer.TransformerWeights;

import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;

/// What a model looked like at each evaluation, kept for the files `watch.npz`, `watch.csv` and
/// `watch.svg`: attention on a sample, what it predicts on each context, position vectors, and the
/// numbers of an [Observation].
final class WatchLog {
    /// Layers that are drawn at most.
    private static final int DRAWN = 4;

    private final List<Observation> observations = new ArrayList<>();
    private final List<float[]> attention = new ArrayList<>(); // each [L, H, n, n]
    private final List<float[]> positions = new ArrayList<>(); // each [T, d]

    /// Looks at a model.
    ///
    /// @param sample tokens that attention is looked at on, always the same
    void look(Evaluation evaluation, TransformerWeights weights, int... sample) {
        observations.add(Observation.of(evaluation, weights, sample));
        if (weights.config().attention()) {
            AttentionTensor seen = Transformer.of(weights).attend(sample);
            attention.add(joined(seen.all().stream().map(head -> head.toArray()).toList()));
        }
        if (weights.config().positions() == Positions.LEARNED) {
            positions.add(narrowed(weights.tensor("transformer.wpe.weight")));
        }
    }

    /// In the order of the steps.
    List<Observation> observations() {
        return Collections.unmodifiableList(observations);
    }

    /// Writes the three files, if there is anything to write.
    ///
    /// @param sample what was looked at on
    void write(Path folder, TrainingData data, TransformerConfig config, int... sample)
            throws IOException {
        if (observations.isEmpty()) {
            return;
        }
        arrays(config, sample).write(folder.resolve("watch.npz"));
        AtomicFile.write(
                folder.resolve("watch.csv"),
                to -> {
                    PrintWriter out =
                            new PrintWriter(new OutputStreamWriter(to, StandardCharsets.UTF_8));
                    csv(out, data);
                    out.flush();
                    if (out.checkError()) {
                        throw new IOException("watch.csv can't be written: no room?");
                    }
                });
        OutputOptions.draw(folder.resolve("watch.svg"), chart(data, config).draw());
    }

    private NamedArrays arrays(TransformerConfig config, int... sample) {
        int looks = observations.size();
        int layers = config.nLayers();
        NamedArrays arrays =
                new NamedArrays()
                        .with("step", List.of(looks), each(o -> (double) o.evaluation().step()))
                        .with("loss", List.of(looks), each(o -> o.evaluation().loss()))
                        .with("tokens", List.of(sample.length), tokens(sample));
        if (!attention.isEmpty()) {
            int n = sample.length;
            arrays =
                    arrays.with(
                                    "attention",
                                    List.of(looks, layers, config.nHeads(), n, n),
                                    joined(attention))
                            .with(
                                    "attention_ratio",
                                    List.of(looks, layers),
                                    all(Observation::attentionRatios))
                            .with(
                                    "value_energy",
                                    List.of(looks, layers),
                                    all(Observation::valueEnergies));
        }
        if (config.dMlp() > 0) {
            arrays =
                    arrays.with(
                            "hidden_energy",
                            List.of(looks, layers),
                            all(Observation::hiddenEnergies));
        }
        if (!positions.isEmpty()) {
            arrays =
                    arrays.with(
                            "positions",
                            List.of(looks, config.nCtx(), config.dModel()),
                            joined(positions));
        }
        Optional<Predictions> first = observations.getFirst().evaluation().predictions();
        if (first.isPresent()) {
            int symbols = config.dVocab();
            arrays =
                    arrays.with(
                            "learned",
                            List.of(looks, first.get().rows().size(), symbols),
                            joined(observations.stream().map(o -> learned(o, symbols)).toList()));
        }
        return arrays;
    }

    private float[] each(Function<Observation, Double> value) {
        return narrowed(observations.stream().mapToDouble(value::apply).toArray());
    }

    private float[] all(Function<Observation, List<Double>> values) {
        return narrowed(
                observations.stream()
                        .flatMap(o -> values.apply(o).stream())
                        .mapToDouble(Double::doubleValue)
                        .toArray());
    }

    /// The rows, NaN where a context wasn't seen.
    private static float[] learned(Observation seen, int symbols) {
        double[] unseen = new double[symbols];
        Arrays.fill(unseen, Double.NaN);
        return joined(
                seen.evaluation().predictions().orElseThrow().rows().stream()
                        .map(row -> narrowed(row.map(Distribution::toArray).orElse(unseen)))
                        .toList());
    }

    private static float[] tokens(int... sample) {
        return narrowed(Arrays.stream(sample).asDoubleStream().toArray());
    }

    private static float[] narrowed(double... values) {
        float[] narrow = new float[values.length];
        for (int i = 0; i < narrow.length; i++) {
            narrow[i] = (float) values[i];
        }
        return narrow;
    }

    private static float[] joined(List<float[]> parts) {
        float[] all = new float[parts.stream().mapToInt(part -> part.length).sum()];
        int at = 0;
        for (float[] part : parts) {
            System.arraycopy(part, 0, all, at, part.length);
            at += part.length;
        }
        return all;
    }

    private void csv(PrintWriter out, TrainingData data) {
        Csv csv = new Csv(out, "step", "quantity", "layer", "context", "symbol", "value");
        for (Observation seen : observations) {
            int step = seen.evaluation().step();
            csv.row(step, "loss", "", "", "", seen.evaluation().loss());
            layers(csv, step, "attention_ratio", seen.attentionRatios());
            layers(csv, step, "value_energy", seen.valueEnergies());
            layers(csv, step, "hidden_energy", seen.hiddenEnergies());
            seen.evaluation()
                    .predictions()
                    .ifPresent(
                            found -> {
                                for (int c = 0; c < found.rows().size(); c++) {
                                    int context = c;
                                    found.rows()
                                            .get(c)
                                            .ifPresent(row -> row(csv, step, context, row, data));
                                }
                            });
        }
    }

    private static void layers(Csv csv, int step, String quantity, List<Double> values) {
        for (int layer = 0; layer < values.size(); layer++) {
            csv.row(step, quantity, layer, "", "", values.get(layer));
        }
    }

    private static void row(Csv csv, int step, int context, Distribution row, TrainingData data) {
        for (int j = 0; j < row.states(); j++) {
            csv.row(step, "learned", "", context, data.symbols().get(j), row.mass(j));
        }
    }

    private LineChart chart(TrainingData data, TransformerConfig config) {
        List<Series> series = new ArrayList<>();
        int drawn = Math.min(config.nLayers(), DRAWN);
        for (int layer = 0; layer < drawn; layer++) {
            String of = config.nLayers() == 1 ? "" : ", layer " + layer;
            add(series, "attention to stream" + of, 0, layer, Observation::attentionRatios);
            add(series, "first direction of W_V" + of, 1, layer, Observation::valueEnergies);
            add(series, "first direction of W_1" + of, 2, layer, Observation::hiddenEnergies);
        }
        if (data instanceof TrainingData.Known(_, var source)
                && source.symbols() == 2
                && source.contexts() == 2) {
            learned(series, "p", 0, 1, source.next(0).mass(1));
            learned(series, "q", 1, 0, source.next(1).mass(0));
        }
        return LineChart.of("The model by step: " + data.name(), "step", "", series)
                .withNotes(
                        ModelOptions.words(config),
                        "attention to stream: mean of ‖attention‖ / ‖skip + attention‖; first"
                                + " direction: its share of the squared singular values");
    }

    private List<Double> steps() {
        return observations.stream().map(o -> (double) o.evaluation().step()).toList();
    }

    private void add(
            List<Series> series,
            String name,
            int colour,
            int layer,
            Function<Observation, List<Double>> of) {
        if (of.apply(observations.getFirst()).isEmpty()) {
            return;
        }
        Style style = layer == 0 ? Style.MEASURED : Style.PLAIN;
        series.add(
                new Series(
                        name,
                        style,
                        colour,
                        steps(),
                        observations.stream().map(o -> of.apply(o).get(layer)).toList()));
    }

    /// A probability of a binary source, learned and true.
    private void learned(List<Series> series, String name, int context, int symbol, double truth) {
        int colour = 3 + context;
        List<Double> values =
                observations.stream()
                        .map(
                                o ->
                                        o.evaluation()
                                                .predictions()
                                                .flatMap(found -> found.rows().get(context))
                                                .map(row -> row.mass(symbol))
                                                .orElse(Double.NaN))
                        .toList();
        series.add(new Series("learned " + name, Style.MEASURED, colour, steps(), values));
        series.add(
                new Series(
                        name,
                        Style.PREDICTED,
                        colour,
                        steps(),
                        IntStream.range(0, values.size()).mapToObj(_ -> truth).toList()));
    }
}
