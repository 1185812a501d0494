package dev.perron.chain.mixing;

import dev.perron.chain.Distribution;
import dev.perron.chain.StochasticMatrix;
import dev.perron.chain.Structure;
import dev.perron.chain.Transition;
import dev.perron.chain.passage.FundamentalMatrix;
import dev.perron.chain.stationary.StationaryDistribution;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// How often a stationary chain goes between each two states, in either direction: ½(π(i)p(i,j) +
/// π(j)p(j,i)). Conductance is a question to this alone.
final class StationaryFlow {
    /// Inverse iterations gain a factor of |γ₂/γ₃| each; a cut needs an order, not digits.
    private static final int ITERATIONS = 50;

    private final double[] pi; // [n], all positive
    private final double[][] between; // [n][n], symmetric

    private StationaryFlow(double[] pi, double[][] between) {
        this.pi = pi;
        this.between = between;
    }

    /// The flow among `states`, which are numbered 0, 1, ... in their order.
    static StationaryFlow of(Transition chain, Distribution pi, List<Integer> states) {
        int n = states.size();
        double[] mass = states.stream().mapToDouble(pi::mass).toArray();
        double[][] between = new double[n][n];
        double[] row = new double[chain.states()];
        for (int i = 0; i < n; i++) {
            chain.row(states.get(i), row);
            for (int j = 0; j < n; j++) {
                double flow = mass[i] * row[states.get(j)] / 2;
                between[i][j] += flow;
                between[j][i] += flow;
            }
        }
        return new StationaryFlow(mass, between);
    }

    /// The conductance of a set, if there is mass inside and outside.
    Optional<Cut> cut(BitSet set) {
        double inside = 0;
        double outside = 0;
        double flow = 0;
        for (int i = 0; i < pi.length; i++) {
            if (set.get(i)) {
                inside += pi[i];
                for (int j = 0; j < pi.length; j++) {
                    flow += set.get(j) ? 0 : between[i][j];
                }
            } else {
                outside += pi[i];
            }
        }
        double least = Math.min(inside, outside);
        return least > 0 ? Optional.of(new Cut(flow / least, set)) : Optional.empty();
    }

    /// The least conductance, by trying all 2ⁿ⁻¹ - 1 cuts: states join one side or the other in
    /// turn, so flow and mass only ever grow and nothing is subtracted.
    Cut leastOfAll() {
        Enumeration enumeration = new Enumeration();
        enumeration.join(1, 1, 0, pi[0], 0);
        BitSet set = BitSet.valueOf(new long[] {enumeration.best});
        return cut(set).orElseThrow();
    }

    private final class Enumeration {
        private double least = Double.POSITIVE_INFINITY;
        private long best;

        /// @param next the state that joins; those before it have
        /// @param set the side of state 0
        void join(int next, long set, double flow, double inside, double outside) {
            if (next == pi.length) {
                double phi = flow / Math.min(inside, outside);
                if (outside > 0 && phi < least) {
                    least = phi;
                    best = set;
                }
                return;
            }
            double toInside = 0;
            double toOutside = 0;
            for (int i = 0; i < next; i++) {
                if ((set >> i & 1) == 1) {
                    toInside += between[next][i];
                } else {
                    toOutside += between[next][i];
                }
            }
            join(next + 1, set | 1L << next, flow + toOutside, inside + pi[next], outside);
            join(next + 1, set, flow + toInside, inside, outside + pi[next]);
        }
    }

    /// The least conductance of the sets {i : f(i) ≤ c}, f close to the second eigenfunction of the
    /// reversible chain with this flow. If that falls apart, a component is cut off, with Φ = 0.
    Cut leastOfSweep() {
        StochasticMatrix reversible = reversible();
        Structure structure = Structure.of(reversible);
        if (!structure.irreducible()) {
            BitSet component = new BitSet();
            structure.classes().getFirst().states().forEach(component::set);
            return cut(component).orElseThrow();
        }
        double[] f = secondEigenfunction(reversible);
        List<Integer> order =
                IntStream.range(0, f.length)
                        .boxed()
                        .sorted(Comparator.comparingDouble(i -> f[i]))
                        .toList();
        List<Cut> cuts = new ArrayList<>();
        BitSet set = new BitSet();
        for (int i : order.subList(0, order.size() - 1)) {
            set.set(i);
            cut((BitSet) set.clone()).ifPresent(cuts::add);
        }
        return cuts.stream().min(Comparator.comparingDouble(Cut::phi)).orElseThrow();
    }

    private StochasticMatrix reversible() {
        int n = pi.length;
        double[] p = new double[Math.multiplyExact(n, n)];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                p[i * n + j] = between[i][j] / pi[i];
            }
        }
        return StochasticMatrix.proportionalTo(n, p);
    }

    /// By inverse iteration: (I - A)⁻¹ off the constants is Z - 1π.
    private double[] secondEigenfunction(StochasticMatrix reversible) {
        return switch (StationaryDistribution.of(reversible)) {
            case StationaryDistribution.OnePerClass _ ->
                    throw new IllegalStateException("several classes in an irreducible chain");
            case StationaryDistribution.Unique unique -> {
                FundamentalMatrix z = FundamentalMatrix.of(reversible, unique);
                int n = pi.length;
                double[] f = new double[n];
                for (int i = 0; i < n; i++) {
                    f[i] = Math.sin(i + 1.0); // no pattern, and the same each time
                }
                for (int step = 0; step < ITERATIONS; step++) {
                    f = applied(z, centred(f));
                }
                yield f;
            }
        };
    }

    private double[] centred(double[] f) {
        double mean = 0;
        double largest = 0;
        for (int i = 0; i < f.length; i++) {
            mean += pi[i] * f[i];
            largest = Math.max(largest, Math.abs(f[i]));
        }
        double[] centred = new double[f.length];
        for (int i = 0; i < f.length; i++) {
            centred[i] = (f[i] - mean) / largest;
        }
        return centred;
    }

    private static double[] applied(FundamentalMatrix z, double[] f) {
        double[] applied = new double[f.length];
        for (int i = 0; i < f.length; i++) {
            for (int j = 0; j < f.length; j++) {
                applied[i] += z.entry(i, j) * f[j];
            }
        }
        return applied;
    }
}
