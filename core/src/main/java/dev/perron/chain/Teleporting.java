package dev.perron.chain;

/// αP + (1-α)1vᵀ, kept implicit: at each step the chain follows P with probability α and otherwise
/// restarts from v. Every row of 1vᵀ is v. (The published code of arXiv:2507.17657 uses vvᵀ/n,
/// which agrees only for uniform v.)
///
/// @param base P
/// @param alpha in (0, 1]
/// @param restart v, on the states of P
public record Teleporting(Transition base, double alpha, Distribution restart)
        implements Transition {
    /// Checks the sizes and α.
    ///
    /// @throws IllegalArgumentException if α is outside (0, 1], or v is on another number of states
    public Teleporting {
        if (!(alpha > 0 && alpha <= 1)) {
            throw new IllegalArgumentException("alpha = %s, must be in (0, 1]".formatted(alpha));
        }
        base.requireSameStates(restart);
    }

    @Override
    public int states() {
        return base.states();
    }

    @Override
    public void step(double[] mu, double[] out) {
        base.step(mu, out);
        addRestarts(mu, out);
    }

    @Override
    public void steps(double[][] mus, double[][] outs) {
        base.steps(mus, outs);
        for (int k = 0; k < mus.length; k++) {
            addRestarts(mus[k], outs[k]);
        }
    }

    /// The restarts of a step from μ.
    ///
    /// @param out `[n]`, μP; becomes μT
    public void addRestarts(double[] mu, double[] out) {
        double total = 0;
        for (int i = 0; i < states(); i++) {
            total += mu[i];
        }
        for (int j = 0; j < states(); j++) {
            out[j] = alpha * out[j] + (1 - alpha) * total * restart.mass(j);
        }
    }

    @Override
    public void expectation(double[] f, double[] out) {
        expectations(new double[][] {f}, new double[][] {out});
    }

    @Override
    public void expectations(double[][] fs, double[][] outs) {
        base.expectations(fs, outs);
        for (int k = 0; k < fs.length; k++) {
            double restarted = 0;
            for (int j = 0; j < states(); j++) {
                restarted += restart.mass(j) * fs[k][j];
            }
            for (int i = 0; i < states(); i++) {
                outs[k][i] = alpha * outs[k][i] + (1 - alpha) * restarted;
            }
        }
    }

    @Override
    public double probability(int from, int to) {
        requireState(to);
        return alpha * base.probability(from, to) + (1 - alpha) * restart.mass(to);
    }

    @Override
    public void row(int from, double[] out) {
        base.row(from, out);
        for (int j = 0; j < states(); j++) {
            out[j] = alpha * out[j] + (1 - alpha) * restart.mass(j);
        }
    }

    @Override
    public boolean lowerTriangular() {
        return alpha == 1 && base.lowerTriangular();
    }

    /// A proven bound on ‖μ-π‖₁ for any distribution μ whose residual ‖μT-μ‖₁ was measured: since μ
    /// - π = (μ - μT)(I - αP)⁻¹ on vectors of sum zero, it is at most (residual + rounding)/(1-α).
    ///   Infinite for α = 1. Asks how exactly the rows of P sum to 1.
    ///
    /// As everywhere, rows that miss 1 mean the chain that has the rest on its diagonal.
    public double errorBound(double residual) {
        return errorBound(residual, rounding());
    }

    /// The bound with the rounding known.
    public double errorBound(double residual, double rounding) {
        return (residual + rounding) / (1 - alpha);
    }

    /// By how much a residual may be wrong. Sums of n numbers, none negative, are right to nu: the
    /// step is one (and (n+4)u with the restart), the row sums are another and what they miss
    /// counts too, normalising μ is the third.
    public double rounding() {
        return rounding(base.rowSumError());
    }

    /// The same where the largest |row sum - 1| of P is known.
    public double rounding(double worstRow) {
        return (3.0 * states() + 8) * 0x1p-53 + alpha * worstRow;
    }
}
