package dev.perron.attention;

import dev.perron.chain.Distribution;
import dev.perron.chain.Mixture;
import dev.perron.chain.StochasticMatrix;
import dev.perron.chain.Transition;

import java.util.Arrays;
import java.util.List;

/// Attention rollout, the baseline that goes through layers instead of around in one: R = Â_L ···
/// Â_2 Â_1 with Â = residual · I + (1 - residual) · A, where A is the mean of a layer's heads. Row
/// i of R is how much of each input token is in output token i, as far as attention alone tells.
///
/// Each Â is row-stochastic because A is, so R is a chain, and needs no further division: published
/// code that divides by `a.sum(dim=-1)` without keeping the axis divides columns instead.
///
/// Source: Abnar and Zuidema, "Quantifying attention flow in transformers", arXiv:2005.00928
/// (residual ½).
///
/// @param chain R `[n,n]`, from output tokens to input tokens
/// @param layers that it went through, ascending
public record Rollout(StochasticMatrix chain, List<Integer> layers) {
    /// The share of a layer's output that goes past its attention, as the paper has it.
    public static final double RESIDUAL = 0.5;

    /// Copies the list.
    public Rollout {
        layers = List.copyOf(layers);
    }

    /// The rollout through all layers of a tensor, which should begin at layer 0.
    public static Rollout of(AttentionTensor tensor) {
        return of(tensor, RESIDUAL);
    }

    /// The rollout through all layers of a tensor.
    ///
    /// @param residual share that goes past attention, in [0, 1)
    /// @throws IllegalArgumentException if it isn't
    public static Rollout of(AttentionTensor tensor, double residual) {
        if (!(residual >= 0 && residual < 1)) {
            throw new IllegalArgumentException(
                    "residual = %s, must be in [0, 1)".formatted(residual));
        }
        StochasticMatrix rolled = null;
        for (int layer : tensor.layers()) {
            StochasticMatrix step = withResidual(tensor.layer(layer).all(), residual);
            rolled = rolled == null ? step : StochasticMatrix.product(step, rolled);
        }
        if (rolled == null) {
            throw new IllegalArgumentException("no layers, must be at least 1");
        }
        return new Rollout(rolled, tensor.layers());
    }

    /// Â of one layer.
    static StochasticMatrix withResidual(List<AttentionHead> heads, double residual) {
        int n = heads.getFirst().states();
        double[] weights = new double[heads.size()];
        Arrays.fill(weights, 1.0 / weights.length);
        Transition mean = new Mixture(List.<Transition>copyOf(heads), Distribution.of(weights));
        double[] step = new double[Math.multiplyExact(n, n)];
        double[] row = new double[n];
        for (int i = 0; i < n; i++) {
            mean.row(i, row);
            for (int j = 0; j < n; j++) {
                step[i * n + j] = (1 - residual) * row[j] + (i == j ? residual : 0);
            }
        }
        return StochasticMatrix.proportionalTo(n, step);
    }

    /// How much of each input token is in a mixture of output tokens: `vR`.
    ///
    /// @param outputs v, on the n tokens: uniform for all of them, or all on CLS
    /// @throws IllegalArgumentException if v is on another number of tokens
    public Distribution inputs(Distribution outputs) {
        chain.requireSameStates(outputs);
        double[] out = new double[chain.states()];
        chain.step(outputs.toArray(), out);
        return Distribution.proportionalTo(out);
    }
}
