package dev.perron.chain.stationary;

import dev.perron.chain.Distribution;
import dev.perron.chain.Teleporting;

import java.util.Arrays;

/// The stationary distribution of a teleporting chain whose P is lower triangular: one
/// substitution, one pass over the rows, no iteration. π(I - αP) = (1-α)v, solved from the last
/// state to the first: nobody after it attends to the last, so π(n-1) is known at once.
///
/// @param pi the solution
/// @param residual ‖πT - π‖₁ as measured
/// @param errorBound on ‖π - true π‖₁, see [Teleporting#errorBound(double)]
public record TriangularSolve(Distribution pi, double residual, double errorBound) {
    /// States that are solved one by one from a small matrix, before their rows are spread.
    private static final int BLOCK = 16;

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
        double[] arriving = new double[n]; // Σ π(i) p(i,j) over the blocks solved so far
        double[] square = new double[BLOCK * BLOCK];
        double[] within = new double[BLOCK]; // the same over the states of this block
        double total = 0;
        for (int end = n; end > 0; end -= BLOCK) {
            int first = Math.max(0, end - BLOCK);
            int m = end - first;
            chain.base().square(first, end, square);
            Arrays.fill(within, 0);
            for (int j = m - 1; j >= 0; j--) {
                double restarting = (1 - alpha) * chain.restart().mass(first + j);
                double coming = alpha * (arriving[first + j] + within[j]);
                pi[first + j] = (restarting + coming) / (1 - alpha * square[j * m + j]);
                total += pi[first + j];
                for (int i = 0; i < j; i++) {
                    within[i] += pi[first + j] * square[j * m + i];
                }
            }
            chain.base().addRows(first, end, pi, arriving);
        }
        double residual = 0; // what arrives is πP in the end, so that no other pass is needed
        for (int j = 0; j < n; j++) {
            double next = alpha * arriving[j] + (1 - alpha) * total * chain.restart().mass(j);
            residual += Math.abs(next - pi[j]) / total;
        }
        return new TriangularSolve(
                Distribution.proportionalTo(pi), residual, chain.errorBound(residual));
    }
}
