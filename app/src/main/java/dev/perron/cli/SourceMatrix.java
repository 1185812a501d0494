package dev.perron.cli;

import dev.perron.chain.Distribution;
import dev.perron.chain.StochasticMatrix;
import dev.perron.chain.Transition;
import dev.perron.format.AttentionFile;
import dev.perron.format.MatrixMarket;
import dev.perron.format.ReadOptions;
import dev.perron.transformer.KernelSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// The matrix of a source, from the file of `--matrix`.
final class SourceMatrix {
    private SourceMatrix() {}

    /// A square one.
    ///
    /// @throws Failure if it can't be read, isn't stochastic or is too large
    static StochasticMatrix read(Path file) {
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

    static boolean isText(Path file) {
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

    /// The rows of a text, each a law.
    ///
    /// @throws Failure if it can't be read, or a row is no law
    static List<Distribution> laws(Path file) {
        List<double[]> rows = lines(file);
        List<Distribution> laws = new ArrayList<>();
        for (int i = 0; i < rows.size(); i++) {
            try {
                laws.add(Distribution.of(rows.get(i)));
            } catch (IllegalArgumentException e) {
                throw wrong(
                        file,
                        new IllegalArgumentException("row " + i + ": " + e.getMessage(), e),
                        "a law in each row");
            }
        }
        return laws;
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
            throw Failure.unread("--matrix " + file, e);
        } catch (IllegalArgumentException e) {
            throw wrong(file, e, "numbers parted by commas or blanks");
        }
        return rows;
    }

    static Failure wrong(Path file, IllegalArgumentException found, String expected) {
        return new Failure(
                ExitCode.INPUT,
                "--matrix %s: %s; expected %s".formatted(file, found.getMessage(), expected));
    }

    static double[] numbers(String text) {
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
