package dev.perron.cli;

import dev.perron.chain.Distribution;
import dev.perron.format.ArrayFile;
import dev.perron.format.FloatArray;
import dev.perron.format.NamedArrays;
import dev.perron.transformer.Checkpoint;
import dev.perron.transformer.LossCurve;
import dev.perron.transformer.Observation;
import dev.perron.transformer.TransformerConfig;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/// `watch.npz`, what a [WatchLog] has seen: numbers in float64, so that they are read as they were
/// written; attention and position vectors, which are only shown, in float32.
final class WatchFile {
    private final Path file;
    private final TransformerConfig config;
    private final int[] sample;

    private WatchFile(Path file, TransformerConfig config, int... sample) {
        this.file = file;
        this.config = config;
        this.sample = sample;
    }

    /// The one in a training's folder.
    ///
    /// @param sample what is looked at on
    static WatchFile of(Path folder, TransformerConfig config, int... sample) {
        return new WatchFile(folder.resolve("watch.npz"), config, sample.clone());
    }

    /// What is seen at an evaluation.
    static final class Look {
        private final Observation seen;
        private final float[] attention; // [L, H, n, n], or empty
        private final float[] positions; // [T, d], or empty

        Look(Observation seen, float[] attention, float[] positions) {
            this.seen = seen;
            this.attention = attention;
            this.positions = positions;
        }

        Observation seen() {
            return seen;
        }
    }

    /// Writes the file, whole or not at all.
    ///
    /// @param looks at least one
    void write(List<Look> looks) {
        int count = looks.size();
        int n = sample.length;
        int layers = config.nLayers();
        Look first = looks.getFirst();
        NamedArrays arrays =
                new NamedArrays()
                        .withDoubles("step", List.of(count), each(looks, Observation::step))
                        .withDoubles("loss", List.of(count), each(looks, Observation::loss))
                        .with("tokens", List.of(n), narrowed(asDoubles(sample)));
        if (first.attention.length > 0) {
            List<float[]> attention = looks.stream().map(look -> look.attention).toList();
            arrays =
                    arrays.with(
                                    "attention",
                                    List.of(count, layers, config.nHeads(), n, n),
                                    joined(attention))
                            .withDoubles(
                                    "attention_ratio",
                                    List.of(count, layers),
                                    all(looks, o -> unboxed(o.attentionRatios())))
                            .withDoubles(
                                    "value_energy",
                                    List.of(count, layers),
                                    all(looks, o -> unboxed(o.valueEnergies())));
        }
        if (config.dMlp() > 0) {
            arrays =
                    arrays.withDoubles(
                            "hidden_energy",
                            List.of(count, layers),
                            all(looks, o -> unboxed(o.hiddenEnergies())));
        }
        if (first.positions.length > 0) {
            arrays =
                    arrays.with(
                            "positions",
                            List.of(count, config.nCtx(), config.dModel()),
                            joined(looks.stream().map(look -> look.positions).toList()));
        }
        int contexts = first.seen.learned().size();
        if (contexts > 0) {
            arrays =
                    arrays.withDoubles(
                            "learned",
                            List.of(count, contexts, config.dVocab()),
                            all(looks, this::learned));
        }
        arrays.write(file);
    }

    /// The rows, NaN where a context wasn't seen.
    private DoubleStream learned(Observation seen) {
        double[] unseen = new double[config.dVocab()];
        Arrays.fill(unseen, Double.NaN);
        return seen.learned().stream()
                .map(row -> row.map(Distribution::toArray).orElse(unseen))
                .flatMapToDouble(Arrays::stream);
    }

    private static double[] each(List<Look> looks, ToDoubleFunction<Observation> value) {
        return looks.stream().mapToDouble(look -> value.applyAsDouble(look.seen)).toArray();
    }

    private static double[] all(List<Look> looks, Function<Observation, DoubleStream> values) {
        return looks.stream().flatMapToDouble(look -> values.apply(look.seen)).toArray();
    }

    private static DoubleStream unboxed(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue);
    }

    private static double[] asDoubles(int... numbers) {
        return Arrays.stream(numbers).asDoubleStream().toArray();
    }

    static float[] narrowed(double... values) {
        float[] narrow = new float[values.length];
        for (int i = 0; i < narrow.length; i++) {
            narrow[i] = (float) values[i];
        }
        return narrow;
    }

    static float[] joined(List<float[]> parts) {
        float[] all = new float[parts.stream().mapToInt(part -> part.length).sum()];
        int at = 0;
        for (float[] part : parts) {
            System.arraycopy(part, 0, all, at, part.length);
            at += part.length;
        }
        return all;
    }

    /// What it says of a training up to where that goes on: it may have been saved a step later.
    ///
    /// @throws Failure if it isn't there, or doesn't say as many evaluations with the same losses
    List<Look> read(Checkpoint from) {
        if (Files.notExists(file)) {
            throw new Failure(
                    ExitCode.INPUT,
                    "--watch --resume: there is no %s, so that training wasn't watched; leave out --watch"
                            .formatted(file));
        }
        Map<String, double[]> arrays = arrays();
        double[] steps = arrays.getOrDefault("step", new double[0]);
        double[] losses = arrays.getOrDefault("loss", new double[0]);
        List<LossCurve.Point> points = from.curve().evaluations();
        boolean same =
                steps.length == losses.length
                        && steps.length >= points.size()
                        && Arrays.equals(
                                arrays.getOrDefault("tokens", new double[0]), asDoubles(sample))
                        && IntStream.range(0, points.size())
                                .allMatch(
                                        i ->
                                                steps[i] == points.get(i).step()
                                                        && losses[i] == points.get(i).loss());
        if (!same) {
            throw new Failure(
                    ExitCode.INPUT,
                    "--watch --resume: %s doesn't show the %d evaluations of the checkpoint beside it, so that training wasn't watched all along; leave out --watch"
                            .formatted(file, points.size()));
        }
        try {
            List<Look> looks = new ArrayList<>();
            for (int i = 0; i < points.size(); i++) {
                looks.add(look(arrays, i, steps.length, points.get(i)));
            }
            return looks;
        } catch (IllegalArgumentException e) {
            throw new Failure(
                    ExitCode.INPUT,
                    "--watch --resume: %s was changed after it was written (%s); leave out --watch"
                            .formatted(file, e.getMessage()));
        }
    }

    private Map<String, double[]> arrays() {
        Map<String, double[]> arrays = new HashMap<>();
        try (ArrayFile opened = ArrayFile.open(file)) {
            for (FloatArray array : opened.arrays()) {
                arrays.put(array.name(), array.toArray());
            }
        }
        return arrays;
    }

    private Look look(Map<String, double[]> arrays, int i, int count, LossCurve.Point point) {
        double[] learned = part(arrays, "learned", i, count);
        int symbols = config.dVocab();
        if (learned.length % symbols != 0) {
            throw new IllegalArgumentException(
                    "learned: %d numbers, must be rows of %d".formatted(learned.length, symbols));
        }
        return new Look(
                new Observation(
                        point.step(),
                        point.loss(),
                        IntStream.range(0, learned.length / symbols)
                                .mapToObj(
                                        c ->
                                                Arrays.copyOfRange(
                                                        learned, c * symbols, (c + 1) * symbols))
                                .map(WatchFile::row)
                                .toList(),
                        layers(arrays, "attention_ratio", i, count, config.attention()),
                        layers(arrays, "value_energy", i, count, config.attention()),
                        layers(arrays, "hidden_energy", i, count, config.dMlp() > 0)),
                narrowed(part(arrays, "attention", i, count)),
                narrowed(part(arrays, "positions", i, count)));
    }

    private static Optional<Distribution> row(double... masses) {
        return Double.isNaN(masses[0]) ? Optional.empty() : Optional.of(Distribution.of(masses));
    }

    private List<Double> layers(
            Map<String, double[]> arrays, String name, int i, int count, boolean wanted) {
        double[] values = part(arrays, name, i, count);
        if (values.length != (wanted ? config.nLayers() : 0)) {
            throw new IllegalArgumentException(
                    "%s: %d numbers at a step, must be one a layer".formatted(name, values.length));
        }
        return Arrays.stream(values).boxed().toList();
    }

    /// What an array has of one look; nothing if there is no such array.
    private static double[] part(Map<String, double[]> arrays, String name, int i, int count) {
        double[] all = arrays.getOrDefault(name, new double[0]);
        if (all.length % count != 0) {
            throw new IllegalArgumentException(
                    "%s: %d numbers, must be as many at each of %d steps"
                            .formatted(name, all.length, count));
        }
        int size = all.length / count;
        return Arrays.copyOfRange(all, i * size, (i + 1) * size);
    }
}
