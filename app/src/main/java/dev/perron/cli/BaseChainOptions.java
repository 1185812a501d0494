package dev.perron.cli;

import dev.perron.chain.StochasticMatrix;
import dev.perron.context.ContextConditionedChain;
import dev.perron.format.ArrayFile;
import dev.perron.format.FloatArray;
import dev.perron.transformer.RandomStreams;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/// A base chain: from a file, written out, or one of the usual examples.
final class BaseChainOptions {
    @Option(
            names = "--base",
            paramLabel = "FILE",
            description = "The base chain's matrix, row by row: .csv, .npy, .npz, .json.")
    private @Nullable Path file;

    @Option(
            names = "--rows",
            paramLabel = "ROWS",
            description = "The base chain written out, as '0.8,0.2;0.3,0.7'.")
    private @Nullable String rows;

    @Option(names = "--q", paramLabel = "Q", description = "Two tokens, both rows (1-q, q).")
    private @Nullable Double q;

    @Option(
            names = "--a",
            paramLabel = "A",
            description = "Two tokens, first row (1-a, a); with --b.")
    private @Nullable Double a;

    @Option(names = "--b", paramLabel = "B", description = "Second row (1-b, b).")
    private @Nullable Double b;

    @Option(
            names = "--dirichlet",
            paramLabel = "K",
            description = "K tokens, rows drawn evenly from all laws, by --seed.")
    private @Nullable Integer dirichlet;

    @Option(
            names = "--vocabulary",
            paramLabel = "A,B,...",
            split = ",",
            description = "What tokens are called; by default their numbers.")
    private List<String> vocabulary = List.of();

    /// Whether one is said.
    boolean given() {
        return file != null
                || rows != null
                || q != null
                || a != null
                || b != null
                || dirichlet != null;
    }

    /// Whether tokens have names.
    boolean named() {
        return !vocabulary.isEmpty();
    }

    /// The chain.
    ///
    /// @throws Failure if none or several are said, or it isn't a base chain
    ContextConditionedChain read(long seed) {
        long said =
                Stream.of(file, rows, q, a == null ? b : a, dirichlet)
                        .filter(java.util.Objects::nonNull)
                        .count();
        if (said != 1) {
            throw new Failure(
                    ExitCode.USAGE,
                    "give the base chain by one of --base, --rows, --q, --a with --b, --dirichlet");
        }
        if (file != null) {
            Path path = file;
            return checked("--base " + path, ExitCode.INPUT, () -> matrix(path));
        }
        if (rows != null) {
            String text = rows;
            return checked("--rows", ExitCode.USAGE, () -> parse(text));
        }
        if (dirichlet != null) {
            int k = dirichlet;
            if (k < 2 || k > 8192) {
                throw new Failure(
                        ExitCode.USAGE, "--dirichlet %d, must be from 2 to 8192".formatted(k));
            }
            return drawn(k, seed);
        }
        double first = q != null ? q : between("--a", a);
        double second = q != null ? q : between("--b", b);
        if (!(first > 0 && first < 1 && second > 0 && second < 1)) {
            throw new Failure(
                    ExitCode.USAGE,
                    "--q, --a, --b: %s and %s, must be between 0 and 1".formatted(first, second));
        }
        return ContextConditionedChain.of(
                StochasticMatrix.ofRows(
                        new double[] {1 - first, first}, new double[] {1 - second, second}));
    }

    /// What tokens are called.
    ///
    /// @throws Failure if there are not as many names
    Vocabulary vocabulary(int tokens) {
        if (vocabulary.isEmpty()) {
            return Vocabulary.ofNumbers(tokens);
        }
        if (vocabulary.size() != tokens) {
            throw new Failure(
                    ExitCode.INPUT,
                    "--vocabulary has %d names, the base chain %d tokens; give as many"
                            .formatted(vocabulary.size(), tokens));
        }
        return Vocabulary.of(vocabulary);
    }

    /// How it was said, for documents.
    Map<String, Object> description() {
        if (file != null) {
            return Json.object("base", file.toString());
        }
        if (rows != null) {
            return Json.object("base", rows);
        }
        if (dirichlet != null) {
            return Json.object("base", "dirichlet", "tokens", dirichlet);
        }
        return q != null ? Json.object("q", q) : Json.object("a", a, "b", b);
    }

    private static double between(String option, @Nullable Double value) {
        if (value == null) {
            throw new Failure(ExitCode.USAGE, option + " is missing; give --a and --b");
        }
        return value;
    }

    private interface Reading {
        StochasticMatrix read();
    }

    private static ContextConditionedChain checked(String where, ExitCode code, Reading reading) {
        try {
            return ContextConditionedChain.of(reading.read());
        } catch (IllegalArgumentException e) {
            throw new Failure(
                    code,
                    "%s: %s; give rows of positive probabilities that sum to 1"
                            .formatted(where, e.getMessage()));
        }
    }

    private static StochasticMatrix matrix(Path path) {
        return StochasticMatrix.ofRows(array(path));
    }

    /// The only matrix of a file.
    ///
    /// @throws Failure if it holds something else
    static double[][] array(Path path) {
        try (ArrayFile opened = ArrayFile.open(path)) {
            List<FloatArray> arrays = opened.arrays();
            if (arrays.size() != 1 || arrays.getFirst().shape().rank() != 2) {
                throw new Failure(
                        ExitCode.INPUT,
                        "%s: %d arrays%s, must be one matrix; save it alone"
                                .formatted(
                                        path,
                                        arrays.size(),
                                        arrays.isEmpty()
                                                ? ""
                                                : ", the first of shape "
                                                        + arrays.getFirst().shape()));
            }
            List<Long> sizes = arrays.getFirst().shape().sizes();
            double[] all = arrays.getFirst().toArray();
            double[][] matrix = new double[Math.toIntExact(sizes.get(0))][];
            int width = Math.toIntExact(sizes.get(1));
            for (int i = 0; i < matrix.length; i++) {
                matrix[i] = Arrays.copyOfRange(all, i * width, (i + 1) * width);
            }
            return matrix;
        }
    }

    private static StochasticMatrix parse(String text) {
        return StochasticMatrix.ofRows(
                Arrays.stream(text.strip().split(";", -1))
                        .map(
                                row ->
                                        Arrays.stream(row.strip().split("[,\\s]+", -1))
                                                .mapToDouble(BaseChainOptions::number)
                                                .toArray())
                        .toArray(double[][]::new));
    }

    private static double number(String text) {
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("'%s', must be a number".formatted(text), e);
        }
    }

    /// K tokens, rows drawn evenly from all laws, by a stream that no run shares.
    static ContextConditionedChain drawn(int k, long seed) {
        RandomGenerator random = new RandomStreams(seed).stream("base chain", 0);
        double[] weights = new double[k * k];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = -Math.log1p(-random.nextDouble()) + Double.MIN_NORMAL;
        }
        return ContextConditionedChain.of(StochasticMatrix.proportionalTo(k, weights));
    }
}
