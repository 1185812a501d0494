package dev.perron.transformer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.List;

class TrainerTest {
    private static final long SEED = 3;
    private static final KernelSource SOURCE =
            KernelSource.binary(0.2, 0.3, new StartLaw.Stationary());

    private static TrainingPlan plan(int steps) {
        return TrainingPlan.reference(steps, SEED).withBatch(8, 64);
    }

    private static TransformerWeights start(TransformerConfig config) {
        return Initialisation.Gaussian.reference()
                .draw(config, new RandomStreams(SEED).stream("init", 0));
    }

    private static Checkpoint trained(Checkpoint from, int steps, int threads) {
        try (Trainer trainer = Trainer.of(from, SOURCE, threads)) {
            for (int i = 0; i < steps; i++) {
                trainer.step();
                if (trainer.evaluationIsDue()) {
                    trainer.evaluate();
                }
            }
            return trainer.checkpoint();
        }
    }

    @Test
    void threadsDoNotChangeATraining() {
        Checkpoint start =
                Checkpoint.start(start(TransformerConfig.reference(2, 64).withLayers(2)), plan(7));
        assertThat(trained(start, 7, 2)).isEqualTo(trained(start, 7, 1));
    }

    @Test
    void aTrainingThatIsGoneOnWithEndsAtTheSameNumbers() {
        Checkpoint start = Checkpoint.start(start(TransformerConfig.reference(2, 64)), plan(8));
        Checkpoint half = trained(start, 5, 2);
        assertThat(half.done()).isEqualTo(5);
        assertThat(trained(half, 3, 1)).isEqualTo(trained(start, 8, 2));
    }

    @Test
    void theReferenceModelLearnsTheBigramOfAnEasySource() {
        TrainingPlan plan = TrainingPlan.reference(150, SEED).withBatch(16, 128);
        Checkpoint start = Checkpoint.start(start(TransformerConfig.reference(2, 128)), plan);
        try (Trainer trainer = Trainer.of(start, SOURCE, 2)) {
            while (!trainer.finished()) {
                trainer.step();
            }
            Evaluation evaluation = trainer.evaluate();
            assertThat(evaluation.solution(SOURCE).orElseThrow())
                    .isInstanceOf(Solution.Bigram.class);
            assertThat(trainer.curve().training()).hasSize(150);
            assertThat(trainer.curve().evaluations())
                    .containsExactly(new LossCurve.Point(150, evaluation.loss()));
        }
    }

    @Test
    void doubleAndFloatTrainingsStartAlike() {
        TransformerConfig config = TransformerConfig.reference(2, 32);
        TrainingPlan plan = TrainingPlan.reference(3, SEED).withBatch(2, 32);
        Checkpoint single = trained(Checkpoint.start(start(config), plan), 3, 1);
        TrainingPlan wide = plan.withPrecision(TrainingPlan.Precision.FLOAT64);
        Checkpoint twice = trained(Checkpoint.start(start(config), wide), 3, 1);
        for (int i = 0; i < 3; i++) {
            assertThat(single.curve().training().get(i))
                    .isCloseTo(twice.curve().training().get(i), within(1e-6));
        }
    }

    @Test
    void frozenTensorsStayAsTheyAre() {
        TrainingPlan all = plan(4);
        TrainingPlan some =
                new TrainingPlan(
                        4,
                        8,
                        64,
                        2,
                        all.optimiser(),
                        all.rate(),
                        all.schedule(),
                        0.1,
                        10,
                        1,
                        SEED,
                        all.precision(),
                        List.of("transformer.wte"));
        TransformerWeights start = start(TransformerConfig.reference(2, 64));
        TransformerWeights end = trained(Checkpoint.start(start, some), 4, 1).weights();
        assertThat(end.tensor("transformer.wte.weight"))
                .isEqualTo(start.tensor("transformer.wte.weight"));
        assertThat(end.tensor("transformer.wpe.weight"))
                .isNotEqualTo(start.tensor("transformer.wpe.weight"));
    }

    @Test
    void aTrainingBeginsWithTheWeightsThatAreGiven() {
        TransformerConfig config = TransformerConfig.reference(2, 64);
        TransformerWeights given = start(config);
        Initialisation init = new Initialisation.Given(given);
        assertThat(init.draw(config, new RandomStreams(1).stream("init", 0))).isSameAs(given);
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                init.draw(
                                        config.withLayers(2),
                                        new RandomStreams(1).stream("init", 0)))
                .withMessage("weights of another configuration: nLayers: 2, there 1");
    }

    @Test
    void sourcesThatAreNotKnownAreEvaluatedByWhatCanBeKnown() {
        TrainingPlan plan = plan(1).withBatch(4, 20);
        RandomKernelSource kernels = RandomKernelSource.of(2, 2, 1, new StartLaw.Uniform());
        Checkpoint start = Checkpoint.start(start(TransformerConfig.reference(2, 20)), plan);
        try (Trainer trainer = Trainer.of(start, kernels, 1)) {
            Evaluation evaluation = trainer.evaluate(1);
            assertThat(evaluation.predictions()).isEmpty();
            assertThat(evaluation.strategies()).hasSize(4);
            assertThat(evaluation.contextSolution().orElseThrow().nearest().strategy())
                    .isEqualTo(new Strategy.Uniform());
        }
        TextSource text = TextSource.ofCharacters("ab".repeat(60)).holdingOut(30);
        try (Trainer trainer = Trainer.of(start, text, 1)) {
            Evaluation evaluation = trainer.evaluate(1);
            assertThat(evaluation.predictions().orElseThrow().rows()).hasSize(2);
            assertThat(evaluation.strategies()).isEmpty();
        }
    }

    @Test
    void clippingDoesNotCountFrozenGradients() {
        TransformerWeights start = start(TransformerConfig.reference(2, 64));
        for (TrainingPlan.Precision precision : TrainingPlan.Precision.values()) {
            TrainingPlan all = plan(1).withPrecision(precision);
            double whole = gradientNorm(start, all);
            double rest =
                    gradientNorm(start, all.withFrozen(List.of("lm_head", "transformer.wte")));
            double frozen =
                    gradientNorm(
                            start,
                            all.withFrozen(
                                    List.of("transformer.wpe", "transformer.h", "transformer.ln")));
            assertThat(Math.hypot(rest, frozen)).isCloseTo(whole, within(1e-6 * whole));
            assertThat(rest).isPositive().isLessThan(0.9 * whole);
        }
    }

    private static double gradientNorm(TransformerWeights start, TrainingPlan plan) {
        try (Trainer trainer = Trainer.of(Checkpoint.start(start, plan), SOURCE, 1)) {
            return ((Trainer.Step.Trained) trainer.step()).gradientNorm();
        }
    }

    @Test
    void aLossThatIsNoNumberLeavesTheWeightsAlone() {
        TransformerWeights start =
                start(TransformerConfig.reference(2, 64).withNormalisation(Normalisation.NONE));
        double[] huge = new double[2 * 8];
        Arrays.fill(huge, (float) 1e30);
        TransformerWeights bad = start.with("transformer.wte.weight", huge);
        try (Trainer trainer = Trainer.of(Checkpoint.start(bad, plan(2)), SOURCE, 1)) {
            assertThat(trainer.step()).isInstanceOf(Trainer.Step.Diverged.class);
            assertThat(trainer.done()).isZero();
            assertThat(trainer.weights().toArray()).isEqualTo(bad.toArray());
        }
    }

    @Test
    void whatDoesNotFitIsRefused() {
        TransformerWeights start = start(TransformerConfig.reference(2, 64));
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                Trainer.of(
                                        Checkpoint.start(start, plan(1).withBatch(1, 65)),
                                        SOURCE,
                                        1))
                .withMessage("sequences of 65 tokens, must be at most the context of 64");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                Trainer.of(
                                        Checkpoint.start(start, plan(1)),
                                        KernelSource.switching(3, 0.1, new StartLaw.Uniform()),
                                        1))
                .withMessage("a source of 3 symbols, must be at most the vocabulary of 2");
        try (Trainer trainer = Trainer.of(Checkpoint.start(start, plan(1)), SOURCE, 1)) {
            trainer.step();
            assertThatIllegalStateException().isThrownBy(trainer::step);
        }
    }
}
