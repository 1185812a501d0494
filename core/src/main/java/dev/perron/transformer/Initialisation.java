package dev.perron.transformer;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/// The weights that a training starts from. LayerNorm starts at 1, biases and learned numbers by
/// distance at 0, unless said otherwise.
public sealed interface Initialisation {
    /// The standard deviation of the published code.
    double REFERENCE_STD = 0.02;

    /// Weights for a configuration.
    ///
    /// @throws IllegalArgumentException if the configuration lacks what this speaks of
    TransformerWeights draw(TransformerConfig config, RandomGenerator random);

    /// These weights, drawn or trained elsewhere.
    ///
    /// @param weights of the configuration that is asked for
    record Given(TransformerWeights weights) implements Initialisation {
        @Override
        public TransformerWeights draw(TransformerConfig config, RandomGenerator random) {
            if (!config.equals(weights.config())) {
                throw new IllegalArgumentException(
                        "weights of another configuration: "
                                + config.differenceFrom(weights.config()));
            }
            return weights;
        }
    }

    /// Independent normal numbers.
    ///
    /// @param std their standard deviation
    /// @param residualScaled whether what is added to the residual stream starts smaller by √(2L),
    ///   as in GPT-2
    record Gaussian(double std, boolean residualScaled) implements Initialisation {
        /// @throws IllegalArgumentException if the deviation is negative or not finite
        public Gaussian {
            requireFinite("standard deviation", std);
            if (std < 0) {
                throw new IllegalArgumentException(
                        "standard deviation %s, must be at least 0".formatted(std));
            }
        }

        /// As in GPT-2 and the published code.
        public static Gaussian reference() {
            return new Gaussian(REFERENCE_STD, true);
        }

        @Override
        public TransformerWeights draw(TransformerConfig config, RandomGenerator random) {
            WeightLayout layout = WeightLayout.of(config);
            double[] values = new double[layout.size()];
            for (WeightTensor tensor : layout.tensors()) {
                boolean residual = residualScaled && tensor.name().endsWith("c_proj.weight");
                double each = residual ? std / Math.sqrt(2.0 * config.nLayers()) : std;
                for (int i = tensor.offset(); i < tensor.end(); i++) {
                    values[i] =
                            switch (kind(tensor.name())) {
                                case MATRIX -> (float) (each * random.nextGaussian());
                                case GAIN -> 1;
                                case ZERO -> 0;
                            };
                }
            }
            return TransformerWeights.of(layout, values);
        }

        private enum Kind {
            MATRIX,
            GAIN,
            ZERO
        }

        private static Kind kind(String name) {
            if (name.endsWith(".bias") || name.endsWith("relative.weight")) {
                return Kind.ZERO;
            }
            return name.contains(".ln_") ? Kind.GAIN : Kind.MATRIX;
        }
    }

    /// The start that escapes the bad minimum in the published code (`--init good`): every number
    /// of an embedding -1, of a position ½, of the MLP's first matrix 2 and of its second -2; the
    /// rest normal.
    record Good() implements Initialisation {
        @Override
        public TransformerWeights draw(TransformerConfig config, RandomGenerator random) {
            requireMlp(config, "the good start");
            TransformerWeights weights = new Gaussian(REFERENCE_STD, false).draw(config, random);
            weights =
                    weights.with(
                            "transformer.wte.weight",
                            filled(weights, "transformer.wte.weight", -1));
            if (config.positions() == Positions.LEARNED) {
                weights =
                        weights.with(
                                "transformer.wpe.weight",
                                filled(weights, "transformer.wpe.weight", 0.5));
            }
            return mlp(weights, 2, -2);
        }
    }

    /// A start with constant matrices in the MLP, of opposite signs (`--init ashok` in the
    /// published code); the rest as [Gaussian#reference()].
    ///
    /// @param value of the first matrix; the second has its negative
    record ConstantMlp(double value) implements Initialisation {
        /// @throws IllegalArgumentException if the value isn't finite
        public ConstantMlp {
            requireFinite("value", value);
        }

        @Override
        public TransformerWeights draw(TransformerConfig config, RandomGenerator random) {
            requireMlp(config, "a constant MLP");
            return mlp(Gaussian.reference().draw(config, random), value, -value);
        }
    }

    /// The rank-one start of the canonical dynamics (`--init lowrank` in the published code): with
    /// α random signs, embedding eα, positions -eα/2, first matrix wαᵀ and second αwᵀ of random
    /// signs of one size, values αvᵀ; e and |w| are sizes of N(0, 0.1²) draws, the bias is N(0, 1).
    ///
    /// @param valueStd standard deviation of v; 0, the published default, for no attention at first
    record RankOne(double valueStd) implements Initialisation {
        private static final double SCALE = 0.1;

        /// @throws IllegalArgumentException if the deviation isn't finite
        public RankOne {
            requireFinite("standard deviation", valueStd);
        }

        @Override
        public TransformerWeights draw(TransformerConfig config, RandomGenerator random) {
            requireMlp(config, "the rank-one start");
            if (config.head() != OutputHead.SCALAR_TIED
                    || config.positions() != Positions.LEARNED) {
                throw new IllegalArgumentException(
                        "the rank-one start with head %s and positions %s, must be SCALAR_TIED and LEARNED"
                                .formatted(config.head(), config.positions()));
            }
            TransformerWeights weights = new Gaussian(REFERENCE_STD, false).draw(config, random);
            double[] alpha = signs(config.dModel(), 1, random);
            double[] hidden = signs(config.dMlp(), SCALE * random.nextGaussian(), random);
            double e = Math.abs(SCALE * random.nextGaussian());
            double[] ones = new double[config.nCtx()];
            Arrays.fill(ones, -e / 2);
            weights =
                    weights.with("transformer.wte.weight", outer(new double[] {e}, alpha))
                            .with("transformer.wpe.weight", outer(ones, alpha))
                            .with("lm_head.bias", random.nextGaussian());
            for (int layer = 0; layer < config.nLayers(); layer++) {
                String prefix = "transformer.h." + layer + ".";
                weights =
                        weights.with(prefix + "mlp.c_fc.weight", outer(hidden, alpha))
                                .with(prefix + "mlp.c_proj.weight", outer(alpha, hidden));
                if (config.attention()) {
                    weights = withValues(weights, prefix, alpha, random);
                }
            }
            return weights;
        }

        private TransformerWeights withValues(
                TransformerWeights weights, String prefix, double[] alpha, RandomGenerator random) {
            double[] v = new double[alpha.length];
            Arrays.setAll(v, _ -> valueStd * random.nextGaussian());
            double[] qkv = weights.tensor(prefix + "attn.c_attn.weight");
            double[] values = outer(alpha, v);
            System.arraycopy(values, 0, qkv, 2 * values.length, values.length);
            return weights.with(prefix + "attn.c_attn.weight", qkv);
        }

        private static double[] signs(int n, double size, RandomGenerator random) {
            double[] signs = new double[n];
            Arrays.setAll(signs, _ -> random.nextBoolean() ? Math.abs(size) : -Math.abs(size));
            return signs;
        }

        private static double[] outer(double[] a, double[] b) {
            double[] product = new double[a.length * b.length];
            Arrays.setAll(product, i -> (float) (a[i / b.length] * b[i % b.length]));
            return product;
        }
    }

    private static TransformerWeights mlp(TransformerWeights weights, double first, double second) {
        TransformerWeights changed = weights;
        for (int layer = 0; layer < weights.config().nLayers(); layer++) {
            String prefix = "transformer.h." + layer + ".mlp.";
            changed =
                    changed.with(
                                    prefix + "c_fc.weight",
                                    filled(changed, prefix + "c_fc.weight", first))
                            .with(
                                    prefix + "c_proj.weight",
                                    filled(changed, prefix + "c_proj.weight", second));
        }
        return changed;
    }

    private static double[] filled(TransformerWeights weights, String name, double value) {
        double[] numbers = weights.tensor(name);
        Arrays.fill(numbers, value);
        return numbers;
    }

    private static void requireMlp(TransformerConfig config, String what) {
        if (config.dMlp() == 0) {
            throw new IllegalArgumentException(
                    what + " without an MLP, must be a configuration with one");
        }
    }

    private static void requireFinite(String what, double value) {
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException("%s %s, must be finite".formatted(what, value));
        }
    }
}
