package dev.perron.cli;

import dev.perron.chain.Distribution;
import dev.perron.figure.AtomicFile;
import dev.perron.figure.LineChart;
import dev.perron.figure.LineChart.Series;
import dev.perron.figure.LineChart.Style;
import dev.perron.transformer.Checkpoint;
import dev.perron.transformer.Evaluation;
import dev.perron.transformer.Observation;
import dev.perron.transformer.Positions;
import dev.perron.transformer.Transformer;
import dev.perron.transformer.TransformerConfig;
import dev.perron.transformer.TransformerWeights;

import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/// What a model looked like at each evaluation, kept for the files `watch.npz`, `watch.csv` and
/// `watch.svg`: attention on a sample, what it predicts on each context, position vectors, and the
/// numbers of an [Observation]. The first is saved with each checkpoint, and is what a training
/// that goes on takes up again.
final class WatchLog {
    /// Layers that are drawn at most.
    private static final int DRAWN = 4;

    private final List<WatchFile.Look> looks;

    private WatchLog(List<WatchFile.Look> looks) {
        this.looks = new ArrayList<>(looks);
    }

    /// One that has seen nothing yet.
    static WatchLog empty() {
        return new WatchLog(List.of());
    }

    /// What was seen of a training before it was interrupted.
    ///
    /// @param from where it goes on
    /// @param sample tokens that attention is looked at on
    /// @throws Failure if it wasn't watched, or what is there is of another one
    static WatchLog resumed(Path folder, Checkpoint from, int... sample) {
        return new WatchLog(
                from.curve().evaluations().isEmpty()
                        ? List.of()
                        : WatchFile.of(folder, from.weights().config(), sample).read(from));
    }

    /// Looks at a model.
    ///
    /// @param sample tokens that attention is looked at on, always the same
    void look(Evaluation evaluation, TransformerWeights weights, int... sample) {
        TransformerConfig config = weights.config();
        float[] attention =
                config.attention()
                        ? WatchFile.joined(
                                Transformer.of(weights).attend(sample).all().stream()
                                        .map(head -> head.toArray())
                                        .toList())
                        : new float[0];
        float[] positions =
                config.positions() == Positions.LEARNED
                        ? WatchFile.narrowed(weights.tensor("transformer.wpe.weight"))
                        : new float[0];
        looks.add(
                new WatchFile.Look(
                        Observation.of(evaluation, weights, sample), attention, positions));
    }

    /// In the order of the steps.
    List<Observation> observations() {
        return looks.stream().map(WatchFile.Look::seen).toList();
    }

    /// Writes `watch.npz`, if there is anything to write.
    ///
    /// @param sample what was looked at on
    void save(Path folder, TransformerConfig config, int... sample) {
        if (!looks.isEmpty()) {
            WatchFile.of(folder, config, sample).write(looks);
        }
    }

    /// Writes the three files, if there is anything to write.
    ///
    /// @param sample what was looked at on
    void write(Path folder, TrainingData data, TransformerConfig config, int... sample)
            throws IOException {
        if (looks.isEmpty()) {
            return;
        }
        save(folder, config, sample);
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

    private void csv(PrintWriter out, TrainingData data) {
        Csv csv = new Csv(out, "step", "quantity", "layer", "context", "symbol", "value");
        for (Observation seen : observations()) {
            csv.row(seen.step(), "loss", "", "", "", seen.loss());
            layers(csv, seen.step(), "attention_ratio", seen.attentionRatios());
            layers(csv, seen.step(), "value_energy", seen.valueEnergies());
            layers(csv, seen.step(), "hidden_energy", seen.hiddenEnergies());
            for (int c = 0; c < seen.learned().size(); c++) {
                int context = c;
                seen.learned().get(c).ifPresent(row -> row(csv, seen.step(), context, row, data));
            }
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
        return looks.stream().map(look -> (double) look.seen().step()).toList();
    }

    private void add(
            List<Series> series,
            String name,
            int colour,
            int layer,
            Function<Observation, List<Double>> of) {
        if (of.apply(looks.getFirst().seen()).isEmpty()) {
            return;
        }
        Style style = layer == 0 ? Style.MEASURED : Style.PLAIN;
        series.add(
                new Series(
                        name,
                        style,
                        colour,
                        steps(),
                        looks.stream().map(look -> of.apply(look.seen()).get(layer)).toList()));
    }

    /// A probability of a binary source, learned and true.
    private void learned(List<Series> series, String name, int context, int symbol, double truth) {
        int colour = 3 + context;
        List<Double> values =
                looks.stream()
                        .map(
                                look ->
                                        look.seen()
                                                .learned()
                                                .get(context)
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
