package dev.perron.transformer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Trains one model on one source, step by step. What it draws and computes depends on the plan
/// alone: not on the number of threads, nor on where it was interrupted and gone on with. Of use to
/// one thread at a time.
public final class Trainer implements AutoCloseable {
    private final MarkovSource source;
    private final MarkovSource evaluated; // a text's other part; else the same
    private final Optional<KnownSource> judge; // on whose contexts predictions are summed up
    private final TrainingPlan plan;
    private final RandomStreams random;
    private final Probabilities probabilities;
    private final TrainableModel model;
    private final int[] tokens;
    private final List<Double> training;
    private LossCurve curve;
    private int done;

    private Trainer(Checkpoint from, MarkovSource source, int threads) {
        this.source = source;
        evaluated = source instanceof TextSource text ? text.heldOut() : source;
        judge = judge(source, from.plan().length());
        plan = from.plan();
        random = new RandomStreams(plan.seed());
        probabilities = from.weights().config().probabilities();
        double[][] moments = {from.firstMoments(), from.secondMoments()};
        model =
                switch (plan.precision()) {
                    case FLOAT32 -> new Float32Model(from.weights(), moments, plan, threads);
                    case FLOAT64 -> new Float64Model(from.weights(), moments, plan);
                };
        tokens = new int[Math.multiplyExact(plan.batch(), plan.length() + 1)];
        training = new ArrayList<>(from.curve().training());
        curve = from.curve();
        done = from.done();
    }

    /// A training that begins, or goes on, at this point. What is evaluated on comes from a stream
    /// of its own; of a text that holds a part out, from that part.
    ///
    /// @param threads at least 1; no more than a handful are of use
    /// @throws IllegalArgumentException if source, model and plan don't fit each other
    public static Trainer of(Checkpoint from, MarkovSource source, int threads) {
        TransformerConfig config = from.weights().config();
        if (source.symbols() > config.dVocab()) {
            throw new IllegalArgumentException(
                    "a source of %d symbols, must be at most the vocabulary of %d"
                            .formatted(source.symbols(), config.dVocab()));
        }
        if (from.plan().length() > config.nCtx()) {
            throw new IllegalArgumentException(
                    "sequences of %d tokens, must be at most the context of %d"
                            .formatted(from.plan().length(), config.nCtx()));
        }
        for (String name : from.plan().frozen()) {
            List<WeightTensor> tensors = from.weights().layout().tensors();
            if (name.isEmpty() || tensors.stream().noneMatch(t -> t.name().startsWith(name))) {
                throw new IllegalArgumentException(
                        "frozen '%s' begins the name of no tensor, must be of %s"
                                .formatted(
                                        name, tensors.stream().map(WeightTensor::name).toList()));
            }
        }
        return new Trainer(from, source, threads);
    }

    private static Optional<KnownSource> judge(MarkovSource source, int length) {
        return switch (source) {
            case KnownSource known when known.order() <= length -> Optional.of(known);
            case KnownSource _ -> Optional.empty();
            case TextSource text when text.hasChain() -> Optional.of(text.chain());
            case TextSource _ -> Optional.empty();
            case RandomKernelSource _ -> Optional.empty();
        };
    }

    /// What came of a step.
    public sealed interface Step {
        /// The weights have moved.
        ///
        /// @param number of the step, from 1
        /// @param loss mean of the batch in nats a token, before the step
        /// @param gradientNorm length of its gradient, before clipping
        record Trained(int number, double loss, double gradientNorm) implements Step {}

        /// Loss or gradient is no number: the weights are as they were before the step.
        ///
        /// @param number of the step, from 1
        /// @param value what came out: the loss, or the gradient's norm if the loss is a number
        record Diverged(int number, double value) implements Step {}
    }

    /// Does one step.
    ///
    /// @throws IllegalStateException if all of the plan's steps are done
    public Step step() {
        if (finished()) {
            throw new IllegalStateException("all %d steps are done".formatted(plan.steps()));
        }
        model.clearGradient();
        double loss = 0;
        for (int i = 0; i < plan.accumulation(); i++) {
            long number = (long) done * plan.accumulation() + i;
            source.fill(random.stream("data", number), tokens, plan.batch(), plan.length() + 1);
            loss +=
                    model.addGradient(tokens, plan.batch(), 1.0 / plan.accumulation())
                            / plan.accumulation();
        }
        double norm = model.gradientNorm();
        if (!Double.isFinite(loss) || !Double.isFinite(norm)) {
            return new Step.Diverged(done + 1, Double.isFinite(loss) ? norm : loss);
        }
        if (norm > plan.clip()) {
            model.scaleGradient(plan.clip() / norm);
        }
        model.step(plan.optimiser(), plan.rateAt(done), done + 1);
        done++;
        training.add(loss);
        return new Step.Trained(done, loss, norm);
    }

    /// How many steps the plan has.
    public int steps() {
        return plan.steps();
    }

    /// How many steps are done.
    public int done() {
        return done;
    }

    /// Whether all of the plan's steps are done.
    public boolean finished() {
        return done == plan.steps();
    }

    /// Whether the plan wants an evaluation now.
    public boolean evaluationIsDue() {
        return done % plan.evaluateEvery() == 0 || finished();
    }

    /// Evaluates the model on the plan's evaluation batches, and puts the loss on the curve.
    public Evaluation evaluate() {
        Evaluation evaluation = evaluate(plan.evaluationBatches());
        curve = curve.withEvaluation(evaluation);
        return evaluation;
    }

    /// Evaluates the model on so many evaluation batches, the first of which are the plan's.
    public Evaluation evaluate(int batches) {
        int length = plan.length();
        Optional<PredictionTally> tally = judge.map(PredictionTally::new);
        Optional<StrategyDistances> strategies =
                source instanceof RandomKernelSource kernels
                        ? Optional.of(kernels.strategies())
                        : Optional.empty();
        double[] predicted = new double[length * source.symbols()];
        double loss = 0;
        for (int batch = 0; batch < batches; batch++) {
            evaluated.fill(random.stream("eval", batch), tokens, plan.batch(), length + 1);
            loss +=
                    model.loss(
                            tokens,
                            plan.batch(),
                            (at, logits) -> {
                                if (tally.isPresent() || strategies.isPresent()) {
                                    laws(logits, predicted);
                                }
                                tally.ifPresent(sum -> sum.add(tokens, at, length, predicted, 0));
                                strategies.ifPresent(
                                        sum -> sum.add(tokens, at, length, predicted, 0));
                            });
        }
        return new Evaluation(
                done,
                loss / batches,
                Double.isFinite(loss) ? tally.map(PredictionTally::predictions) : Optional.empty(),
                Double.isFinite(loss)
                        ? strategies.map(StrategyDistances::distances).orElse(List.of())
                        : List.of());
    }

    /// The beginning of the first sequence that is evaluated on.
    ///
    /// @param most tokens at most
    public int[] sample(int most) {
        int[] whole = new int[plan.batch() * (plan.length() + 1)];
        evaluated.fill(random.stream("eval", 0), whole, plan.batch(), plan.length() + 1);
        return Arrays.copyOf(whole, Math.min(most, plan.length()));
    }

    /// The laws `[T][S]` of the next symbol.
    private void laws(TrainableModel.Logits logits, double[] predicted) {
        int symbols = source.symbols();
        for (int t = 0; t < plan.length(); t++) {
            for (int v = 0; v < symbols; v++) {
                predicted[t * symbols + v] = logits.at(t, v);
            }
            probabilities.normalise(predicted, t * symbols, symbols);
        }
    }

    /// The model as it is.
    public TransformerWeights weights() {
        return model.weights();
    }

    /// Losses so far.
    public LossCurve curve() {
        return new LossCurve(training, curve.evaluations());
    }

    /// The training as it is.
    public Checkpoint checkpoint() {
        double[][] moments = model.moments();
        return Checkpoint.of(model.weights(), moments[0], moments[1], plan, done, curve());
    }

    /// Ends its threads.
    @Override
    public void close() {
        model.close();
    }
}
