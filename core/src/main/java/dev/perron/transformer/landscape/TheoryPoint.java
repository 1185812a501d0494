package dev.perron.transformer.landscape;

import dev.perron.chain.Distribution;
import dev.perron.transformer.KernelSource;
import dev.perron.transformer.KnownSource;
import dev.perron.transformer.Normalisation;
import dev.perron.transformer.Positions;
import dev.perron.transformer.Probabilities;
import dev.perron.transformer.TransformerConfig;
import dev.perron.transformer.TransformerWeights;
import dev.perron.transformer.WeightLayout;
import dev.perron.transformer.WeightTensor;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/// The points of the landscape that the theory names. Makkuva et al., arXiv:2402.04161.
public final class TheoryPoint {
    private TheoryPoint() {}

    /// All weights normal with this standard deviation, independent.
    ///
    /// @throws IllegalArgumentException if it is negative, infinite or NaN
    public static TransformerWeights gaussian(
            TransformerConfig config, double deviation, RandomGenerator random) {
        if (!(deviation >= 0 && deviation < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    "standard deviation %s, must be at least 0 and finite".formatted(deviation));
        }
        WeightLayout layout = WeightLayout.of(config);
        double[] values = new double[layout.size()];
        Arrays.setAll(values, i -> deviation * random.nextGaussian());
        return TransformerWeights.of(layout, values);
    }

    /// The unigram point: embeddings and head 0, the bias log π, so that π is predicted everywhere
    /// and the loss is the unigram entropy, whatever the other weights are.
    ///
    /// @param elsewhere the other weights
    /// @throws IllegalArgumentException if the vocabulary isn't the source's, a symbol doesn't
    ///   occur in the long run, or probabilities aren't a softmax of logits
    public static TransformerWeights unigram(KnownSource source, TransformerWeights elsewhere) {
        TransformerConfig config = elsewhere.config();
        Distribution pi = source.unigram();
        if (config.dVocab() != pi.states()) {
            throw new IllegalArgumentException(
                    "vocabulary %d, must be the source's %d symbols"
                            .formatted(config.dVocab(), pi.states()));
        }
        if (config.probabilities() != Probabilities.SOFTMAX) {
            throw new IllegalArgumentException(
                    "probabilities %s, must be softmax".formatted(config.probabilities()));
        }
        double[] bias = new double[config.logits()];
        for (int v = 0; v < pi.states(); v++) {
            if (!(pi.mass(v) > 0)) {
                throw new IllegalArgumentException(
                        "symbol %d doesn't occur in the long run, must have mass for a finite bias"
                                .formatted(v));
            }
            if (!config.head().scalar()) {
                bias[v] = Math.log(pi.mass(v));
            }
        }
        if (config.head().scalar()) {
            bias[0] = Math.log(pi.mass(1) / pi.mass(0));
        }
        TransformerWeights point = zeroed(elsewhere, "transformer.wte.weight");
        if (!config.head().tied()) {
            point = zeroed(point, "lm_head.weight");
        }
        return point.with("lm_head.bias", bias);
    }

    /// The same weights with the values of attention 0 in every layer: what the quadratic form of
    /// the theory asks for, see [UnigramForm].
    public static TransformerWeights withoutValues(TransformerWeights weights) {
        TransformerWeights changed = weights;
        for (int layer = 0; layer < weights.config().nLayers(); layer++) {
            String name = "transformer.h." + layer + ".attn.c_attn.weight";
            if (weights.layout().find(name).isPresent()) {
                double[] qkv = changed.tensor(name);
                Arrays.fill(qkv, qkv.length / 3 * 2, qkv.length, 0);
                changed = changed.with(name, qkv);
            }
        }
        return changed;
    }

    /// Whether [#bigram] can be made for models of this configuration.
    public static boolean hasBigram(TransformerConfig config) {
        return config.head().scalar()
                && config.nLayers() == 1
                && config.normalisation() == Normalisation.NONE
                && config.positions() == Positions.LEARNED
                && !config.biases();
    }

    /// The explicit global minimum of the model of the theory: it predicts the rows of the source,
    /// and its loss is the entropy rate. With a unit vector α it is e = a = eα, p_n = -(e/2)α, no
    /// attention, W_1 = c|w|1αᵀ and W_2 = cwα1ᵀ with c²m = 4, so that the logit after symbol x is
    /// e²(1 + 2w|w|)x + b - e²/2. An untied head needs no MLP: its vector is a = ±eα.
    ///
    /// @param source binary, of order 1
    /// @throws IllegalArgumentException if the configuration isn't the theory's (one layer, a head
    ///   of one logit, learned positions, neither LayerNorm nor biases), the source isn't binary of
    ///   order 1 with p and q inside (0,1), or a tied head has p + q above 1 and no MLP
    public static TransformerWeights bigram(KernelSource source, TransformerConfig config) {
        if (!hasBigram(config)) {
            throw new IllegalArgumentException(
                    "no explicit minimum is known for this configuration, must have one layer, a"
                        + " head of one logit, learned positions, neither LayerNorm nor biases");
        }
        double p = between(source, 0, 1, "p");
        double q = between(source, 1, 0, "q");
        double step = Math.log((1 - p) * (1 - q) / (p * q)); // logit after 1 minus logit after 0
        boolean tied = config.head().tied();
        double w = tied && step < 0 ? -1 : 0;
        if (w != 0 && config.dMlp() == 0) {
            throw new IllegalArgumentException(
                    "p + q = %s and no MLP: a tied head needs one where p + q is above 1"
                            .formatted(p + q));
        }
        double e = Math.sqrt(Math.abs(step));
        WeightLayout layout = WeightLayout.of(config);
        double[] values = new double[layout.size()];
        int d = config.dModel();
        values[layout.tensor("transformer.wte.weight").offset()] = e; // α is the first unit vector
        WeightTensor positions = layout.tensor("transformer.wpe.weight");
        for (int n = 0; n < config.nCtx(); n++) {
            values[positions.offset() + n * d] = -e / 2;
        }
        double c = config.dMlp() == 0 ? 0 : 2 / Math.sqrt(config.dMlp());
        for (int o = 0; o < config.dMlp(); o++) {
            values[layout.tensor("transformer.h.0.mlp.c_fc.weight").offset() + o * d] =
                    c * Math.abs(w);
            values[layout.tensor("transformer.h.0.mlp.c_proj.weight").offset() + o] = c * w;
        }
        double shift = e * e / 2;
        if (!tied) {
            double a = Math.copySign(e, step);
            values[layout.tensor("lm_head.weight").offset()] = a;
            shift = a * e / 2;
        }
        values[layout.tensor("lm_head.bias").offset()] = shift + Math.log(p / (1 - p));
        return TransformerWeights.of(layout, values);
    }

    private static double between(KernelSource source, int from, int to, String name) {
        if (source.symbols() != 2 || source.order() != 1) {
            throw new IllegalArgumentException(
                    "source of order %d on %d symbols, must be of order 1 on 2"
                            .formatted(source.order(), source.symbols()));
        }
        double probability = source.next(from).mass(to);
        if (!(probability > 0 && probability < 1)) {
            throw new IllegalArgumentException(
                    "%s = %s, must be inside (0, 1) for finite weights"
                            .formatted(name, probability));
        }
        return probability;
    }

    private static TransformerWeights zeroed(TransformerWeights weights, String name) {
        return weights.with(name, new double[weights.layout().tensor(name).size()]);
    }
}
