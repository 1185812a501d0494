package dev.perron.chain;

import dev.perron.chain.spectrum.Eigenvalue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;

/// A matrix of `src/test/golden/eigenvalues.py`, built again from its seed, and NumPy's eigenvalues
/// of it.
///
/// @param n rows and columns
/// @param entry its entries, before the rows of a chain are scaled to sum to one
/// @param eigenvalues by falling modulus; of a large matrix only the leading ones
public record Golden(int n, RandomInput.Weight entry, List<Eigenvalue> eigenvalues) {
    public static Golden of(String kind, int n, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        double[][] u = matrix(n, (i, j) -> random.nextDouble());
        RandomInput.Weight entry =
                switch (kind) {
                    case "softmax" -> (i, j) -> Math.exp(12 * u[i][j]);
                    case "window" -> (i, j) -> window(u[i][j], Math.floorMod(j - i, n));
                    case "hessenberg" -> (i, j) -> i > j + 1 ? 0 : 2 * u[i][j] - 1;
                    case "graded" ->
                            (i, j) ->
                                    i > j + 1
                                            ? 0
                                            : (2 * u[i][j] - 1) * Math.pow(10, -16.0 * (i + j) / n);
                    default -> throw new IllegalArgumentException("no golden " + kind);
                };
        return new Golden(n, entry, eigenvalues("%s-%d-%d.txt".formatted(kind, n, seed)));
    }

    /// The matrix `[n][n]` as it is.
    public double[][] rows() {
        return matrix(n, entry);
    }

    /// The chain of these rows, each scaled to sum to one.
    public StochasticMatrix chain() {
        return RandomInput.rows(n, entry);
    }

    private static double window(double u, int distance) {
        return distance <= 3 ? u * (1 + distance) : 0;
    }

    private static double[][] matrix(int n, RandomInput.Weight entry) {
        double[][] matrix = new double[n][n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                matrix[i][j] = entry.of(i, j);
            }
        }
        return matrix;
    }

    private static List<Eigenvalue> eigenvalues(String file) {
        try {
            return Files.readAllLines(Path.of("src/test/golden", file)).stream()
                    .map(line -> line.split(" ", 2))
                    .map(
                            parts ->
                                    new Eigenvalue(
                                            Double.parseDouble(parts[0]),
                                            Double.parseDouble(parts[1])))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
