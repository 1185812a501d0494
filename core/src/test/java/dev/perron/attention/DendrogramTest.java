package dev.perron.attention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import dev.perron.chain.RandomInput;
import dev.perron.chain.StochasticMatrix;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

class DendrogramTest {
    private static HeadDistances distances(double[][] d) {
        return HeadDistances.of(d);
    }

    /// The textbook example of five bacteria's 5S ribosomal RNA. SciPy joins it so:
    /// `linkage(squareform(d), "ward")`.
    private static final HeadDistances BACTERIA =
            distances(
                    new double[][] {
                        {0, 17, 21, 31, 23},
                        {17, 0, 30, 34, 21},
                        {21, 30, 0, 28, 39},
                        {31, 34, 28, 0, 43},
                        {23, 21, 39, 43, 0}
                    });

    @Test
    void headsAreJoinedAsSciPyJoinsThem() {
        Dendrogram tree = Dendrogram.of(BACTERIA);
        assertThat(tree.joins())
                .extracting(Dendrogram.Join::one, Dendrogram.Join::other)
                .containsExactly(tuple(0, 1), tuple(5, 4), tuple(2, 3), tuple(6, 7));
        assertHeights(tree, 17, 23.45918441321721, 28, 43.87558166755932);
        assertThat(tree.order()).containsExactly(0, 1, 4, 2, 3);
        assertThat(tree.cut(2)).containsExactly(List.of(0, 1, 4), List.of(2, 3));
        assertThat(tree.cut(3)).containsExactly(List.of(0, 1, 4), List.of(2), List.of(3));
        assertThat(tree.cut(5)).hasSize(5);
    }

    /// On a line at 0, 1, 5 and 7: the last two centres are 5.5 apart, times the root of 2·2·2/4.
    @Test
    void groupsOnALineAreAsFarAsTheirCentres() {
        double[] at = {0, 1, 5, 7};
        double[][] line = new double[4][4];
        for (int a = 0; a < 4; a++) {
            for (int b = 0; b < 4; b++) {
                line[a][b] = Math.abs(at[a] - at[b]);
            }
        }
        assertHeights(Dendrogram.of(distances(line)), 1, 2, 5.5 * Math.sqrt(2));
    }

    private static void assertHeights(Dendrogram tree, double... heights) {
        assertThat(tree.joins().stream().mapToDouble(Dendrogram.Join::distance).toArray())
                .containsExactly(heights, within(1e-12));
    }

    /// Two pairs, 1 apart within and 10 between: (10-1)/10.
    @Test
    void theSilhouetteOfTwoPairsIsKnownAndChoosesThem() {
        HeadDistances pairs =
                distances(
                        new double[][] {
                            {0, 1, 10, 10}, {1, 0, 10, 10}, {10, 10, 0, 1}, {10, 10, 1, 0}
                        });
        List<List<Integer>> two = List.of(List.of(0, 1), List.of(2, 3));
        assertThat(pairs.silhouette(two)).isCloseTo(.9, within(1e-15));
        assertThat(Dendrogram.of(pairs).clusters(pairs)).isEqualTo(two);
    }

    /// One head far from two pairs: apart from all others it would have the largest silhouette.
    @Test
    void aHeadThatIsFarFromAllIsNoReasonForTwoClusters() {
        HeadDistances far =
                distances(
                        new double[][] {
                            {0, 1, 3, 3, 90},
                            {1, 0, 3, 3, 90},
                            {3, 3, 0, 1, 90},
                            {3, 3, 1, 0, 90},
                            {90, 90, 90, 90, 0}
                        });
        Dendrogram tree = Dendrogram.of(far);
        assertThat(far.silhouette(tree.cut(2))).isGreaterThan(far.silhouette(tree.cut(3)));
        assertThat(tree.clusters(far)).containsExactly(List.of(0, 1), List.of(2, 3), List.of(4));
        HeadDistances three = distances(new double[][] {{0, 1, 9}, {1, 0, 9}, {9, 9, 0}});
        assertThat(Dendrogram.of(three).clusters(three)).containsExactly(List.of(0, 1, 2));
    }

    @Test
    void headsThatAreAllAlikeAreOneCluster() {
        HeadDistances alike = distances(new double[4][4]);
        assertThat(Dendrogram.of(alike).clusters(alike)).containsExactly(List.of(0, 1, 2, 3));
        HeadDistances one = distances(new double[1][1]);
        assertThat(Dendrogram.of(one).clusters(one)).containsExactly(List.of(0));
    }

    @Test
    void joinsDoNotComeNearerAndEveryCutHasEachHeadOnce() {
        RandomInput.times(
                20,
                random -> {
                    List<StochasticMatrix> chains = new ArrayList<>();
                    for (int h = random.between(2, 9); h > 0; h--) {
                        chains.add(random.softmax(6, random.between(0.0, 10.0)));
                    }
                    HeadDistances distances = HeadDistances.between(chains);
                    Dendrogram tree = Dendrogram.of(distances);
                    for (int j = 1; j < tree.joins().size(); j++) {
                        assertThat(tree.joins().get(j).distance())
                                .isGreaterThanOrEqualTo(tree.joins().get(j - 1).distance() - 1e-9);
                    }
                    for (int count = 1; count <= chains.size(); count++) {
                        List<List<Integer>> clusters = tree.cut(count);
                        assertThat(clusters).hasSize(count);
                        assertThat(clusters.stream().flatMap(List::stream).toList())
                                .isEqualTo(tree.order());
                    }
                    assertThat(tree.order())
                            .containsExactlyInAnyOrderElementsOf(
                                    IntStream.range(0, chains.size()).boxed().toList());
                    assertThat(distances.between(0, 1))
                            .isEqualTo(RowDivergence.of(chains.get(0), chains.get(1)).distance());
                });
    }

    @Test
    void whatIsNoDistanceAndNoCutIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> distances(new double[][] {{0, 1}, {2, 0}}))
                .withMessageContaining("must be equal");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Dendrogram.of(BACTERIA).cut(6))
                .withMessage("6 clusters of 5 heads, must be from 1 to 5");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BACTERIA.silhouette(List.of(List.of(0, 1), List.of(2, 3))))
                .withMessageContaining("each of 5 heads");
    }
}
