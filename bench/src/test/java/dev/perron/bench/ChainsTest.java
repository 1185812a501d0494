package dev.perron.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.perron.chain.spectrum.Eigenvalue;
import dev.perron.chain.spectrum.Spectrum;

import org.junit.jupiter.api.Test;

class ChainsTest {
    @Test
    void theSameSeedMakesTheSameRowsAndAnotherSeedOthers() {
        for (Chains kind : Chains.values()) {
            float[] rows = kind.rows(20, 1);
            assertThat(kind.rows(20, 1)).isEqualTo(rows);
            assertThat(kind.rows(20, 2)).isNotEqualTo(rows);
        }
    }

    @Test
    void stickyBlocksHaveALambda2OfAbout0975() {
        var head = Batch.of(Chains.STICKY, 128, 1).heads().getFirst();
        assertThat(Spectrum.of(head)).isInstanceOf(Spectrum.Complete.class);
        double lambda2 =
                ((Spectrum.Complete) Spectrum.of(head))
                        .lambda2()
                        .map(Eigenvalue::modulus)
                        .orElseThrow();
        assertThat(lambda2).isCloseTo(0.975, within(0.01));
    }

    @Test
    void causalRowsSeeNothingAheadAndWindowsNothingFar() {
        assertThat(Batch.of(Chains.CAUSAL, 12, 1).heads().getFirst().lowerTriangular()).isTrue();
        float[] rows = Chains.LOCAL_WINDOW.rows(40, 0);
        for (int i = 0; i < 40; i++) {
            for (int j = 0; j < 40; j++) {
                assertThat(rows[i * 40 + j] > 0).isEqualTo(Math.abs(i - j) <= 8);
            }
        }
    }
}
