package dev.perron.chain.spectrum;

import dev.perron.chain.Distribution;
import dev.perron.chain.Transition;
import dev.perron.chain.spectrum.MetastableStates.Memberships;
import dev.perron.chain.spectrum.MetastableStates.NotSeparable;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/// G-PCCA of one chain: dominant functions once, then memberships for any number of states.
final class ClusterAnalysis {
    private final int n;
    private final Transition chain;
    private final Distribution weights;
    private final DominantSubspace dominant;

    /// @param most the largest number of metastable states that will be asked for
    /// @throws IllegalArgumentException if `weights` is on another number of states, or 0 somewhere
    ClusterAnalysis(Transition chain, Distribution weights, EigenvalueOrder order, int most) {
        chain.requireSameStates(weights);
        for (int i = 0; i < weights.states(); i++) {
            if (!(weights.mass(i) > 0)) {
                throw new IllegalArgumentException(
                        "weight of state %d is %s, must be positive; weigh all states alike where π is 0"
                                .formatted(i, weights.mass(i)));
            }
        }
        this.n = chain.states();
        this.chain = chain;
        this.weights = weights;
        // One eigenvalue more tells whether there is a cut after the last.
        int wanted = most < n || n <= DominantSubspace.COMPLETE ? Math.max(2, most + 1) : 2;
        this.dominant = new DominantSubspace(chain, weights, order, wanted);
    }

    List<Integer> legal() {
        return dominant.legal();
    }

    MetastableStates states(int m) {
        if (!legal().contains(m)) {
            String reason = reason(m);
            dominant.reachCutAfter(m);
            return new NotSeparable(m, reason, legal());
        }
        if (m == n) {
            return eachStateItsOwn();
        }
        double[][] x = dominant.functions(m);
        double[][] guess = InnerSimplex.of(x);
        double[][] a = CrispTransformation.of(x, guess);
        double[][] chi = CrispTransformation.product(x, a);
        double off = farthestOff(chi);
        if (!(off <= MetastableStates.TOLERANCE)) {
            String reason =
                    "the %d dominant functions are so nearly dependent that memberships miss [0, 1] by %.1e"
                            .formatted(m, off);
            return new NotSeparable(m, reason, legal());
        }
        double minChi = least(CrispTransformation.product(x, guess));
        return memberships(a, chi, minChi, off);
    }

    private String reason(int m) {
        List<Eigenvalue> eigenvalues = dominant.eigenvalues();
        if (m > n) {
            return "the chain has only %d states".formatted(n);
        }
        if (m >= eigenvalues.size()) {
            return "only %d eigenvalues converged in %d products with P, %d are needed"
                    .formatted(eigenvalues.size(), dominant.products(), m + 1);
        }
        Eigenvalue last = eigenvalues.get(m - 1);
        Eigenvalue next = eigenvalues.get(m);
        if (last.imaginary() > 0) {
            return "it would split the conjugate pair " + words(last);
        }
        return "it would part eigenvalues that can't be told apart: %s and %s"
                .formatted(words(last), words(next));
    }

    private static String words(Eigenvalue value) {
        return value.imaginary() == 0
                ? String.valueOf(value.real())
                : "%s ± %si".formatted(value.real(), Math.abs(value.imaginary()));
    }

    private Memberships memberships(double[][] a, double[][] chi, double minChi, double clipped) {
        int m = a.length;
        double[] shares = shares(chi);
        Integer[] order = byShare(shares, chi);
        double[][] sorted = new double[m][m];
        List<Distribution> memberships = new ArrayList<>();
        for (double[] row : chi) {
            double[] mass = new double[m];
            for (int j = 0; j < m; j++) {
                mass[j] = Math.max(0, row[order[j]]);
            }
            memberships.add(Distribution.proportionalTo(mass));
        }
        for (int k = 0; k < m; k++) {
            for (int j = 0; j < m; j++) {
                sorted[k][j] = a[k][order[j]];
            }
        }
        return new Memberships(
                memberships,
                coarse(sorted, dominant.projection(m)),
                Distribution.proportionalTo(
                        IntStream.range(0, m).mapToDouble(j -> shares[order[j]]).toArray()),
                dominant.eigenvalues().subList(0, m),
                CrispTransformation.crispness(a),
                minChi,
                clipped,
                dominant.residual(m));
    }

    /// P_c = A⁻¹RA, as P xA = xRA = xA · A⁻¹RA.
    private static List<List<Double>> coarse(double[][] a, double[][] r) {
        int m = a.length;
        double[][] ra = CrispTransformation.product(r, a);
        Double[][] coarse = new Double[m][m];
        for (int j = 0; j < m; j++) {
            double[][] system = new double[m][m + 1];
            for (int k = 0; k < m; k++) {
                System.arraycopy(a[k], 0, system[k], 0, m);
                system[k][m] = ra[k][j];
            }
            double[] column = BlockSwap.solve(system);
            for (int i = 0; i < m; i++) {
                coarse[i][j] = column[i];
            }
        }
        return IntStream.range(0, m).mapToObj(i -> List.of(coarse[i])).toList();
    }

    /// ηχ, rounding clipped.
    private double[] shares(double[][] chi) {
        double[] shares = new double[chi[0].length];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < shares.length; j++) {
                shares[j] += weights.mass(i) * Math.max(0, chi[i][j]);
            }
        }
        return shares;
    }

    /// Larger shares first; what is equal up to rounding by the state that belongs to it most.
    private static Integer[] byShare(double[] shares, double[][] chi) {
        int[] first = new int[shares.length];
        for (int j = 0; j < shares.length; j++) {
            for (int i = 1; i < chi.length; i++) {
                if (chi[i][j] > chi[first[j]][j] + MetastableStates.TOLERANCE) {
                    first[j] = i;
                }
            }
        }
        return IntStream.range(0, shares.length)
                .boxed()
                .sorted(
                        Comparator.comparingLong((Integer j) -> -Math.round(shares[j] * 1e8))
                                .thenComparingInt(j -> first[j]))
                .toArray(Integer[]::new);
    }

    /// m = n: each state is one, and the coarse chain is P.
    private Memberships eachStateItsOwn() {
        double[] row = new double[n];
        List<Distribution> memberships = new ArrayList<>();
        List<List<Double>> coarse = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            chain.row(i, row);
            memberships.add(Distribution.at(i, n));
            List<Double> entries = new ArrayList<>();
            for (double p : row) {
                entries.add(p);
            }
            coarse.add(entries);
        }
        return new Memberships(memberships, coarse, weights, dominant.eigenvalues(), 1, 0, 0, 0);
    }

    private static double least(double[][] chi) {
        double least = Double.POSITIVE_INFINITY;
        for (double[] row : chi) {
            for (double value : row) {
                least = Math.min(least, value);
            }
        }
        return least;
    }

    /// How far an entry misses [0, 1] at most; NaN if one is NaN.
    private static double farthestOff(double[][] chi) {
        double off = 0;
        for (double[] row : chi) {
            for (double value : row) {
                off = Math.max(off, Math.max(-value, value - 1));
            }
        }
        return off;
    }
}
