package dev.perron.transformer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Optional;
import java.util.Random;

class ObservationTest {
    private static final Evaluation NOTHING = new Evaluation(0, 1, Optional.empty(), List.of());

    @Test
    void aMatrixOfRankOneHasAllItsEnergyInOneDirection() {
        assertThat(Observation.firstShare(new double[] {1, 2, 3, 2, 4, 6}, 3))
                .isCloseTo(1, within(1e-12));
        assertThat(Observation.firstShare(new double[] {3, 0, 0, 4}, 2))
                .isCloseTo(16.0 / 25, within(1e-12));
        assertThat(Observation.firstShare(new double[4], 2)).isZero();
    }

    @Test
    void theRankOneStartIsOfRankOneAndHasNoAttention() {
        TransformerConfig theory =
                TransformerConfig.reference(2, 16)
                        .withNormalisation(Normalisation.NONE)
                        .withMlp(32, Activation.RELU)
                        .withHead(OutputHead.SCALAR_TIED);
        TransformerWeights start = new Initialisation.RankOne(0).draw(theory, new Random(1));
        Observation seen = Observation.of(NOTHING, start, 0, 1, 1, 0);
        assertThat(seen.hiddenEnergies().getFirst()).isCloseTo(1, within(1e-6));
        assertThat(seen.valueEnergies().getFirst()).isZero();
        assertThat(seen.attentionRatios().getFirst()).isZero();
    }

    @Test
    void aModelWithoutAttentionHasNoneToLookAt() {
        TransformerConfig config = TransformerConfig.reference(2, 16).withAttention(false);
        TransformerWeights start = Initialisation.Gaussian.reference().draw(config, new Random(1));
        Observation seen = Observation.of(NOTHING, start, 0, 1);
        assertThat(seen.attentionRatios()).isEmpty();
        assertThat(seen.valueEnergies()).isEmpty();
        assertThat(seen.hiddenEnergies().getFirst()).isBetween(0.125, 1.0);
    }
}
