package dev.perron.chain.passage;

import dev.perron.chain.Elimination;
import dev.perron.chain.Transition;
import dev.perron.chain.stationary.StationaryDistribution;

/// Kemeny and Snell's Z = (I - P + 1π)⁻¹ `[n,n]`: z(i,j) - π(j) is how many more visits to j the
/// chain makes in the long run when it starts from i rather than from π. Immutable.
///
/// From the visits N before the chain first hits a state r, which elimination gives without a
/// subtraction: Z = 1π + (I - 1π)N(I - 1π), for N is a generalised inverse of I - P. The state of
/// largest mass is taken as r, so that N is small. An entry is off by some n² roundings of the
/// largest of N, the rounding of the final sums.
///
/// Source: Kemeny, Snell, "Finite Markov Chains", 1960; Meyer, "The role of the group generalized
/// inverse in the theory of finite Markov chains", SIAM Review 17 (1975).
public final class FundamentalMatrix {
    private final int n;
    private final double[] z;

    private FundamentalMatrix(int n, double[] z) {
        this.n = n;
        this.z = z;
    }

    /// Z of a chain with one recurrent class, periodic or not, transient states or none; a chain
    /// with more has no Z. Takes 2n² doubles and time O(n³).
    ///
    /// @param unique the stationary distribution of `chain`
    /// @throws IllegalArgumentException if `unique` is on another number of states, or visits are
    ///   beyond the range of doubles
    public static FundamentalMatrix of(Transition chain, StationaryDistribution.Unique unique) {
        chain.requireSameStates(unique.pi());
        double[] pi = unique.pi().toArray();
        int n = pi.length;
        int r = 0;
        for (int i = 1; i < n; i++) {
            r = pi[i] > pi[r] ? i : r;
        }
        double[] z = visitsBefore(chain, r);
        double[] fromPi = new double[n];
        double[] fromState = new double[n];
        double all = 0;
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                fromPi[j] += pi[i] * z[i * n + j];
                fromState[i] += z[i * n + j];
            }
            all += pi[i] * fromState[i];
        }
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                z[i * n + j] += pi[j] * (1 + all - fromState[i]) - fromPi[j];
            }
        }
        return new FundamentalMatrix(n, z);
    }

    /// The number of states n.
    public int states() {
        return n;
    }

    /// z(from, to).
    ///
    /// @throws IllegalArgumentException if one of them is no state
    public double entry(int from, int to) {
        if (from < 0 || from >= n || to < 0 || to >= n) {
            throw new IllegalArgumentException(
                    "states %d and %d, must be from 0 to %d".formatted(from, to, n - 1));
        }
        return z[from * n + to];
    }

    /// Σ z(i,i) = 1 + Σ 1/(1-λ) over the eigenvalues but the 1: for an irreducible chain one more
    /// than [KemenyConstant].
    public double trace() {
        double sum = 0;
        for (int i = 0; i < n; i++) {
            sum += z[i * n + i];
        }
        return sum;
    }

    /// The expected visits `[n,n]` to each state, from each, before `r`.
    private static double[] visitsBefore(Transition chain, int r) {
        int n = chain.states();
        double[] row = new double[n];
        double[] a = new double[Math.multiplyExact(n, n)];
        for (int i = 0; i < n; i++) {
            chain.row(i, row);
            for (int j = 0; j < n; j++) {
                a[exchanged(i, r) * n + exchanged(j, r)] = row[j];
            }
        }
        Elimination elimination = new Elimination(n, a);
        int stuck = elimination.downTo(1);
        if (stuck >= 0) {
            throw new IllegalArgumentException(
                    "state %d is left with a probability below %s, must be at least that"
                            .formatted(exchanged(stuck, r), Elimination.SMALLEST));
        }
        double[] visits = new double[n * n];
        for (int j = 1; j < n; j++) {
            double[] counted = new double[n];
            counted[j] = 1;
            elimination.carryCosts(counted, 1);
            double[] column = new double[n];
            elimination.completeCosts(column, counted, 1);
            for (int i = 1; i < n; i++) {
                if (!(column[i] < Double.POSITIVE_INFINITY)) {
                    throw new IllegalArgumentException(
                            "state %d is visited more than %s times, must be at most that"
                                    .formatted(exchanged(j, r), Double.MAX_VALUE));
                }
                visits[exchanged(i, r) * n + exchanged(j, r)] = column[i];
            }
        }
        return visits;
    }

    /// States with r and 0 exchanged.
    private static int exchanged(int state, int r) {
        return state == 0 ? r : state == r ? 0 : state;
    }
}
