package dev.perron.chain;

import static dev.perron.chain.ChainAssert.assertEveryEntry;
import static dev.perron.chain.ChainAssert.assertSpectrum;
import static dev.perron.chain.ChainAssert.assertWithin;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perron.chain.spectrum.Eigenvalue;

import org.junit.jupiter.api.Test;

import java.util.List;

/// Every checker is itself checked: it passes, and it fails in the last entry too.
class ChainAssertTest {
    private static final Distribution SKEWED = Distribution.of(1e-20, 0.25, 0.75, 0);

    @Test
    void everyEntryIsCompared() {
        assertEveryEntry(SKEWED, 1e-14, 1e-20, 0.25, 0.75, 0);
        assertFails(() -> assertEveryEntry(SKEWED, 1e-14, 2e-20, 0.25, 0.75, 0));
        assertFails(() -> assertEveryEntry(SKEWED, 1e-14, 1e-20, 0.25, 0.75, 1e-300));
        assertFails(() -> assertEveryEntry(SKEWED, 1e-14, 1e-20, 0.25, 0.75));
        assertFails(() -> assertEveryEntry(SKEWED, 1e-14, 1e-20, 0.25, 0.75, Double.NaN));
    }

    @Test
    void distanceIsL1() {
        assertWithin(Distribution.of(0.5, 0.5), Distribution.of(0.6, 0.4), 0.2000001);
        assertFails(() -> assertWithin(Distribution.of(0.5, 0.5), Distribution.of(0.6, 0.4), 0.19));
        assertFails(() -> assertWithin(SKEWED, SKEWED, Double.NaN));
    }

    @Test
    void spectraAreComparedAsOftenAsTheyHaveEachValue() {
        Eigenvalue one = new Eigenvalue(1, 0);
        Eigenvalue half = new Eigenvalue(0.5, 0);
        Eigenvalue up = new Eigenvalue(0, 0.5);
        Eigenvalue down = new Eigenvalue(0, -0.5);
        assertSpectrum(List.of(one, up, down), 1e-9, List.of(down, one, up));
        assertFails(() -> assertSpectrum(List.of(one, one, half), 1e-9, List.of(one, half, half)));
        assertFails(() -> assertSpectrum(List.of(one, up, up), 1e-9, List.of(one, up, down)));
        assertFails(() -> assertSpectrum(List.of(one, half), 1e-9, List.of(one)));
    }

    @Test
    void aLawThatFailsNamesItsSeed() {
        assertThatThrownBy(
                        () ->
                                RandomInput.times(
                                        3,
                                        input -> {
                                            throw new IllegalStateException("why");
                                        }))
                .isInstanceOf(AssertionError.class)
                .hasMessageMatching("on -Dperron.seed=\\d+: why");
    }

    private static void assertFails(Runnable check) {
        assertThatExceptionOfType(AssertionError.class).isThrownBy(check::run);
    }
}
