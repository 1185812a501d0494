package dev.perron.vision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.perron.attention.AttentionTensor;
import dev.perron.attention.HeadWeighting;
import dev.perron.attention.SpecialTokens;
import dev.perron.vision.PatchScore.Outcome;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/// A square subject in the middle of a grid, whose patches attend mostly to each other.
class PatchScoreTest {
    private static final PatchGrid GRID = new PatchGrid(8, 8, 1);

    private static boolean subject(int patch) {
        int row = patch / 8;
        int column = patch % 8;
        return row >= 3 && row <= 5 && column >= 2 && column <= 5;
    }

    private static ImageAttention image(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int n = GRID.tokens();
        float[] rows = new float[n * n];
        for (int i = 0; i < n; i++) {
            double[] weights = new double[n];
            double sum = 0;
            for (int j = 0; j < n; j++) {
                boolean same = i > 0 && j > 0 && subject(i - 1) == subject(j - 1);
                weights[j] = Math.exp((same ? 3 : 0) + random.nextDouble());
                if (i == 0 && j > 0 && subject(j - 1)) {
                    weights[j] *= 10; // CLS looks at the subject
                }
                sum += weights[j];
            }
            for (int j = 0; j < n; j++) {
                rows[i * n + j] = (float) (weights[j] / sum);
            }
        }
        return new ImageAttention(
                AttentionTensor.of(GRID.names(), List.of(4), 1, List.of(rows)), GRID);
    }

    private static Mask above(PatchScore score, ImageAttention image, long seed) {
        return switch (score.of(image, List.of(4))) {
            case Outcome.Scored(PatchMap map) ->
                    map.upsampled(new ImageView(0, 0, 8, 8), 8, 8).above(Threshold.OTSU);
            case Outcome.Undefined(String why) -> throw new AssertionError("seed " + seed + why);
            case Outcome.NotApplicable(String why) ->
                    throw new AssertionError("seed " + seed + why);
        };
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void whatHoldsTogetherIsFoundAndIsNotTheBorder(long seed) {
        ImageAttention image = image(seed);
        Mask truth = Mask.of(8, 8, (x, y) -> subject(8 * y + x));
        for (PatchScore score :
                List.of(
                        new PatchScore.Metastable(SpecialTokens.CENSOR),
                        new PatchScore.WeightedMetastable(SpecialTokens.CENSOR),
                        new PatchScore.BorderTime(SpecialTokens.DROP),
                        new PatchScore.WeightedBipartition(SpecialTokens.DROP),
                        new PatchScore.SymmetrisedBipartition(SpecialTokens.DROP),
                        new PatchScore.Bounce(
                                PatchScore.Origin.CENTRE, 2, new HeadWeighting.ByLambda2()))) {
            assertThat(above(score, image, seed)).as("%s, seed %d", score, seed).isEqualTo(truth);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void ofTwoLayersTheOneIsTakenWhoseMapStaysAwayFromTheBorder(long seed) {
        ImageAttention good = image(seed);
        int n = GRID.tokens();
        float[] flat = new float[n * n];
        Arrays.fill(flat, 1f / n);
        ImageAttention both =
                new ImageAttention(
                        AttentionTensor.of(
                                GRID.names(),
                                List.of(3, 4),
                                1,
                                List.of(flat, good.attention().head(4, 0).toArray())),
                        GRID);
        LayerChoice.Chosen chosen =
                new LayerChoice.LeastBorder()
                        .of(
                                new PatchScore.Bounce(
                                        PatchScore.Origin.CENTRE, 2, new HeadWeighting.Mean()),
                                both);
        assertThat(chosen.layers()).as("seed %d", seed).containsExactly(4);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void anUndirectedChainHasTheSameSecondEigenvectorAsItsSymmetrisation(long seed) {
        int n = GRID.tokens();
        SplittableRandom random = new SplittableRandom(seed);
        double[][] weights = new double[n][n];
        for (int i = 1; i < n; i++) {
            for (int j = 1; j <= i; j++) {
                boolean same = subject(i - 1) == subject(j - 1);
                double weight = (same ? 20 : 1) * (0.5 + random.nextDouble());
                weights[i][j] = weight;
                weights[j][i] = weight;
            }
        }
        // Weights of each row are brought to the same sum, symmetrically (Sinkhorn).
        for (int round = 0; round < 500; round++) {
            double[] sums = new double[n];
            for (int i = 1; i < n; i++) {
                for (int j = 1; j < n; j++) {
                    sums[i] += weights[i][j];
                }
            }
            for (int i = 1; i < n; i++) {
                for (int j = 1; j < n; j++) {
                    weights[i][j] /= Math.sqrt(sums[i] * sums[j]);
                }
            }
        }
        weights[0][0] = 1;
        float[] rows = new float[n * n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                rows[i * n + j] = (float) weights[i][j];
            }
        }
        ImageAttention image =
                new ImageAttention(
                        AttentionTensor.of(GRID.names(), List.of(4), 1, List.of(rows)), GRID);
        Outcome directed = new PatchScore.Metastable(SpecialTokens.DROP).of(image, List.of(4));
        Outcome symmetrised =
                new PatchScore.SymmetrisedBipartition(SpecialTokens.DROP).of(image, List.of(4));
        if (directed instanceof Outcome.Scored(PatchMap a)
                && symmetrised instanceof Outcome.Scored(PatchMap b)) {
            for (int patch = 0; patch < GRID.patches(); patch++) {
                assertThat(a.toArray()[patch])
                        .as("seed %d", seed)
                        .isCloseTo(b.toArray()[patch], within(1e-4));
            }
        } else {
            throw new AssertionError(directed + " " + symmetrised);
        }
    }
}
