package dev.perron.chain;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;

/// A matrix of `src/test/golden/eigenvalues.py`, built again from its seed, and NumPy's eigenvalues
/// of it.
///
/// @param rows `[n][n]`
/// @param eigenvalues by falling modulus; of a large matrix only the leading ones
record Golden(double[][] rows, List<Eigenvalue> eigenvalues) {
    static Golden of(String kind, int n, long seed) {
        double[][] u = uniform(n, seed);
        double[][] rows =
                switch (kind) {
                    case "softmax" -> matrix(n, (i, j) -> Math.exp(12 * u[i][j]));
                    case "window" -> matrix(n, (i, j) -> window(u[i][j], Math.floorMod(j - i, n)));
                    case "hessenberg" -> matrix(n, (i, j) -> i > j + 1 ? 0 : 2 * u[i][j] - 1);
                    case "graded" ->
                            matrix(
                                    n,
                                    (i, j) ->
                                            i > j + 1
                                                    ? 0
                                                    : (2 * u[i][j] - 1)
                                                            * Math.pow(10, -16.0 * (i + j) / n));
                    default -> throw new IllegalArgumentException("no golden " + kind);
                };
        return new Golden(rows, eigenvalues("%s-%d-%d.txt".formatted(kind, n, seed)));
    }

    /// The chain of these rows, each scaled to sum to one.
    StochasticMatrix chain() {
        return RandomInput.rows(rows.length, (i, j) -> rows[i][j]);
    }

    private static double window(double u, int distance) {
        return distance <= 3 ? u * (1 + distance) : 0;
    }

    private static double[][] uniform(int n, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        return matrix(n, (i, j) -> random.nextDouble());
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
