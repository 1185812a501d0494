package dev.perron.chain;

/// Products of transition matrices: first a step of one, then a step of the other.
final class MatrixProduct {
    private MatrixProduct() {}

    /// The product of `first` and `second`, each row scaled to sum to one: nothing is subtracted,
    /// so small entries keep their digits through many products, and rounding doesn't let mass
    /// leak.
    static StochasticMatrix of(Transition first, Transition second) {
        int n = first.states();
        double[] product = new double[Math.multiplyExact(n, n)];
        double[] row = new double[n];
        double[] out = new double[n];
        for (int i = 0; i < n; i++) {
            first.row(i, row);
            second.step(row, out);
            System.arraycopy(out, 0, product, i * n, n);
        }
        return scaledRows(n, product);
    }

    /// The chain of these weights `[n,n]`, which are overwritten, each row scaled to sum to one.
    static StochasticMatrix scaledRows(int n, double[] weights) {
        for (int i = 0; i < n; i++) {
            double sum = 0;
            for (int j = 0; j < n; j++) {
                sum += weights[i * n + j];
            }
            for (int j = 0; j < n; j++) {
                weights[i * n + j] /= sum;
            }
        }
        return StochasticMatrix.owning(n, weights);
    }
}
