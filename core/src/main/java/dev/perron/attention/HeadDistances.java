package dev.perron.attention;

import dev.perron.chain.Transition;

import java.util.List;
import java.util.stream.IntStream;

/// How far heads are from each other, each from each: `[k, k]`, symmetric, 0 on the diagonal,
/// [RowDivergence#distance()] between two. Immutable.
public final class HeadDistances {
    private final double[][] distances;

    private HeadDistances(double[][] distances) {
        this.distances = distances;
    }

    /// The distances of chains on the same n tokens, in time k²n²; rows of the matrix are shared
    /// out to threads, which changes no digit.
    ///
    /// @throws IllegalArgumentException if there are none, or they aren't on as many states
    public static HeadDistances between(List<? extends Transition> chains) {
        requireSome(chains.size());
        double[][] distances = new double[chains.size()][chains.size()];
        IntStream.range(0, chains.size())
                .parallel()
                .forEach(
                        a -> {
                            for (int b = 0; b < a; b++) {
                                distances[a][b] =
                                        RowDivergence.of(chains.get(a), chains.get(b)).distance();
                            }
                        });
        for (int a = 0; a < distances.length; a++) {
            for (int b = 0; b < a; b++) {
                distances[b][a] = distances[a][b];
            }
        }
        return new HeadDistances(distances);
    }

    /// Distances that were found in another way.
    ///
    /// @throws IllegalArgumentException if they aren't square, symmetric, 0 on the diagonal, finite
    ///   and not negative
    public static HeadDistances of(double[][] distances) {
        requireSome(distances.length);
        double[][] copy = new double[distances.length][];
        for (int a = 0; a < distances.length; a++) {
            copy[a] = distances[a].clone();
            if (copy[a].length != distances.length) {
                throw new IllegalArgumentException(
                        "row %d has %d distances, must have %d"
                                .formatted(a, copy[a].length, distances.length));
            }
        }
        for (int a = 0; a < copy.length; a++) {
            for (int b = 0; b <= a; b++) {
                double d = copy[a][b];
                boolean fits = d >= 0 && d < Double.POSITIVE_INFINITY && d == copy[b][a];
                if (!fits || (a == b && d != 0)) {
                    throw new IllegalArgumentException(
                            "distances [%d, %d] = %s and [%d, %d] = %s, must be equal, finite, not negative, and 0 on the diagonal"
                                    .formatted(a, b, d, b, a, copy[b][a]));
                }
            }
        }
        return new HeadDistances(copy);
    }

    private static void requireSome(int count) {
        if (count < 1) {
            throw new IllegalArgumentException("no heads, must be at least 1");
        }
    }

    /// The number of heads k.
    public int heads() {
        return distances.length;
    }

    /// The distance of two heads.
    public double between(int one, int other) {
        return distances[one][other];
    }

    /// How well a grouping fits, from -1 to 1: the mean over heads of (b - a)/max(a, b), where a is
    /// the mean distance to the others of its own cluster and b that to the nearest other cluster;
    /// 0 for a head that is alone, or from which all are as far as its own.
    ///
    /// @param clusters each head in exactly one of them, two clusters at least
    /// @throws IllegalArgumentException if a head is in none or in several, or there is one cluster
    /// @see "P. J. Rousseeuw, Silhouettes: a graphical aid to the interpretation and validation of
    ///   cluster analysis, Journal of Computational and Applied Mathematics 20 (1987)"
    public double silhouette(List<List<Integer>> clusters) {
        List<Integer> all = clusters.stream().flatMap(List::stream).sorted().toList();
        if (clusters.size() < 2 || !all.equals(IntStream.range(0, heads()).boxed().toList())) {
            throw new IllegalArgumentException(
                    "clusters %s, must be two at least, with each of %d heads in one of them"
                            .formatted(clusters, heads()));
        }
        double sum = 0;
        for (List<Integer> own : clusters) {
            for (int head : own) {
                if (own.size() > 1) {
                    double a = total(head, own) / (own.size() - 1);
                    double b = Double.POSITIVE_INFINITY;
                    for (List<Integer> other : clusters) {
                        if (!other.equals(own)) {
                            b = Math.min(b, total(head, other) / other.size());
                        }
                    }
                    double most = Math.max(a, b);
                    sum += most > 0 ? (b - a) / most : 0;
                }
            }
        }
        return sum / heads();
    }

    private double total(int head, List<Integer> others) {
        double sum = 0;
        for (int other : others) {
            sum += distances[head][other];
        }
        return sum;
    }
}
