package dev.perron.attention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.perron.attention.Bounces.Start;
import dev.perron.chain.Distribution;
import dev.perron.chain.stationary.StationaryDistribution;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.DoubleStream;

class BouncesTest {
    private static final AttentionHead CYCLE = Heads.head(new float[][] {{0, 1}, {1, 0}});

    /// Aⁿ by plain multiplication.
    private static double[][] power(AttentionHead head, int n) {
        int states = head.states();
        double[][] power = new double[states][states];
        for (int i = 0; i < states; i++) {
            power[i][i] = 1;
        }
        for (int k = 0; k < n; k++) {
            double[][] next = new double[states][states];
            for (int i = 0; i < states; i++) {
                for (int j = 0; j < states; j++) {
                    for (int m = 0; m < states; m++) {
                        next[i][j] += power[i][m] * head.attention(m, j);
                    }
                }
            }
            power = next;
        }
        return power;
    }

    @Test
    void fromATokenTheyAreRowsOfThePowersAndToATokenColumns() {
        for (long seed = 0; seed < 3; seed++) {
            AttentionHead head = Heads.noise(9, 1, new Random(seed));
            for (int n = 0; n <= 6; n++) {
                double[][] power = power(head, n);
                for (int state = 0; state < 9; state++) {
                    int column = state;
                    assertThat(Bounces.of(head, new Start.From(state), 6).after(n))
                            .as("seed %d", seed)
                            .containsExactly(power[state], within(1e-15));
                    assertThat(Bounces.of(head, new Start.To(state), 6).after(n))
                            .as("seed %d", seed)
                            .containsExactly(
                                    Arrays.stream(power).mapToDouble(row -> row[column]).toArray(),
                                    within(1e-15));
                }
                assertThat(Bounces.of(head, new Start.FromUniform(), 6).after(n))
                        .containsExactly(columnMeans(power), within(1e-15));
            }
        }
    }

    @Test
    void fromALawTheyAreTheMixtureOfThoseFromItsTokens() {
        AttentionHead head = Heads.noise(5, 1, new Random(3));
        Distribution law = Distribution.of(0.25, 0, 0.75, 0, 0);
        double[] mixed = Bounces.of(head, new Start.FromLaw(law), 3).after(3);
        double[] first = Bounces.of(head, new Start.From(0), 3).after(3);
        double[] third = Bounces.of(head, new Start.From(2), 3).after(3);
        for (int i = 0; i < 5; i++) {
            assertThat(mixed[i]).isCloseTo(0.25 * first[i] + 0.75 * third[i], within(1e-15));
        }
        assertThatThrownBy(() -> Bounces.of(head, new Start.FromLaw(Distribution.uniform(4)), 1))
                .hasMessageContaining("a law on 4 states for a chain of 5");
    }

    private static double[] columnMeans(double[][] matrix) {
        double[] means = new double[matrix.length];
        for (double[] row : matrix) {
            for (int j = 0; j < row.length; j++) {
                means[j] += row[j] / matrix.length;
            }
        }
        return means;
    }

    @Test
    void manyStartsGiveWhatEachGivesAlone() {
        AttentionHead head = Heads.noise(70, 1, new Random(8));
        List<Start> starts = new ArrayList<>();
        for (int state = 0; state < 12; state++) {
            starts.add(new Start.From(5 * state));
            starts.add(new Start.To(3 * state));
        }
        starts.add(new Start.FromUniform());
        List<Bounces> all = Bounces.ofAll(head, starts, 4);
        assertThat(all).extracting(Bounces::start).isEqualTo(starts);
        for (int s = 0; s < starts.size(); s++) {
            for (int n = 0; n <= 4; n++) {
                assertThat(all.get(s).after(n))
                        .containsExactly(
                                Bounces.of(head, starts.get(s), 4).after(n), within(1e-15));
            }
        }
        assertThat(Bounces.ofAll(head, List.of(), 4)).isEmpty();
    }

    @Test
    void oneBounceIsTheRowSelectColumnSelectAndColumnMeanOfThePaper() {
        AttentionHead head = Heads.head(new float[][] {{.5f, .5f}, {.25f, .75f}});
        assertThat(Bounces.of(head, new Start.From(1), 1).after(1)).containsExactly(.25, .75);
        assertThat(Bounces.of(head, new Start.To(1), 1).after(1)).containsExactly(.5, .75);
        assertThat(Bounces.of(head, new Start.FromUniform(), 1).after(1))
                .containsExactly(.375, .625);
    }

    @Test
    void bouncesFromALawStayALawAndBouncesToATokenStayProbabilities() {
        AttentionHead head = Heads.causal(50, 1, new Random(4));
        Bounces from = Bounces.of(head, new Start.From(49), 500);
        Bounces to = Bounces.of(head, new Start.To(0), 500);
        for (int n = 0; n <= 500; n++) {
            assertThat(Arrays.stream(from.after(n)).sum()).isCloseTo(1, within(1e-12));
            assertThat(from.law(n).toArray()).containsExactly(from.after(n), within(1e-12));
            assertThat(DoubleStream.of(to.after(n))).allMatch(p -> p >= 0 && p <= 1 + 1e-12);
        }
        assertThat(DoubleStream.of(to.after(500)))
                .as("in the end all look at token 0")
                .allMatch(p -> p > .999);
    }

    @Test
    void noBounceIsTheStartItself() {
        Bounces start = Bounces.of(CYCLE, new Start.From(1), 0);
        assertThat(start.bounces()).isZero();
        assertThat(start.start()).isEqualTo(new Start.From(1));
        assertThat(start.law(0)).isEqualTo(Distribution.at(1, 2));
        assertThat(Bounces.of(CYCLE, new Start.FromUniform(), 0).law(0))
                .isEqualTo(Distribution.uniform(2));
    }

    @Test
    void manyBouncesForgetTheStart() {
        AttentionHead head = Heads.noise(30, 2, new Random(5));
        StationaryDistribution.Unique stationary =
                (StationaryDistribution.Unique) StationaryDistribution.of(head);
        double[] pi = stationary.pi().toArray();
        assertThat(Heads.distance(Bounces.of(head, new Start.From(7), 200).law(200), pi))
                .isLessThan(1e-13);
        assertThat(DoubleStream.of(Bounces.of(head, new Start.To(7), 200).after(200)))
                .as("to a token: the same for all tokens, its π")
                .allSatisfy(p -> assertThat(p).isCloseTo(pi[7], within(1e-13)));
    }

    @Test
    void twoTokensThatLookAtEachOtherNeverSettle() {
        Bounces bounces = Bounces.of(CYCLE, new Start.From(0), 1001);
        assertThat(bounces.law(1000)).isEqualTo(Distribution.at(0, 2));
        assertThat(bounces.law(1001)).isEqualTo(Distribution.at(1, 2));
    }

    @Test
    void whatIsHandedOutIsACopy() {
        Bounces bounces = Bounces.of(CYCLE, new Start.From(0), 1);
        bounces.after(1)[0] = 7;
        assertThat(bounces.after(1)).containsExactly(0, 1);
    }

    @Test
    void badQuestionsAreRefused() {
        assertThatThrownBy(() -> Bounces.of(CYCLE, new Start.From(2), 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("state 2, must be from 0 to 1");
        assertThatThrownBy(() -> Bounces.of(CYCLE, new Start.To(-1), 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("state -1, must be from 0 to 1");
        assertThatThrownBy(() -> Bounces.of(CYCLE, new Start.FromUniform(), -1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("-1 bounces, must be >= 0");
        Bounces to = Bounces.of(CYCLE, new Start.To(0), 3);
        assertThatThrownBy(() -> to.after(4))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("bounce 4, must be from 0 to 3");
        assertThatThrownBy(() -> to.law(1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "a walk to a token has no law, its values don't sum to 1; ask for"
                                + " after(n)");
    }
}
