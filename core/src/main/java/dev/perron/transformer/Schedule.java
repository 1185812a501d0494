package dev.perron.transformer;

/// How the learning rate goes over the steps of a training.
public sealed interface Schedule {
    /// The rate of a step as a multiple of the highest.
    ///
    /// @param step from 0
    /// @param steps of the whole training
    double factor(int step, int steps);

    /// How a rate goes from one value to another.
    enum Annealing {
        /// By half a cosine.
        COSINE,
        /// In a straight line.
        LINEAR;

        private double between(double from, double to, double share) {
            return switch (this) {
                case COSINE -> to + (from - to) / 2 * (1 + Math.cos(Math.PI * share));
                case LINEAR -> from + (to - from) * share;
            };
        }
    }

    /// The highest rate, after a straight warm-up.
    ///
    /// @param warmUp steps on the way up; 0 for none
    record Constant(int warmUp) implements Schedule {
        /// @throws IllegalArgumentException if the warm-up is negative
        public Constant {
            if (warmUp < 0) {
                throw new IllegalArgumentException(
                        "warm-up of %d steps, must be at least 0".formatted(warmUp));
            }
        }

        @Override
        public double factor(int step, int steps) {
            return step < warmUp ? (step + 1.0) / warmUp : 1;
        }
    }

    /// Up from a small rate and down to another: PyTorch's OneCycleLR of two phases.
    ///
    /// @param annealing both ways
    /// @param warmUp share of the steps on the way up
    /// @param start the first rate, in parts of the highest
    /// @param end the last rate, in parts of the highest
    record OneCycle(Annealing annealing, double warmUp, double start, double end)
            implements Schedule {
        /// @throws IllegalArgumentException if a share isn't within 0 and 1
        public OneCycle {
            requireShare("warm-up", warmUp);
            requireShare("start", start);
            requireShare("end", end);
        }

        private static void requireShare(String name, double value) {
            if (!(value >= 0 && value <= 1)) {
                throw new IllegalArgumentException(
                        "%s %s, must be from 0 to 1".formatted(name, value));
            }
        }

        /// As in the published code: 2 % of the steps up from a hundredth, then down to a fifth.
        public static OneCycle reference(Annealing annealing) {
            return new OneCycle(annealing, 0.02, 0.01, 0.2);
        }

        @Override
        public double factor(int step, int steps) {
            double top = warmUp * steps - 1;
            if (step <= top) {
                return top == 0 ? 1 : annealing.between(start, 1, step / top);
            }
            // a warm-up of less than a step leaves the top before step 0, as in PyTorch
            double length = steps - 1 - top;
            return length == 0 ? end : annealing.between(1, end, (step - top) / length);
        }
    }
}
