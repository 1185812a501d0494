package dev.perron.chain;

import dev.perron.kernel.ChainKernels;

/// The stationary distribution of a teleporting chain whose P is lower triangular: one
/// substitution, one pass over the rows, no iteration. π(I - αP) = (1-α)v, solved from the last
/// state to the first: nobody after it attends to the last, so π(n-1) is known at once.
///
/// @param pi the solution
/// @param residual ‖πT - π‖₁ as measured
/// @param errorBound on ‖π - true π‖₁, see [Teleporting#errorBound(double)]
public record TriangularSolve(Distribution pi, double residual, double errorBound) {
    /// Solves it.
    ///
    /// @throws IllegalArgumentException if α = 1 or P isn't lower triangular
    public static TriangularSolve of(Teleporting chain) {
        if (chain.alpha() == 1) {
            throw new IllegalArgumentException("alpha = 1, must be below 1");
        }
        if (!chain.base().lowerTriangular()) {
            throw new IllegalArgumentException("P has entries above the diagonal, must have none");
        }
        int n = chain.states();
        double alpha = chain.alpha();
        double[] pi = new double[n];
        double[] row = new double[n];
        double[] arriving = new double[n]; // Σ π(i) p(i,j) over the i >= j solved so far
        double total = 0;
        double worstRow = 0;
        for (int j = n - 1; j >= 0; j--) {
            chain.base().row(j, row);
            pi[j] =
                    ((1 - alpha) * chain.restart().mass(j) + alpha * arriving[j])
                            / (1 - alpha * row[j]);
            ChainKernels.active().addScaled(pi[j], row, 0, arriving, 0, j + 1);
            total += pi[j];
            worstRow = Math.max(worstRow, Math.abs(sum(row, j + 1) - 1));
        }
        double residual = 0; // the sums that arrive are πP, so that no other pass is needed
        for (int j = 0; j < n; j++) {
            double next = alpha * arriving[j] + (1 - alpha) * total * chain.restart().mass(j);
            residual += Math.abs(next - pi[j]) / total;
        }
        return new TriangularSolve(
                Distribution.proportionalTo(pi),
                residual,
                chain.errorBound(residual, chain.rounding(worstRow)));
    }

    private static double sum(double[] row, int length) {
        double sum = 0;
        for (int j = 0; j < length; j++) {
            sum += row[j];
        }
        return sum;
    }
}
