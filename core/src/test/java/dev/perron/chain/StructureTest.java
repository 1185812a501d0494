package dev.perron.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.stream.IntStream;

class StructureTest {
    @Test
    void oneStateIsOneAbsorbingClass() {
        Structure structure = Structure.of(KnownChains.identity(1));
        assertThat(structure.classes())
                .containsExactly(new CommunicatingClass(List.of(0), true, 1));
        assertThat(structure.irreducible()).isTrue();
        assertThat(structure.absorbing()).containsExactly(0);
        assertThat(structure.states()).isEqualTo(1);
    }

    @Test
    void everyStateOfTheIdentityAbsorbs() {
        Structure structure = Structure.of(KnownChains.identity(4));
        assertThat(structure.absorbing()).containsExactly(0, 1, 2, 3);
        assertThat(structure.recurrent()).hasSize(4);
        assertThat(structure.transientStates()).isEmpty();
        assertThat(structure.irreducible()).isFalse();
    }

    @Test
    void aCycleHasItsLengthAsPeriod() {
        for (int n : new int[] {2, 3, 4, 12, 97}) {
            Structure structure = Structure.of(KnownChains.cycle(n));
            assertThat(structure.irreducible()).isTrue();
            assertThat(structure.classes().getFirst().period()).isEqualTo(n);
        }
    }

    @Test
    void aChordShortensThePeriodToTheGreatestCommonDivisor() {
        // cycles of lengths 6 and 4; then 6, 4 and 3
        StochasticMatrix even = RandomInput.rows(6, (i, j) -> chord(i, j, 3, 0));
        assertThat(Structure.of(even).classes().getFirst().period()).isEqualTo(2);
        StochasticMatrix mixed =
                RandomInput.rows(6, (i, j) -> chord(i, j, 3, 0) + (i == 2 && j == 0 ? 1 : 0));
        assertThat(Structure.of(mixed).classes().getFirst().period()).isEqualTo(1);
    }

    private static double chord(int i, int j, int from, int to) {
        return j == (i + 1) % 6 || (i == from && j == to) ? 1 : 0;
    }

    @Test
    void oneSelfLoopEndsAllPeriods() {
        StochasticMatrix lazy =
                RandomInput.rows(5, (i, j) -> j == (i + 1) % 5 ? 1 : i == 3 && j == 3 ? 1e-300 : 0);
        assertThat(Structure.of(lazy).classes().getFirst().period()).isEqualTo(1);
    }

    @Test
    void eachClassOfAReducibleChainHasItsOwnPeriod() {
        // 0 ⇄ 1, then 2 → 3 → 4 → 2, and 5 goes to both and never returns
        StochasticMatrix chain =
                RandomInput.rows(
                        6,
                        (i, j) ->
                                switch (i) {
                                    case 0, 1 -> j == 1 - i ? 1 : 0;
                                    case 5 -> j == 0 || j == 2 ? 1 : 0;
                                    default -> j == (i - 1) % 3 + 2 ? 1 : 0;
                                });
        assertThat(Structure.of(chain).classes())
                .containsExactly(
                        new CommunicatingClass(List.of(0, 1), true, 2),
                        new CommunicatingClass(List.of(2, 3, 4), true, 3),
                        new CommunicatingClass(List.of(5), false, 0));
        assertThat(Structure.of(chain).transientStates()).containsExactly(5);
    }

    @Test
    void aTransientClassHasAPeriodToo() {
        StochasticMatrix chain =
                StochasticMatrix.ofRows(
                        new double[] {0, 1, 0}, new double[] {0.5, 0, 0.5}, new double[] {0, 0, 1});
        assertThat(Structure.of(chain).classes())
                .containsExactly(
                        new CommunicatingClass(List.of(0, 1), false, 2),
                        new CommunicatingClass(List.of(2), true, 1));
    }

    @Test
    void theFirstTokenOfACausalHeadAbsorbs() {
        Structure structure = Structure.of(new RandomInput(7).causal(40, 3));
        assertThat(structure.absorbing()).containsExactly(0);
        assertThat(structure.recurrent()).hasSize(1);
        assertThat(structure.classes()).hasSize(40);
        assertThat(structure.transientStates()).isEqualTo(IntStream.range(1, 40).boxed().toList());
    }

    @Test
    void aLongPathNeedsNoDeepStack() throws Exception {
        int n = 3000;
        FutureTask<Structure> structure = new FutureTask<>(() -> Structure.of(new Path(n)));
        new Thread(null, structure, "small stack", 1 << 17).start();
        assertThat(structure.get().absorbing()).containsExactly(n - 1);
        assertThat(structure.get().classes()).hasSize(n);
    }

    /// i → i+1 until the last state, which absorbs.
    private record Path(int states) implements Transition {
        @Override
        public void row(int from, double[] out) {
            Arrays.fill(out, 0);
            out[Math.min(from + 1, states - 1)] = 1;
        }

        @Override
        public void step(double[] mu, double[] out) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void expectation(double[] f, double[] out) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean lowerTriangular() {
            return false;
        }
    }

    @Test
    void theSmallestLinkCounts() {
        StochasticMatrix chain = KnownChains.twoState(1e-300, 0.5);
        assertThat(Structure.of(chain).irreducible()).isTrue();
        assertThat(Structure.of(chain).threshold()).isZero();
    }

    @Test
    void entriesUpToTheThresholdCountAsZero() {
        StochasticMatrix chain = KnownChains.twoState(0.01, 0.5);
        assertThat(Structure.of(chain, 0.0099).irreducible()).isTrue();
        Structure cut = Structure.of(chain, 0.01);
        assertThat(cut.absorbing()).containsExactly(0);
        assertThat(cut.transientStates()).containsExactly(1);
        assertThat(cut.threshold()).isEqualTo(0.01);
    }

    @Test
    void aRowBelowTheThresholdStaysWhereItIs() {
        StochasticMatrix uniform = RandomInput.rows(5, (i, j) -> 1);
        assertThat(Structure.of(uniform, 0.19).irreducible()).isTrue();
        assertThat(Structure.of(uniform, 0.5)).isEqualTo(thresholdless(5, 0.5));
    }

    private static Structure thresholdless(int n, double threshold) {
        return new Structure(Structure.of(KnownChains.identity(n)).classes(), threshold);
    }

    /// By the definition: the powers of the graph of positive entries.
    @Test
    void classesAreThoseOfMutualReachability() {
        RandomInput.times(
                150,
                input -> {
                    int n = input.between(1, 14);
                    StochasticMatrix chain = input.sparse(n);
                    boolean[][] reaches = reachability(chain);
                    Structure structure = Structure.of(chain);
                    assertThat(structure.states()).isEqualTo(n);
                    for (CommunicatingClass c : structure.classes()) {
                        int i = c.states().getFirst();
                        assertThat(c.states())
                                .isEqualTo(
                                        IntStream.range(0, n)
                                                .filter(j -> reaches[i][j] && reaches[j][i])
                                                .boxed()
                                                .toList());
                        boolean closed =
                                IntStream.range(0, n)
                                        .allMatch(j -> !reaches[i][j] || reaches[j][i]);
                        assertThat(c.recurrent()).isEqualTo(closed);
                        assertThat(c.period()).isEqualTo(periodByReturns(chain, i));
                    }
                });
    }

    @Test
    void relabellingRelabelsTheClasses() {
        RandomInput.times(
                50,
                input -> {
                    int n = input.between(1, 30);
                    StochasticMatrix chain = input.sparse(n);
                    int[] order = input.permutation(n);
                    List<CommunicatingClass> expected =
                            Structure.of(chain).classes().stream()
                                    .map(
                                            c ->
                                                    new CommunicatingClass(
                                                            c.states().stream()
                                                                    .map(i -> order[i])
                                                                    .sorted()
                                                                    .toList(),
                                                            c.recurrent(),
                                                            c.period()))
                                    .toList();
                    assertThat(Structure.of(RandomInput.permuted(chain, order)).classes())
                            .containsExactlyInAnyOrderElementsOf(expected);
                });
    }

    private static boolean[][] reachability(StochasticMatrix chain) {
        int n = chain.states();
        boolean[][] reaches = new boolean[n][n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                reaches[i][j] = i == j || chain.probability(i, j) > 0;
            }
        }
        for (int k = 0; k < n; k++) {
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < n; j++) {
                    reaches[i][j] |= reaches[i][k] && reaches[k][j];
                }
            }
        }
        return reaches;
    }

    /// The greatest common divisor of the times up to 3n² at which a return to `state` is possible.
    private static int periodByReturns(StochasticMatrix chain, int state) {
        int n = chain.states();
        boolean[] now = new boolean[n];
        now[state] = true;
        int divisor = 0;
        for (int time = 1; time <= 3 * n * n; time++) {
            boolean[] next = new boolean[n];
            for (int i = 0; i < n; i++) {
                for (int j = 0; now[i] && j < n; j++) {
                    next[j] |= chain.probability(i, j) > 0;
                }
            }
            now = next;
            if (now[state]) {
                divisor = BigInteger.valueOf(divisor).gcd(BigInteger.valueOf(time)).intValue();
            }
        }
        return divisor;
    }

    @Test
    void thresholdsOutsideZeroToOneAreRefused() {
        for (double threshold : new double[] {-0.1, 1, Double.NaN}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Structure.of(KnownChains.cycle(2), threshold))
                    .withMessage("threshold = " + threshold + ", must be in [0, 1)");
        }
    }

    @Test
    void classesThatAreNoPartitionAreRefused() {
        CommunicatingClass first = new CommunicatingClass(List.of(0, 1), true, 1);
        CommunicatingClass second = new CommunicatingClass(List.of(1), true, 1);
        CommunicatingClass passing = new CommunicatingClass(List.of(0), false, 0);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Structure(List.of(first, second), 0))
                .withMessage(
                        "classes have the states [0, 1, 1], must have each of 0, ..., n-1 once");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Structure(List.of(passing), 0))
                .withMessage("no class is recurrent, at least one must be");
    }

    @Test
    void classesThatCannotBeAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new CommunicatingClass(List.of(), true, 1))
                .withMessage("no states, must be at least 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new CommunicatingClass(List.of(2, 1), true, 1))
                .withMessage("states [2, 1], must be ascending");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new CommunicatingClass(List.of(2), true, 0))
                .withMessage("period = 0, must be from 1 to 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new CommunicatingClass(List.of(1, 2), false, 3))
                .withMessage("period = 3, must be from 1 to 2");
    }
}
