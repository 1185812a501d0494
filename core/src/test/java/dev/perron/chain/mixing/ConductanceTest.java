package dev.perron.chain.mixing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.offset;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.perron.chain.Distribution;
import dev.perron.chain.KnownChains;
import dev.perron.chain.RandomInput;
import dev.perron.chain.StochasticMatrix;
import dev.perron.chain.Transition;
import dev.perron.chain.mixing.Conductance.Exact;
import dev.perron.chain.mixing.Conductance.NoCut;
import dev.perron.chain.mixing.Conductance.OfSet;
import dev.perron.chain.spectrum.Spectrum;
import dev.perron.chain.stationary.StationaryDistribution;
import dev.perron.chain.stationary.StationaryDistribution.Unique;
import dev.perron.chain.stationary.TimeReversal;
import dev.perron.chain.stationary.TimeReversal.Reversed;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.stream.IntStream;

class ConductanceTest {
    /// The cheapest cut of a directed cycle is a half: it is left once in a round.
    @Test
    void aCycleIsCutInHalves() {
        for (int n = 2; n <= 13; n++) {
            Exact cut = (Exact) Conductance.of(KnownChains.cycle(n), Distribution.uniform(n));
            assertThat(cut.phi()).isCloseTo(1 / Math.floor(n / 2.0), offset(1e-14));
        }
    }

    /// Half of 2m states: 1/m of the others is outside, so m/(2m-1).
    @Test
    void theCompleteGraphHasNoBottleneck() {
        StochasticMatrix chain = RandomInput.rows(10, (i, j) -> i == j ? 0 : 1);
        Exact cut = (Exact) Conductance.of(chain, pi(chain));
        assertThat(cut.phi()).isCloseTo(5.0 / 9, offset(1e-14));
        assertThat(cut.set()).hasSize(5);
    }

    /// One link between two cliques; nothing is lost in a small one.
    @Test
    void theWeakestLinkIsFoundHoweverWeak() {
        for (double link : new double[] {1e-3, 1e-12, 1e-200}) {
            for (int half : new int[] {4, 15}) { // by all sets, by sweep
                RandomInput.Weight linked =
                        (i, j) -> {
                            if (i / half == j / half) {
                                return 1;
                            }
                            return i + j == 2 * half - 1 && Math.abs(i - j) == 1 ? link : 0;
                        };
                StochasticMatrix chain = RandomInput.rows(2 * half, linked);
                Conductance cut = Conductance.of(chain, Distribution.uniform(2 * half));
                List<Integer> set =
                        switch (cut) {
                            case Exact exact -> exact.set();
                            case OfSet best -> best.set();
                            case NoCut _ -> List.of();
                        };
                assertThat(set).hasSize(half);
                assertThat(set.stream().map(i -> i / half).distinct()).hasSize(1);
                assertThat(phi(cut)).isCloseTo(link / half / half, withinPercentage(1));
            }
        }
    }

    @Test
    void whatFallsApartHasConductanceZero() {
        for (int n : new int[] {2, 3, 30}) {
            assertThat(phi(Conductance.of(KnownChains.identity(n), Distribution.uniform(n))))
                    .isZero();
        }
    }

    @Test
    void oneSideAloneIsNoCut() {
        StochasticMatrix causal = new RandomInput(1).causal(4, 1);
        assertThat(Conductance.of(causal, pi(causal))).isEqualTo(new NoCut());
        assertThat(Conductance.of(KnownChains.identity(1), Distribution.of(1)))
                .isEqualTo(new NoCut());
        StochasticMatrix chain = KnownChains.cycle(4);
        assertThat(Conductance.ofSet(chain, pi(chain), List.of())).isEqualTo(new NoCut());
        assertThat(Conductance.ofSet(chain, pi(chain), List.of(0, 1, 2, 3))).isEqualTo(new NoCut());
        assertThat(phi(Conductance.ofSet(chain, pi(chain), List.of(0, 1)))).isEqualTo(0.5);
    }

    /// γ from the spectrum of A made lazy, so that the second largest eigenvalue leads.
    @Test
    void cheegersInequalityHoldsForTheReversibilisation() {
        RandomInput.times(
                40,
                input -> {
                    int n = input.between(2, 30);
                    StochasticMatrix chain = input.softmax(n, input.between(0.0, 5.0));
                    StochasticMatrix back = ((Reversed) TimeReversal.of(chain)).chain();
                    StochasticMatrix lazy =
                            RandomInput.rows(
                                    n,
                                    (i, j) ->
                                            chain.probability(i, j)
                                                    + back.probability(i, j)
                                                    + (i == j ? 2 : 0));
                    double gap =
                            2
                                    * (1
                                            - ((Spectrum.Complete) Spectrum.of(lazy))
                                                    .lambda2()
                                                    .orElseThrow()
                                                    .real());
                    switch (Conductance.of(chain, pi(chain))) {
                        case Exact exact ->
                                assertThat(gap)
                                        .isBetween(
                                                exact.gapAtLeast() - 1e-12,
                                                exact.gapAtMost() + 1e-12);
                        case OfSet best -> {
                            assertThat(gap).isLessThanOrEqualTo(best.gapAtMost() + 1e-12);
                            assertThat(best.phi()).isLessThanOrEqualTo(Math.sqrt(2 * gap) + 1e-6);
                        }
                        case NoCut none -> throw new AssertionError(none.toString());
                    }
                });
    }

    @Test
    void theLeastOfAllIsNoMoreThanThatOfAnySet() {
        RandomInput.times(
                30,
                input -> {
                    int n = input.between(2, 10);
                    StochasticMatrix chain = input.sparseIrreducible(n);
                    Exact least = (Exact) Conductance.of(chain, pi(chain));
                    double tried = 2;
                    for (int bits = 1; bits < (1 << n) - 1; bits++) {
                        int set = bits;
                        List<Integer> states =
                                IntStream.range(0, n)
                                        .filter(i -> (set >> i & 1) == 1)
                                        .boxed()
                                        .toList();
                        tried = Math.min(tried, flow(chain, states));
                    }
                    assertThat(least.phi()).isCloseTo(tried, offset(1e-12 * tried));
                    assertThat(flow(chain, least.set())).isCloseTo(tried, offset(1e-12 * tried));
                });
    }

    @Test
    void whatDoesntFitIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Conductance.of(KnownChains.cycle(3), Distribution.uniform(2)))
                .withMessage("distribution on 2 states, must be on 3");
    }

    /// Q(S,Sᶜ)/min by the definition, with the flow into S, which is that out of it.
    private static double flow(StochasticMatrix chain, List<Integer> set) {
        Distribution pi = pi(chain);
        double inside = set.stream().mapToDouble(pi::mass).sum();
        double flow = 0;
        double outside = 0;
        for (int i = 0; i < chain.states(); i++) {
            if (!set.contains(i)) {
                outside += pi.mass(i);
                for (int j : set) {
                    flow += pi.mass(i) * chain.probability(i, j);
                }
            }
        }
        return flow / Math.min(inside, outside);
    }

    private static double phi(Conductance conductance) {
        return switch (conductance) {
            case Exact exact -> exact.phi();
            case OfSet best -> best.phi();
            case NoCut none -> throw new AssertionError(none.toString());
        };
    }

    private static Distribution pi(Transition chain) {
        return ((Unique) StationaryDistribution.of(chain)).pi();
    }
}
