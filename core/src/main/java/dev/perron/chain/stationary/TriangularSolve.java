package dev.perron.chain.stationary;

import dev.perron.chain.Distribution;
import dev.perron.chain.Teleporting;
import dev.perron.chain.Transition;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

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
        return ofAll(List.of(chain)).getFirst();
    }

    /// Solves several of them in the same pass over the rows.
    ///
    /// @param chains on the same P
    /// @return the solutions, in the order of `chains`
    /// @throws IllegalArgumentException if P isn't lower triangular or the chains aren't all on the
    ///   same P, or an α is 1
    public static List<TriangularSolve> ofAll(List<Teleporting> chains) {
        if (chains.isEmpty()) {
            return List.of();
        }
        Transition base = chains.getFirst().base();
        require(chains, base);
        int n = base.states();
        double[][] pi = new double[chains.size()][n];
        double[][] arriving = new double[chains.size()][n]; // Σ π(i) p(i,·), i in the blocks solved
        double[] square = new double[BLOCK * BLOCK];
        for (int end = n; end > 0; end -= BLOCK) {
            int first = Math.max(0, end - BLOCK);
            base.square(first, end, square);
            for (int k = 0; k < pi.length; k++) {
                solveBlock(chains.get(k), first, end, square, arriving[k], pi[k]);
            }
            base.addRows(first, end, pi, arriving);
        }
        double rowSumError = base.rowSumError();
        return IntStream.range(0, pi.length)
                .mapToObj(k -> judged(chains.get(k), pi[k], arriving[k], rowSumError))
                .toList();
    }

    private static void require(List<Teleporting> chains, Transition base) {
        if (!base.lowerTriangular()) {
            throw new IllegalArgumentException("P has entries above the diagonal, must have none");
        }
        for (Teleporting chain : chains) {
            if (chain.alpha() == 1) {
                throw new IllegalArgumentException("alpha = 1, must be below 1");
            }
            if (!chain.base().equals(base)) {
                throw new IllegalArgumentException("chains on different P, must be on the same");
            }
        }
    }

    /// π(first) to π(end-1), from the last, by their own small matrix.
    private static void solveBlock(
            Teleporting chain,
            int first,
            int end,
            double[] square,
            double[] arriving,
            double[] pi) {
        double alpha = chain.alpha();
        int m = end - first;
        double[] within = new double[m]; // Σ π(i) p(i,·) over the states of the block
        for (int j = m - 1; j >= 0; j--) {
            double restarting = (1 - alpha) * chain.restart().mass(first + j);
            double coming = alpha * (arriving[first + j] + within[j]);
            pi[first + j] = (restarting + coming) / (1 - alpha * square[j * m + j]);
            for (int i = 0; i < j; i++) {
                within[i] += pi[first + j] * square[j * m + i];
            }
        }
    }

    /// What arrives is πP in the end, so that no other pass is needed.
    private static TriangularSolve judged(
            Teleporting chain, double[] pi, double[] arriving, double rowSumError) {
        double total = Arrays.stream(pi).sum();
        double residual = 0;
        for (int j = 0; j < pi.length; j++) {
            double next =
                    chain.alpha() * arriving[j]
                            + (1 - chain.alpha()) * total * chain.restart().mass(j);
            residual += Math.abs(next - pi[j]) / total;
        }
        return new TriangularSolve(
                Distribution.proportionalTo(pi),
                residual,
                chain.errorBound(residual, chain.rounding(rowSumError)));
    }
}
