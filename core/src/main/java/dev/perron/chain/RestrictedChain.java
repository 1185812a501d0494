package dev.perron.chain;

/// See [Restriction].
final class RestrictedChain implements Transition {
    private final Transition whole;
    private final KeptStates kept;
    private final double[] scale; // [m], 1 / what is left of the row
    private final boolean lowerTriangular;

    RestrictedChain(Transition whole, KeptStates kept, double[] scale) {
        this.whole = whole;
        this.kept = kept;
        this.scale = scale;
        this.lowerTriangular = StochasticMatrix.isLowerTriangular(this);
    }

    @Override
    public int states() {
        return scale.length;
    }

    @Override
    public void step(double[] mu, double[] out) {
        double[] onAll = new double[whole.states()];
        whole.step(kept.spread(scaled(mu)), onAll);
        kept.gather(onAll, out);
    }

    @Override
    public void steps(double[][] mus, double[][] outs) {
        double[][] onAll = new double[mus.length][whole.states()];
        double[][] spread = new double[mus.length][];
        for (int k = 0; k < mus.length; k++) {
            spread[k] = kept.spread(scaled(mus[k]));
        }
        whole.steps(spread, onAll);
        for (int k = 0; k < mus.length; k++) {
            kept.gather(onAll[k], outs[k]);
        }
    }

    @Override
    public void expectation(double[] f, double[] out) {
        double[] onAll = new double[whole.states()];
        whole.expectation(kept.spread(f), onAll);
        kept.gather(onAll, out);
        for (int i = 0; i < scale.length; i++) {
            out[i] *= scale[i];
        }
    }

    @Override
    public void row(int from, double[] out) {
        requireState(from);
        double[] onAll = new double[whole.states()];
        whole.row(kept.at(from), onAll);
        kept.gather(onAll, out);
        for (int j = 0; j < scale.length; j++) {
            out[j] *= scale[from];
        }
    }

    @Override
    public double probability(int from, int to) {
        requireState(from);
        requireState(to);
        return whole.probability(kept.at(from), kept.at(to)) * scale[from];
    }

    /// Each row was divided by its own sum, taken in another order than in a product, where up to n
    /// numbers are added.
    @Override
    public double rowSumError() {
        return 2 * (whole.states() + 3) * 0x1p-53;
    }

    @Override
    public boolean lowerTriangular() {
        return lowerTriangular;
    }

    private double[] scaled(double[] mu) {
        double[] scaled = new double[scale.length];
        for (int i = 0; i < scaled.length; i++) {
            scaled[i] = mu[i] * scale[i];
        }
        return scaled;
    }
}
