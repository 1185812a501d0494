package dev.perron.cli;

import dev.perron.chain.Distribution;
import dev.perron.chain.StochasticMatrix;
import dev.perron.chain.Transition;
import dev.perron.format.AttentionFile;
import dev.perron.format.MatrixMarket;
import dev.perron.format.ReadOptions;
import dev.perron.transformer.KernelSource;
import dev.perron.transformer.KnownSource;
import dev.perron.transformer.LagSource;
import dev.perron.transformer.StartLaw;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/// A Markov source: binary, symmetric switching, or any matrix from a file; of order 1, or with a
/// lag.
final class SourceOptions {
    @Option(
            names = "--p",
            paramLabel = "P",
            description = "Binary source: the probability of 1 after 0. Needs --q.")
    private @Nullable Double p;

    @Option(
            names = "--q",
            paramLabel = "Q",
            description = "Binary source: the probability of 0 after 1. Needs --p.")
    private @Nullable Double q;

    @Option(
            names = "--switch",
            paramLabel = "P",
            description =
                    "Symmetric source: the probability of leaving a symbol, for each other one"
                            + " alike. Needs --symbols.")
    private @Nullable Double switching;

    @Option(names = "--symbols", paramLabel = "S", description = "Symbols of --switch.")
    private @Nullable Integer symbols;

    @Option(
            names = "--matrix",
            paramLabel = "FILE",
            description =
                    "Source with this matrix, a row a line; rows sum to 1. Text (.csv, .txt), or"
                            + " .npy, .npz, .safetensors, .json, .mtx.")
    private @Nullable Path matrix;

    @Option(
            names = "--order",
            defaultValue = "1",
            paramLabel = "K",
            description =
                    "The next symbol depends on the last K (default 1): --matrix is text with a row"
                            + " for each block of K symbols, in the order 00, 01, 10, 11.")
    private int order = 1;

    @Option(
            names = "--lag",
            defaultValue = "1",
            paramLabel = "K",
            description =
                    "The next symbol depends on the one K places back alone (default 1): K chains"
                            + " that take turns.")
    private int lag = 1;

    @Option(
            names = "--start",
            defaultValue = "stationary",
            paramLabel = "LAW",
            description =
                    "How sequences start: stationary (default), uniform, or a probability a symbol"
                            + " as 0.9,0.1.")
    private String start = "stationary";

    /// Refuses what is wrong by itself, before anything is read.
    void check() {
        int given = (p != null || q != null ? 1 : 0) + (switching != null ? 1 : 0);
        given += matrix != null ? 1 : 0;
        if (given != 1) {
            throw new Failure(
                    ExitCode.USAGE,
                    (given == 0 ? "no source" : "several sources")
                            + "; give one of --p and --q, --switch and --symbols, or --matrix");
        }
        if ((p == null) != (q == null)) {
            throw new Failure(ExitCode.USAGE, "--p and --q go together; give both");
        }
        if ((switching == null) != (symbols == null)) {
            throw new Failure(ExitCode.USAGE, "--switch and --symbols go together; give both");
        }
        requireProbability("--p", p);
        requireProbability("--q", q);
        requireProbability("--switch", switching);
        if (symbols != null && symbols < 2) {
            throw new Failure(
                    ExitCode.USAGE, "--symbols %d, must be at least 2".formatted(symbols));
        }
        if (lag < 1) {
            throw new Failure(ExitCode.USAGE, "--lag %d, must be at least 1".formatted(lag));
        }
        if (order < 1) {
            throw new Failure(ExitCode.USAGE, "--order %d, must be at least 1".formatted(order));
        }
        if (order > 1 && (matrix == null || !isText(matrix) || lag > 1)) {
            throw new Failure(
                    ExitCode.USAGE,
                    "--order %d needs --matrix with a .csv or .txt file, and no --lag"
                            .formatted(order));
        }
        law();
    }

    private static void requireProbability(String name, @Nullable Double value) {
        if (value != null && !(value >= 0 && value <= 1)) {
            throw new Failure(ExitCode.USAGE, "%s %s, must be from 0 to 1".formatted(name, value));
        }
    }

    /// The source.
    ///
    /// @throws Failure if it is reducible and starts from its stationary law, which isn't unique
    KnownSource read() {
        if (order > 1 && matrix != null) {
            return readKernel(matrix);
        }
        StochasticMatrix transition = transition();
        try {
            return lag == 1
                    ? KernelSource.ofMatrix(transition, law())
                    : LagSource.of(transition, lag, law());
        } catch (IllegalArgumentException e) {
            throw new Failure(ExitCode.INPUT, name() + ": " + e.getMessage());
        }
    }

    /// As in a headline.
    String name() {
        String which =
                matrix != null
                        ? matrix.toString()
                        : switching != null
                                ? "switching source, %d symbols, p = %s"
                                        .formatted(symbols, switching)
                                : "binary source, p = %s, q = %s".formatted(p, q);
        return which + (lag == 1 ? "" : ", lag " + lag) + (order == 1 ? "" : ", order " + order);
    }

    /// What a document says about the source.
    Map<String, Object> facts(KnownSource source) {
        Map<String, Object> facts = Json.object("name", name());
        if (p != null) {
            facts.putAll(Json.object("p", p, "q", q));
        }
        facts.putAll(
                Json.object(
                        "symbols", source.symbols(),
                        "order", source.order(),
                        "start", start,
                        "rows", rows(source),
                        "stationary", boxed(source.unigram()),
                        "entropyRate", source.entropyRate(),
                        "unigramEntropy", source.unigramEntropy(),
                        "remark", source.remark().orElse(null)));
        return facts;
    }

    private static List<List<Double>> rows(KnownSource source) {
        return IntStream.range(0, source.contexts()).mapToObj(c -> boxed(source.next(c))).toList();
    }

    private static List<Double> boxed(Distribution law) {
        return Arrays.stream(law.toArray()).boxed().toList();
    }

    private StartLaw law() {
        if (start.equals("stationary")) {
            return new StartLaw.Stationary();
        }
        if (start.equals("uniform")) {
            return new StartLaw.Uniform();
        }
        try {
            return new StartLaw.Given(Distribution.of(numbers(start)));
        } catch (IllegalArgumentException e) {
            throw new Failure(
                    ExitCode.USAGE,
                    "--start %s, must be stationary, uniform, or probabilities as 0.9,0.1: %s"
                            .formatted(start, e.getMessage()));
        }
    }

    private StochasticMatrix transition() {
        if (matrix != null) {
            return read(matrix);
        }
        if (switching != null && symbols != null) {
            return StochasticMatrix.copyOf(
                    KernelSource.switching(symbols, switching, new StartLaw.Uniform()).chain());
        }
        double up = p == null ? 0 : p;
        double down = q == null ? 0 : q;
        return StochasticMatrix.ofRows(new double[][] {{1 - up, up}, {down, 1 - down}});
    }

    private static StochasticMatrix read(Path file) {
        if (isText(file)) {
            return readText(file);
        }
        if (FileOptions.isSparse(file)) {
            return bounded(file, MatrixMarket.readChain(file));
        }
        try (AttentionFile read = AttentionFile.open(file, ReadOptions.defaults())) {
            if (read.description().heads() * read.description().layers().size() != 1) {
                throw new Failure(
                        ExitCode.INPUT,
                        "--matrix %s has %d layers of %d heads, must be one matrix"
                                .formatted(
                                        file,
                                        read.description().layers().size(),
                                        read.description().heads()));
            }
            return bounded(file, read.head(read.description().layers().getFirst(), 0).head());
        }
    }

    private static StochasticMatrix bounded(Path file, Transition chain) {
        if (chain.states() > KernelSource.MAX_CONTEXTS) {
            throw new Failure(
                    ExitCode.INPUT,
                    "--matrix %s has %d states, must be at most %d"
                            .formatted(file, chain.states(), KernelSource.MAX_CONTEXTS));
        }
        return StochasticMatrix.copyOf(chain);
    }

    private static boolean isText(Path file) {
        String name = file.toString().toLowerCase(Locale.ROOT);
        return name.endsWith(".csv") || name.endsWith(".txt");
    }

    private static StochasticMatrix readText(Path file) {
        List<double[]> rows = lines(file);
        try {
            return StochasticMatrix.ofRows(rows.toArray(double[][]::new));
        } catch (IllegalArgumentException e) {
            throw wrong(file, e, "a square matrix of probabilities, a row a line");
        }
    }

    private KnownSource readKernel(Path file) {
        List<double[]> rows = lines(file);
        List<Distribution> kernel = new ArrayList<>();
        try {
            for (int i = 0; i < rows.size(); i++) {
                try {
                    kernel.add(Distribution.of(rows.get(i)));
                } catch (IllegalArgumentException e) {
                    throw new IllegalArgumentException("row " + i + ": " + e.getMessage(), e);
                }
            }
            return KernelSource.ofKernel(order, kernel, law());
        } catch (IllegalArgumentException e) {
            throw wrong(
                    file,
                    e,
                    "a row of probabilities for each block of %d symbols".formatted(order));
        }
    }

    /// Numbers parted by commas, semicolons or blanks: doubles, where attention is float32.
    private static List<double[]> lines(Path file) {
        List<double[]> rows = new ArrayList<>();
        try {
            for (String line : Files.readAllLines(file)) {
                if (!line.isBlank()) {
                    rows.add(numbers(line));
                }
            }
        } catch (IOException e) {
            throw new Failure(ExitCode.INPUT, "--matrix %s can't be read: %s".formatted(file, e));
        } catch (IllegalArgumentException e) {
            throw wrong(file, e, "numbers parted by commas or blanks");
        }
        return rows;
    }

    private static Failure wrong(Path file, IllegalArgumentException found, String expected) {
        return new Failure(
                ExitCode.INPUT,
                "--matrix %s: %s; expected %s".formatted(file, found.getMessage(), expected));
    }

    private static double[] numbers(String text) {
        String[] parts = text.strip().split("[,;\\s]+", -1);
        double[] numbers = new double[parts.length];
        for (int i = 0; i < parts.length; i++) {
            try {
                numbers[i] = Double.parseDouble(parts[i]);
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException("'%s' is no number".formatted(parts[i]), e);
            }
        }
        return numbers;
    }
}
