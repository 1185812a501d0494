package dev.perron.transformer.landscape;

import dev.perron.chain.Distribution;
import dev.perron.transformer.Activation;
import dev.perron.transformer.KnownSource;
import dev.perron.transformer.Normalisation;
import dev.perron.transformer.TransformerConfig;
import dev.perron.transformer.TransformerWeights;
import dev.perron.transformer.WeightLayout;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// What theory says of the loss about the unigram point, to second order: for a binary source of
/// order 1 and one layer without values of attention,
///
/// ```
///   L - H(π) = mean over n of  γ aᵀ(I + M_n) e + ½ π0 π1 (δb + aᵀz_n)²
///   γ = π0 π1 (p + q - 1),  M_n = W_2 D_n W_1,  z_n = p_n + W_2 ReLU(W_1 p_n)
/// ```
///
/// with D_n the diagonal matrix of which hidden units are on at p_n, and a = e if the head is tied.
/// So only e, a and b have curvature. Untied, the block of e and a has 0 on one side of its
/// diagonal and γ beside it: a saddle unless p + q = 1. Tied it is positive for p + q > 1, if the
/// MLP is small, and negative for p + q < 1, if the position vectors are: large ones can outweigh
/// it.
///
/// After Makkuva et al., arXiv:2402.04161, whose theorems it contains; derived anew.
public final class UnigramForm {
    private final int[] moving; // the weights that have curvature
    private final double[][] hessian; // [moving][moving]

    private UnigramForm(int[] moving, double[][] hessian) {
        this.moving = moving;
        this.hessian = hessian;
    }

    /// The form at a unigram point, or nothing if theory doesn't speak of it: another source or one
    /// that doesn't start from its stationary law, several layers, a head of several logits, GELU,
    /// LayerNorm or biases, values of attention.
    ///
    /// @throws IllegalArgumentException if the weights are of another configuration than the loss
    public static Optional<UnigramForm> of(ExpectedLoss expected, TransformerWeights point) {
        if (!point.config().equals(expected.config())) {
            throw new IllegalArgumentException(
                    "weights of another configuration: "
                            + point.config().differenceFrom(expected.config()));
        }
        if (!applies(expected, point)) {
            return Optional.empty();
        }
        return Optional.of(made(expected, point));
    }

    /// The Hessian on the weights that have curvature, a copy.
    public double[][] hessian() {
        return Arrays.stream(hessian).map(double[]::clone).toArray(double[][]::new);
    }

    /// Its eigenvalues, with a zero for each weight that has no curvature.
    ///
    /// @param weights how many there are in all
    public Curvature curvature(int weights) {
        return Curvature.of(embedded(weights));
    }

    /// The largest difference of an entry of a whole Hessian from what the form says, which is 0
    /// beyond e, a and b.
    ///
    /// @param measured `[weights][weights]`
    public double differenceFrom(double[][] measured) {
        double[][] said = embedded(measured.length);
        double largest = 0;
        for (int i = 0; i < said.length; i++) {
            for (int j = 0; j < said.length; j++) {
                largest = Math.max(largest, Math.abs(said[i][j] - measured[i][j]));
            }
        }
        return largest;
    }

    private double[][] embedded(int weights) {
        double[][] whole = new double[weights][weights];
        for (int i = 0; i < moving.length; i++) {
            for (int j = 0; j < moving.length; j++) {
                whole[moving[i]][moving[j]] = hessian[i][j];
            }
        }
        return whole;
    }

    private static boolean applies(ExpectedLoss expected, TransformerWeights point) {
        TransformerConfig config = point.config();
        KnownSource source = expected.source();
        return source.symbols() == 2
                && source.order() == 1
                && startsStationary(source)
                && config.nLayers() == 1
                && config.head().scalar()
                && (config.dMlp() == 0 || config.activation() == Activation.RELU)
                && config.normalisation() == Normalisation.NONE
                && !config.biases()
                && Arrays.equals(TheoryPoint.withoutValues(point).toArray(), point.toArray());
    }

    /// Whether every place has the same law, as the form takes for granted.
    private static boolean startsStationary(KnownSource source) {
        double first = source.probability(new int[] {0}, 1);
        return Math.abs(first - source.unigram().mass(0)) <= Distribution.TOLERANCE;
    }

    private static UnigramForm made(ExpectedLoss expected, TransformerWeights point) {
        KnownSource source = expected.source();
        TransformerConfig config = point.config();
        int d = config.dModel();
        double variance = source.unigram().mass(0) * source.unigram().mass(1);
        double gamma = variance * (source.next(0).mass(1) + source.next(1).mass(0) - 1);
        double[][] mixing = new double[d][d]; // mean of I + M_n
        double[][] outer = new double[d + 1][d + 1]; // mean of (z_n, 1)(z_n, 1)ᵀ
        for (int n = 0; n < expected.length(); n++) {
            addPlace(point, n, mixing, outer, 1.0 / expected.length());
        }
        boolean tied = config.head().tied();
        int at = tied ? 0 : d; // where a stands, after e if that is another vector
        double[][] hessian = new double[at + d + 1][at + d + 1];
        for (int i = 0; i <= d; i++) {
            for (int j = 0; j <= d; j++) {
                hessian[at + i][at + j] += variance * outer[i][j];
                if (i < d && j < d) {
                    hessian[at + i][j] += gamma * mixing[i][j];
                    hessian[j][at + i] += gamma * mixing[i][j];
                }
            }
        }
        return new UnigramForm(moving(point.layout(), tied), hessian);
    }

    private static int[] moving(WeightLayout layout, boolean tied) {
        List<Integer> numbers = new ArrayList<>();
        List<String> names =
                tied
                        ? List.of("transformer.wte.weight", "lm_head.bias")
                        : List.of("transformer.wte.weight", "lm_head.weight", "lm_head.bias");
        for (String name : names) {
            int offset = layout.tensor(name).offset();
            for (int i = 0; i < layout.tensor(name).size(); i++) {
                numbers.add(offset + i);
            }
        }
        return numbers.stream().mapToInt(Integer::intValue).toArray();
    }

    /// Adds what place n contributes, times its share.
    private static void addPlace(
            TransformerWeights point, int n, double[][] mixing, double[][] outer, double share) {
        TransformerConfig config = point.config();
        int d = config.dModel();
        double[] z = new double[d + 1];
        System.arraycopy(positions(point, n), 0, z, 0, d);
        z[d] = 1;
        for (int i = 0; i < d; i++) {
            mixing[i][i] += share;
        }
        if (config.dMlp() > 0) {
            double[] in = point.tensor("transformer.h.0.mlp.c_fc.weight"); // [m, d]
            double[] out = point.tensor("transformer.h.0.mlp.c_proj.weight"); // [d, m]
            double[] seen = Arrays.copyOf(z, d);
            for (int unit = 0; unit < config.dMlp(); unit++) {
                double hidden = 0;
                for (int j = 0; j < d; j++) {
                    hidden += in[unit * d + j] * seen[j];
                }
                if (hidden > 0) {
                    for (int i = 0; i < d; i++) {
                        double weight = out[i * config.dMlp() + unit];
                        z[i] += weight * hidden;
                        for (int j = 0; j < d; j++) {
                            mixing[i][j] += share * weight * in[unit * d + j];
                        }
                    }
                }
            }
        }
        for (int i = 0; i <= d; i++) {
            for (int j = 0; j <= d; j++) {
                outer[i][j] += share * z[i] * z[j];
            }
        }
    }

    /// What is added to the embedding at place n.
    private static double[] positions(TransformerWeights point, int n) {
        int d = point.config().dModel();
        return switch (point.config().positions()) {
            case LEARNED ->
                    Arrays.copyOfRange(point.tensor("transformer.wpe.weight"), n * d, (n + 1) * d);
            case SINUSOIDAL -> TapedModel.waves(n, d);
            case ROTARY, RELATIVE, NONE -> new double[d];
        };
    }
}
