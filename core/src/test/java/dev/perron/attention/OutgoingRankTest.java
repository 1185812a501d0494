package dev.perron.attention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.perron.attention.Certificate.Method;
import dev.perron.chain.Distribution;
import dev.perron.chain.Teleporting;

import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.Random;

class OutgoingRankTest {
    private static TokenRank outgoing(AttentionHead head, double alpha, Distribution restart) {
        return TokenRank.of(new Teleporting(head, alpha, restart), Direction.OUTGOING);
    }

    private static TokenRank.Ranked ranked(AttentionHead head, double alpha, Distribution restart) {
        return (TokenRank.Ranked) outgoing(head, alpha, restart);
    }

    /// The paper's words: T's columns divided by their sums, transposed, and the power method.
    private static double[] asThePaperSays(AttentionHead head, double alpha) {
        int n = head.states();
        double[][] t = new double[n][n];
        double[] columnSums = new double[n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                t[i][j] = alpha * head.attention(i, j) + (1 - alpha) / n;
                columnSums[j] += t[i][j];
            }
        }
        double[] x = new double[n];
        Arrays.fill(x, 1.0 / n);
        for (int step = 0; step < 20_000; step++) {
            double[] next = new double[n];
            for (int j = 0; j < n; j++) {
                for (int i = 0; i < n; i++) {
                    next[i] += x[j] * t[i][j] / columnSums[j];
                }
            }
            x = next;
        }
        return x;
    }

    @Test
    void itIsWhatThePaperSays() {
        for (long seed = 0; seed < 3; seed++) {
            Random random = new Random(seed);
            for (AttentionHead head :
                    new AttentionHead[] {Heads.noise(20, 2, random), Heads.causal(20, 1, random)}) {
                assertThat(
                                Heads.distance(
                                        ranked(head, .95, Distribution.uniform(20)).scores(),
                                        asThePaperSays(head, .95)))
                        .as("seed %d", seed)
                        .isLessThan(1e-12);
            }
        }
    }

    @Test
    void twoTokensAreSolvedOnPaper() {
        // α = 1: columns of {{.75, .25}, {.5, .5}} sum to 1.25 and .75; Q = {{.6, .4}, {1/3, 2/3}}.
        AttentionHead head = Heads.head(new float[][] {{.75f, .25f}, {.5f, .5f}});
        assertThat(ranked(head, 1, Distribution.uniform(2)).scores().toArray())
                .containsExactly(new double[] {5 / 11.0, 6 / 11.0}, within(1e-15));
    }

    @Test
    void theTokenThatAttendsToEveryoneLeads() {
        // Tokens 0 to 2 attend to themselves and a little to token 3, token 3 to all.
        float[][] rows = {
            {.9f, 0, 0, .1f}, {0, .9f, 0, .1f}, {0, 0, .9f, .1f}, {.25f, .25f, .25f, .25f}
        };
        double[] scores = ranked(Heads.head(rows), .99, Distribution.uniform(4)).scores().toArray();
        assertThat(scores[3]).isGreaterThan(1.15 * scores[0]);
        assertThat(scores[0]).isCloseTo(scores[1], within(1e-15));
    }

    @Test
    void aSubstitutionIsEliminationForACausalHead() {
        for (long seed = 0; seed < 5; seed++) {
            Random random = new Random(seed);
            AttentionHead head = Heads.causal(30, 2, random);
            Distribution restart = Heads.anyDistribution(30, random);
            TokenRank.Ranked direct = ranked(head, .99, restart);
            assertThat(direct.certificate().method()).isEqualTo(Method.TRIANGULAR_SOLVE);
            assertThat(direct.certificate().residual()).isLessThan(1e-15);
            // The same head with its tokens in reverse is no longer lower triangular.
            float[][] reversed = new float[30][30];
            double[] reversedRestart = new double[30];
            for (int i = 0; i < 30; i++) {
                reversedRestart[29 - i] = restart.mass(i);
                for (int j = 0; j < 30; j++) {
                    reversed[29 - i][29 - j] = head.toArray()[i * 30 + j];
                }
            }
            TokenRank.Ranked eliminated =
                    ranked(Heads.head(reversed), .99, Distribution.of(reversedRestart));
            assertThat(eliminated.certificate().method()).isEqualTo(Method.ELIMINATION);
            double[] back = new double[30];
            for (int i = 0; i < 30; i++) {
                back[i] = eliminated.scores().mass(29 - i);
            }
            assertThat(Heads.distance(direct.scores(), back))
                    .as("seed %d", seed)
                    .isLessThan(
                            direct.certificate().errorBound()
                                    + eliminated.certificate().errorBound());
        }
    }

    /// Nobody but itself attends to the last token of a causal head, and nobody restarts there: so
    /// from it the outgoing chain never leaves.
    @Test
    void restartingElsewhereTheLastTokenOfACausalHeadKeepsAll() {
        AttentionHead head = Heads.causal(6, 1, new Random(1));
        TokenRank.Ranked rank = ranked(head, .9, Distribution.at(2, 6));
        assertThat(rank.scores()).isEqualTo(Distribution.at(5, 6));
    }

    @Test
    void aTokenThatNobodyAttendsToOrRestartsAtHasNoOutgoingRow() {
        AttentionHead head = Heads.head(new float[][] {{.5f, .5f, 0}, {1, 0, 0}, {.5f, .5f, 0}});
        assertThat(outgoing(head, .99, Distribution.at(0, 3)))
                .isEqualTo(new TokenRank.Undefined(2));
        assertThat(outgoing(head, 1, Distribution.uniform(3)))
                .isEqualTo(new TokenRank.Undefined(2));
        assertThat(outgoing(head, .99, Distribution.uniform(3)))
                .isInstanceOf(TokenRank.Ranked.class);
    }

    @Test
    void groupsThatDontMeetHaveARankingEach() {
        AttentionHead head =
                Heads.head(
                        new float[][] {
                            {.5f, .5f, 0, 0}, {1, 0, 0, 0}, {0, 0, .5f, .5f}, {0, 0, 1, 0}
                        });
        assertThat(outgoing(head, 1, Distribution.uniform(4)))
                .isInstanceOfSatisfying(
                        TokenRank.NotUnique.class,
                        several -> assertThat(several.stationary().extremes()).hasSize(2));
    }

    @Test
    void forManyTokensTheResidualProvesMoreThanTheNumberOfOperations() {
        AttentionHead head = Heads.noise(300, 1, new Random(2));
        assertThat(ranked(head, .99, Distribution.uniform(300)).certificate().errorBound())
                .isLessThan(1e-10); // 300³ u would be 3e-9
    }
}
