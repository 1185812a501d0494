package dev.perron.transformer;

/// The loss of [Probabilities#RELU] on rows of times: what [TransformerKernels#crossEntropy] is to a
/// softmax, as a plain loop. It isn't worth a kernel: beside attention it is nothing.
///
/// [TransformerKernels#crossEntropy]: dev.perron.kernel.TransformerKernels#crossEntropy
final class ReluCrossEntropy {
    private ReluCrossEntropy() {}

    /// The sum of `-log p(target)` over the times that have a target; the logits become the
    /// gradient of that sum times `weight`, 0 where there is no target.
    ///
    /// @param logits `[tokens][stride]`, from `at` on
    /// @param targets `[time]`, negative for none
    static double of(
            float[] logits,
            int at,
            int tokens,
            int[] targets,
            float weight,
            int stride,
            int times) {
        double loss = 0;
        for (int t = 0; t < times; t++) {
            double sum = 0;
            for (int v = 0; v < tokens; v++) {
                sum += Math.max(logits[at + v * stride + t], 0) + Probabilities.FLOOR;
            }
            int target = targets[t];
            if (target >= 0) {
                double own = Math.max(logits[at + target * stride + t], 0) + Probabilities.FLOOR;
                loss += Math.log(sum) - Math.log(own);
            }
            for (int v = 0; v < tokens; v++) {
                int place = at + v * stride + t;
                double own = v == target ? 1 / (logits[place] + Probabilities.FLOOR) : 0;
                boolean moves = target >= 0 && logits[place] > 0;
                logits[place] = moves ? (float) (weight * (1 / sum - own)) : 0;
            }
        }
        return loss;
    }
}
