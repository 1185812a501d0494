package dev.perron.transformer;

import dev.perron.kernel.TransformerKernels;

/// What a training needs, computed before anything is allocated: an upper bound, within a few
/// percent where it is large.
///
/// @param bytes of weights, gradients, optimiser's memory, activations and batches
/// @param longest numbers in its longest array
public record TrainingMemory(double bytes, double longest) {
    /// Numbers that an array of Java's can hold.
    private static final double MOST = Integer.MAX_VALUE - 64.0;

    /// Activations and gradients of a layer, in rows of d and of m channels.
    private static final int ROWS_OF_D = 16;

    private static final int ROWS_OF_MLP = 3;

    /// Numbers that are kept for each of a source's.
    private static final int LAWS = 7;

    /// That of a training.
    ///
    /// @param threads at least 1
    public static TrainingMemory of(TransformerConfig config, TrainingPlan plan, int threads) {
        double numbers = weights(config);
        double tokens = plan.batch() * (plan.length() + 1.0);
        double bytes =
                switch (plan.precision()) {
                    case FLOAT32 -> single(config, plan, threads, numbers);
                    case FLOAT64 -> twice(config, plan, numbers);
                };
        // A checkpoint in the making: weights and the optimiser's memory in double, twice over.
        double checkpoint = 6 * numbers * Double.BYTES;
        double positions = config.dModel() * stride(plan.length());
        double rows = floatsOfPass(config, plan.length());
        return new TrainingMemory(
                bytes + checkpoint + 2 * tokens * Integer.BYTES,
                Math.max(Math.max(rows, tokens), numbers + positions));
    }

    /// The same with a source, and with what a model is judged by: laws, what is summed up on each
    /// context, predictions.
    ///
    /// @param length tokens of a sequence
    public TrainingMemory on(MarkovSource source, int length) {
        double places = (double) length * source.symbols();
        return switch (source) {
            case KnownSource known -> judgedBy(known.contexts(), known.symbols(), places);
            case TextSource text when text.hasChain() ->
                    judgedBy(text.symbols(), text.symbols(), places)
                            .plus((double) text.length() * Integer.BYTES);
            case TextSource text -> plus((double) text.length() * Integer.BYTES);
            case RandomKernelSource random -> {
                double contexts = Math.pow(random.symbols(), random.order());
                double strategies = (random.order() + 2) * places;
                yield judgedBy(contexts, random.symbols(), places).plus(strategies * Double.BYTES);
            }
        };
    }

    /// With laws `[contexts, S]` as such, as tables to draw from, and on blocks; sums, squares and
    /// the means of two evaluations; and the elimination that makes the stationary law.
    private TrainingMemory judgedBy(double contexts, double symbols, double places) {
        double laws = contexts * symbols;
        double elimination = contexts * contexts;
        return new TrainingMemory(
                bytes + Double.BYTES * (LAWS * laws + elimination + places),
                Math.max(longest, Math.max(elimination, places)));
    }

    private TrainingMemory plus(double more) {
        return new TrainingMemory(bytes + more, longest);
    }

    /// Whether each of its arrays can be one.
    public boolean possible() {
        return longest <= MOST;
    }

    private static double single(
            TransformerConfig config, TrainingPlan plan, int threads, double numbers) {
        double parts = Math.min(Float32Model.MOST_PARTS, plan.batch());
        double positions = config.dModel() * stride(plan.length());
        double passes = Math.min(threads, parts);
        double firstLayer = 0;
        if (BinaryFirstLayer.suits(config, plan.batch(), plan.length())) {
            firstLayer = BinaryFirstLayer.floats(config, plan.batch(), plan.length(), threads);
            passes += 2;
        }
        return Float.BYTES
                * (4 * numbers
                        + positions
                        + parts * (numbers + positions)
                        + passes * floatsOfPass(config, plan.length())
                        + firstLayer);
    }

    private static double floatsOfPass(TransformerConfig config, int length) {
        double rows =
                config.nLayers()
                                * ((double) ROWS_OF_D * config.dModel()
                                        + (double) ROWS_OF_MLP * config.dMlp()
                                        + config.nHeads())
                        + (double) ROWS_OF_D * config.dModel()
                        + 2.0 * config.dVocab()
                        + config.dMlp();
        return rows * stride(length);
    }

    private static double stride(int length) {
        return length + 2.0 * TransformerKernels.BLOCK;
    }

    private static double twice(TransformerConfig config, TrainingPlan plan, double numbers) {
        double t = plan.length();
        double attention = config.attention() ? config.nHeads() * t * t : 0;
        double layer = attention + t * ((double) ROWS_OF_D * config.dModel() + 3.0 * config.dMlp());
        double head = t * 4 * ((double) config.dVocab() + config.dModel());
        return Double.BYTES * (4 * numbers + config.nLayers() * layer + head);
    }

    /// How many weights there are, without counting past what an `int` holds.
    private static double weights(TransformerConfig config) {
        double d = config.dModel();
        double m = config.dMlp();
        double attention = config.attention() ? 4 * d * d + 6 * d : 0;
        double relative =
                config.positions() == Positions.RELATIVE
                        ? (double) config.nHeads() * config.nCtx()
                        : 0;
        double mlp = m > 0 ? 2 * d * m + m + 3 * d : 0;
        double positions = config.positions() == Positions.LEARNED ? config.nCtx() * d : 0;
        double head = config.head().tied() ? 0 : config.logits() * d;
        return config.nLayers() * (attention + relative + mlp)
                + config.logits() * d
                + positions
                + head
                + config.logits()
                + 2 * d;
    }
}
