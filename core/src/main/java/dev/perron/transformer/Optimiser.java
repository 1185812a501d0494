package dev.perron.transformer;

/// How weights follow their gradients; as in PyTorch. Decay is of the tensors that say so only, see
/// [WeightTensor].
public sealed interface Optimiser {
    /// How much weights shrink, in parts of the learning rate.
    double decay();

    /// Adam with decoupled weight decay: Loshchilov and Hutter, arXiv:1711.05101.
    ///
    /// @param beta1 memory of the mean of gradients
    /// @param beta2 memory of their mean square
    /// @param epsilon added to the root of the mean square
    /// @param decay weight decay
    record AdamW(double beta1, double beta2, double epsilon, double decay) implements Optimiser {
        /// @throws IllegalArgumentException if a value is out of its range
        public AdamW {
            requireShare("beta1", beta1);
            requireShare("beta2", beta2);
            requireNotNegative("epsilon", epsilon);
            requireNotNegative("decay", decay);
        }

        /// As in the published code: betas 0.9 and 0.95, decay 1e-3.
        public static AdamW reference() {
            return new AdamW(0.9, 0.95, 1e-8, 1e-3);
        }
    }

    /// Gradient descent with momentum; decay is added to the gradient.
    ///
    /// @param momentum memory of earlier gradients
    /// @param decay weight decay
    record Sgd(double momentum, double decay) implements Optimiser {
        /// @throws IllegalArgumentException if a value is out of its range
        public Sgd {
            requireShare("momentum", momentum);
            requireNotNegative("decay", decay);
        }
    }

    private static void requireShare(String name, double value) {
        if (!(value >= 0 && value < 1)) {
            throw new IllegalArgumentException(
                    "%s = %s, must be at least 0 and below 1".formatted(name, value));
        }
    }

    private static void requireNotNegative(String name, double value) {
        if (!(value >= 0 && value < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    "%s = %s, must be at least 0".formatted(name, value));
        }
    }
}
