package dev.perron.transformer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.stream.IntStream;

class TrainingMemoryTest {
    @Test
    void itCountsAtLeastWeightsAndGradients() {
        for (TransformerConfig config : Configurations.all().values()) {
            TransformerConfig wide = config.withDModel(16 * config.nHeads()).withLayers(3);
            TrainingPlan plan =
                    TrainingPlan.reference(1, 1).withBatch(4, Math.min(37, wide.nCtx()));
            WeightLayout layout = WeightLayout.of(wide);
            double weights = (4.0 + 4) * layout.size() * Float.BYTES; // and a gradient a sequence
            TrainingMemory memory = TrainingMemory.of(wide, plan, 1);
            assertThat(memory.bytes()).as(wide.toString()).isGreaterThan(weights);
            assertThat(memory.longest()).isGreaterThanOrEqualTo(layout.size());
            assertThat(memory.possible()).isTrue();
        }
    }

    /// Values and heads of each sequence, its symbols and sums; queries, keys and values of two
    /// constant sequences with a gradient for each of eight tasks.
    @Test
    void theFirstLayerOfTwoSymbolsCounts() {
        TransformerConfig config = TransformerConfig.reference(2, 1024);
        int stride = KernelPass.stride(1024);
        double arrays = 21.0 * stride * (2 * 8 + 1 + 2) + 9.0 * 2 * 3 * 8 * stride;
        assertThat(BinaryFirstLayer.floats(config, 21, 1024, 2)).isBetween(arrays, 2 * arrays);
        TrainingPlan plan = TrainingPlan.reference(1, 1).withBatch(21, 1024);
        double two = TrainingMemory.of(config, plan, 2).bytes();
        double three = TrainingMemory.of(TransformerConfig.reference(3, 1024), plan, 2).bytes();
        assertThat(two - three).isGreaterThan(Float.BYTES * arrays);
    }

    @Test
    void lawsAndWhatIsSummedUpOnContextsCount() {
        TrainingPlan plan = TrainingPlan.reference(1, 1);
        TransformerConfig config = TransformerConfig.reference(1000, 1024);
        TrainingMemory training = TrainingMemory.of(config, plan, 1);
        StartLaw uniform = new StartLaw.Uniform();
        KnownSource lag = LagSource.of(KernelSource.switchingMatrix(1000, .5), 2, uniform);
        double laws = 1000.0 * 1000;
        assertThat(training.on(lag, plan.length()).bytes() - training.bytes())
                .isBetween(40 * laws, 100 * laws);
        TextSource text = TextSource.ofTokens(IntStream.range(0, 1000).toArray(), 1000);
        assertThat(training.on(text, plan.length()).bytes() - training.bytes())
                .isBetween(40 * laws, 100 * laws);
        assertThat(training.on(text.part(0, 900), plan.length()).bytes() - training.bytes())
                .isEqualTo(3600);
        RandomKernelSource random = RandomKernelSource.of(3, 1, 1, uniform);
        assertThat(training.on(random, plan.length()).bytes()).isGreaterThan(training.bytes());
        assertThat(training.on(lag, 1 << 22).possible()).isFalse();
    }

    @Test
    void sizesBeyondAllArraysAreFoundWithoutMakingOne() {
        TransformerConfig huge = TransformerConfig.reference(2, 1024).withDModel(500_000_000);
        TrainingMemory memory = TrainingMemory.of(huge, TrainingPlan.reference(1, 1), 2);
        assertThat(memory.bytes()).isGreaterThan(1e18);
        assertThat(memory.possible()).isFalse();
        TrainingPlan batches = TrainingPlan.reference(1, 1).withBatch(Integer.MAX_VALUE, 1024);
        assertThat(TrainingMemory.of(TransformerConfig.reference(2, 1024), batches, 2).possible())
                .isFalse();
        TransformerConfig places = TransformerConfig.reference(2, Integer.MAX_VALUE);
        assertThat(
                        TrainingMemory.of(
                                        places,
                                        TrainingPlan.reference(1, 1).withBatch(1, places.nCtx()),
                                        1)
                                .possible())
                .isFalse();
    }
}
