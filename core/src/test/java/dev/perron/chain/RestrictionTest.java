package dev.perron.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.perron.chain.Restriction.NothingLeft;
import dev.perron.chain.Restriction.Renormalised;

import org.junit.jupiter.api.Test;

import java.util.List;

class RestrictionTest {
    @Test
    void rowsAreDividedByWhatTheyHaveLeft() {
        StochasticMatrix chain =
                StochasticMatrix.ofRows(
                        new double[] {.5, .125, .375},
                        new double[] {.25, .5, .25},
                        new double[] {0, .75, .25});
        assertThat(restricted(chain, List.of(2, 1)))
                .isEqualTo(
                        StochasticMatrix.ofRows(
                                new double[] {.25, .75}, new double[] {1 / 3.0, 2 / 3.0}));
        assertThat(restricted(chain, List.of(0, 1, 2))).isEqualTo(chain);
    }

    @Test
    void aRowThatLeadsOnlyOutIsNamed() {
        assertThat(Restriction.of(KnownChains.cycle(4), List.of(1, 2, 0)))
                .isEqualTo(new NothingLeft(2));
    }

    @Test
    void whatCannotBeKeptIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Restriction.of(KnownChains.cycle(3), List.of()))
                .withMessage("no states kept, must be at least 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Restriction.of(KnownChains.cycle(3), List.of(2, 2)))
                .withMessage("state 2 is kept twice, must be once");
    }

    private static StochasticMatrix restricted(Transition chain, List<Integer> kept) {
        return StochasticMatrix.copyOf(((Renormalised) Restriction.of(chain, kept)).chain());
    }
}
