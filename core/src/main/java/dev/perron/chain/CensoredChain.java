package dev.perron.chain;

import dev.perron.kernel.ChainKernels;

/// See [StochasticComplement]: P₁₁ + P₁₂R, where R = (I - P₂₂)⁻¹P₂₁ says where the chain comes
/// back.
final class CensoredChain implements Transition {
    private final Transition whole;
    private final KeptStates kept;
    private final int[] outside; // [k]
    private final double[][] returning; // [k][m], R
    private final boolean lowerTriangular;

    CensoredChain(Transition whole, KeptStates kept, int[] outside, double[][] returning) {
        this.whole = whole;
        this.kept = kept;
        this.outside = outside;
        this.returning = returning;
        this.lowerTriangular = StochasticMatrix.isLowerTriangular(this);
    }

    @Override
    public int states() {
        return kept.size();
    }

    @Override
    public void step(double[] mu, double[] out) {
        double[] onAll = new double[whole.states()];
        whole.step(kept.spread(mu), onAll);
        comeBack(onAll, out);
    }

    @Override
    public void steps(double[][] mus, double[][] outs) {
        double[][] onAll = new double[mus.length][whole.states()];
        double[][] spread = new double[mus.length][];
        for (int k = 0; k < mus.length; k++) {
            spread[k] = kept.spread(mus[k]);
        }
        whole.steps(spread, onAll);
        for (int k = 0; k < mus.length; k++) {
            comeBack(onAll[k], outs[k]);
        }
    }

    @Override
    public void expectation(double[] f, double[] out) {
        double[] everywhere = kept.spread(f);
        for (int b = 0; b < outside.length; b++) {
            everywhere[outside[b]] = ChainKernels.active().dot(returning[b], 0, f, states());
        }
        double[] onAll = new double[whole.states()];
        whole.expectation(everywhere, onAll);
        kept.gather(onAll, out);
    }

    @Override
    public void row(int from, double[] out) {
        requireState(from);
        double[] onAll = new double[whole.states()];
        whole.row(kept.at(from), onAll);
        comeBack(onAll, out);
    }

    /// As measured, and what the second sum of a product, over the states outside, may round.
    @Override
    public double rowSumError() {
        return Transition.super.rowSumError() + 4.0 * whole.states() * 0x1p-53;
    }

    @Override
    public boolean lowerTriangular() {
        return lowerTriangular;
    }

    /// The law on the kept states, what went out of them brought back.
    private void comeBack(double[] onAll, double[] out) {
        kept.gather(onAll, out);
        for (int b = 0; b < outside.length; b++) {
            double gone = onAll[outside[b]];
            if (gone != 0) {
                ChainKernels.active().addScaled(gone, returning[b], 0, out, 0, states());
            }
        }
    }
}
