package dev.perron.cli;

import dev.perron.transformer.Positions;
import dev.perron.transformer.TrainingMemory;
import dev.perron.transformer.TrainingPlan;
import dev.perron.transformer.TransformerConfig;

/// How much a [WatchLog] is going to hold, known before a training begins.
///
/// @param looks evaluations, each of which is looked at
/// @param numbers of a look: attention on the sample, position vectors, learned rows
record WatchSize(double looks, double numbers) {
    /// Numbers of a log at most: its file and its arrays are built in memory, learned rows in
    /// double, so that an array of bytes holds no more, with its header.
    static final double MOST = (1 << 28) - 1024;

    /// What a number takes at most: in its look, in the array of all, and in the file.
    private static final int BYTES = 3 * Double.BYTES;

    static WatchSize of(TransformerConfig config, TrainingPlan plan, TrainingData data) {
        double sample = Math.min(TrainingFolder.SAMPLE, plan.length());
        double attention =
                config.attention()
                        ? (double) config.nLayers() * config.nHeads() * sample * sample
                        : 0;
        double positions =
                config.positions() == Positions.LEARNED
                        ? (double) config.nCtx() * config.dModel()
                        : 0;
        return new WatchSize(
                Math.ceil((double) plan.steps() / plan.evaluateEvery()),
                attention + positions + data.judged());
    }

    /// Numbers of the whole log.
    double total() {
        return looks * numbers;
    }

    /// @param training what is needed without it
    /// @throws Failure if the log is too long, or there is no memory for it
    void require(TrainingMemory training, TrainingPlan plan) {
        String less = "give a larger --evaluate-every than %d".formatted(plan.evaluateEvery());
        if (total() > MOST) {
            throw new Failure(
                    ExitCode.USAGE,
                    "--watch: %.0f looks at %.0f numbers each, must be at most %.0f numbers together; %s"
                            .formatted(looks, numbers, MOST, less));
        }
        Memory.require("the training with --watch", training.bytes() + total() * BYTES, less);
    }
}
