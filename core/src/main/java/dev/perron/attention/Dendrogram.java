package dev.perron.attention;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// Which heads are alike: heads joined two by two, those first whose join makes groups the least
/// wider, until all are one group (Ward's linkage). No later join is nearer than an earlier one.
/// The distance of heads is one of a Euclidean space, so groups have centres there: the distance of
/// two groups of a and b heads is that of their centres times the root of 2ab/(a + b), and for two
/// heads their own.
///
/// @param heads the number of heads k
/// @param joins k - 1 of them, the nearest first
/// @see "J. H. Ward, Hierarchical grouping to optimize an objective function, Journal of the
///   American Statistical Association 58 (1963); by distances alone as in G. N. Lance, W. T.
///   Williams, A general theory of classificatory sorting strategies, The Computer Journal 9
///   (1967)"
public record Dendrogram(int heads, List<Join> joins) {
    /// The largest number of clusters that [#clusters(HeadDistances)] tries.
    public static final int MOST = 12;

    /// Two groups become one.
    ///
    /// @param one a group: head h is group h, and what the j-th join makes is group k + j; of the
    ///   two this one has the first head
    /// @param other another one
    /// @param distance between them
    public record Join(int one, int other, double distance) {}

    /// Copies the joins.
    ///
    /// @throws IllegalArgumentException if there aren't k - 1
    public Dendrogram {
        joins = List.copyOf(joins);
        if (joins.size() != heads - 1) {
            throw new IllegalArgumentException(
                    "%d joins of %d heads, must be one less".formatted(joins.size(), heads));
        }
    }

    /// Joins heads by their distances, in time k³; of equally near groups those first that have the
    /// first heads.
    public static Dendrogram of(HeadDistances distances) {
        int k = distances.heads();
        double[][] d = new double[k][k];
        for (int a = 0; a < k; a++) {
            for (int b = 0; b < k; b++) {
                d[a][b] = distances.between(a, b) * distances.between(a, b);
            }
        }
        // A group stands at the place of its first head; 0 heads where there is none any more.
        int[] size = new int[k];
        Arrays.fill(size, 1);
        int[] group = IntStream.range(0, k).toArray();
        List<Join> joins = new ArrayList<>();
        while (joins.size() < k - 1) {
            int one = -1;
            int other = -1;
            for (int a = 0; a < k; a++) {
                for (int b = a + 1; b < k && size[a] > 0; b++) {
                    if (size[b] > 0 && (one < 0 || d[a][b] < d[one][other])) {
                        one = a;
                        other = b;
                    }
                }
            }
            double between = d[one][other];
            joins.add(new Join(group[one], group[other], Math.sqrt(between)));
            for (int c = 0; c < k; c++) {
                double all = size[one] + size[other] + size[c];
                double wider =
                        ((size[one] + size[c]) * d[one][c]
                                        + (size[other] + size[c]) * d[other][c]
                                        - size[c] * between)
                                / all;
                d[one][c] = Math.max(0, wider); // rounding
                d[c][one] = d[one][c];
            }
            size[one] += size[other];
            size[other] = 0;
            group[one] = k + joins.size() - 1;
        }
        return new Dendrogram(k, joins);
    }

    /// The heads in an order in which every group stands together.
    public List<Integer> order() {
        return cut(1).getFirst();
    }

    /// The groups before the last `count - 1` joins, as they stand in [#order()]: each with its
    /// heads in that order.
    ///
    /// @param count from 1 to k
    /// @throws IllegalArgumentException if it is out of range
    public List<List<Integer>> cut(int count) {
        if (count < 1 || count > heads) {
            throw new IllegalArgumentException(
                    "%d clusters of %d heads, must be from 1 to %d".formatted(count, heads, heads));
        }
        List<List<List<Integer>>> groups = new ArrayList<>();
        IntStream.range(0, heads).forEach(h -> groups.add(List.of(List.of(h))));
        for (int j = 0; j < joins.size(); j++) {
            List<List<Integer>> parts = new ArrayList<>(groups.get(joins.get(j).one()));
            parts.addAll(groups.get(joins.get(j).other()));
            groups.add(
                    j < heads - count
                            ? List.of(parts.stream().flatMap(List::stream).toList())
                            : List.copyOf(parts));
        }
        return groups.getLast();
    }

    /// The cut with the largest mean silhouette, of those into 2 to [#MOST] clusters of which two
    /// at least have two heads at least; of equal ones the fewest. A cut that only parts single
    /// heads from all others doesn't count: it has a large silhouette as soon as one head is far
    /// away, and says nothing of which heads are alike. One cluster where no cut has a silhouette
    /// above 0: where all heads are alike, or there are fewer than 4.
    ///
    /// @param distances that the heads were joined by
    public List<List<Integer>> clusters(HeadDistances distances) {
        List<List<Integer>> best = cut(1);
        double most = 0;
        for (int count = 2; count <= Math.min(MOST, heads - 1); count++) {
            List<List<Integer>> clusters = cut(count);
            if (clusters.stream().filter(cluster -> cluster.size() > 1).count() < 2) {
                continue;
            }
            double silhouette = distances.silhouette(clusters);
            if (silhouette > most) {
                most = silhouette;
                best = clusters;
            }
        }
        return best;
    }
}
