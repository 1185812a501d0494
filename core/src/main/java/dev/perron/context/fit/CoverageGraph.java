package dev.perron.context.fit;

import dev.perron.chain.CommunicatingClass;
import dev.perron.chain.Distribution;
import dev.perron.chain.StochasticMatrix;
import dev.perron.chain.Structure;
import dev.perron.chain.spectrum.Spectrum;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;

/// Which tokens a query's samples compare: two are joined if a prompt has both. The row is
/// identified if and only if all K tokens hang together.
///
/// @param counts the samples of the query
/// @param components tokens that hang together, ascending; by their first tokens
public record CoverageGraph(RowCounts counts, List<List<Integer>> components) {
    /// Copies the lists.
    public CoverageGraph {
        components = components.stream().map(List::copyOf).toList();
    }

    /// The graph of a query's samples.
    public static CoverageGraph of(RowCounts counts) {
        int[] parent = new int[counts.tokens()];
        Arrays.setAll(parent, i -> i);
        int left = parent.length;
        for (int s = 0; s < counts.contexts() && left > 1; s++) {
            int first = root(parent, counts.token(counts.start(s)));
            for (int e = counts.start(s) + 1; e < counts.start(s + 1); e++) {
                int other = root(parent, counts.token(e));
                if (other != first) {
                    parent[other] = first;
                    left--;
                }
            }
        }
        Map<Integer, List<Integer>> byRoot = new TreeMap<>();
        List<List<Integer>> components = new ArrayList<>();
        for (int i = 0; i < parent.length; i++) {
            byRoot.computeIfAbsent(
                            root(parent, i),
                            _ -> {
                                List<Integer> component = new ArrayList<>();
                                components.add(component);
                                return component;
                            })
                    .add(i);
        }
        return new CoverageGraph(counts, components);
    }

    private static int root(int[] parent, int i) {
        int at = i;
        while (parent[at] != at) {
            parent[at] = parent[parent[at]];
            at = parent[at];
        }
        return at;
    }

    /// Two tokens that some prompt has both, a < b.
    public record Edge(int a, int b) {}

    /// All edges, in order: up to K(K-1)/2 of them.
    public List<Edge> edges() {
        int k = counts.tokens();
        BitSet joined = new BitSet(k * k);
        for (int s = 0; s < counts.contexts(); s++) {
            for (int i = counts.start(s); i < counts.start(s + 1); i++) {
                for (int j = i + 1; j < counts.start(s + 1); j++) {
                    joined.set(counts.token(i) * k + counts.token(j));
                }
            }
        }
        return joined.stream().mapToObj(pair -> new Edge(pair / k, pair % k)).toList();
    }

    /// Whether the row is identified, up to the constant that changes nothing.
    public boolean connected() {
        return components.size() == 1;
    }

    /// Tokens whose weights run to minus infinity in a maximum likelihood fit, ascending: sets of
    /// tokens that never came out where others of the same component stood beside them, though
    /// those did beside them. None if a maximum exists in each component.
    public List<Integer> separated() {
        if (connected() && stronglyConnected()) {
            return List.of();
        }
        return comparisons().transientStates().stream().sorted().toList();
    }

    /// A step from each token to those that came out of its prompts: who always loses is left for
    /// good.
    private Structure comparisons() {
        int k = counts.tokens();
        double[] steps = new double[k * k];
        for (int i = 0; i < k; i++) {
            steps[i * k + i] = 1;
        }
        for (int s = 0; s < counts.contexts(); s++) {
            for (int winner = counts.start(s); winner < counts.start(s + 1); winner++) {
                if (counts.wins(winner) > 0) {
                    for (int e = counts.start(s); e < counts.start(s + 1); e++) {
                        steps[counts.token(e) * k + counts.token(winner)] = 1;
                    }
                }
            }
        }
        return Structure.of(StochasticMatrix.proportionalTo(k, steps));
    }

    /// Whether each token's weight is held from both sides; quick where samples are many.
    private boolean stronglyConnected() {
        return reaches(true) && reaches(false);
    }

    /// Whether all tokens are reached from token 0 by steps to those that came out, or backward.
    private boolean reaches(boolean forward) {
        int k = counts.tokens();
        BitSet reached = new BitSet(k);
        reached.set(0);
        int before = 0;
        while (reached.cardinality() > before) {
            before = reached.cardinality();
            for (int s = 0; s < counts.contexts(); s++) {
                boolean touched = false;
                for (int e = counts.start(s); e < counts.start(s + 1); e++) {
                    touched |= reached.get(counts.token(e)) && (forward || counts.wins(e) > 0);
                }
                if (touched) {
                    for (int e = counts.start(s); e < counts.start(s + 1); e++) {
                        if (!forward || counts.wins(e) > 0) {
                            reached.set(counts.token(e));
                        }
                    }
                    if (reached.cardinality() == k) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    /// Algebraic connectivity λ₂ of the graph with weights E[p(i) p(j)] where the row is `law`: the
    /// smallest curvature of the mean loss. 0 if the graph isn't connected, nothing if λ₂ wasn't
    /// found.
    ///
    /// With c twice the largest degree, I - L/c is a chain of the same graph whose eigenvalues lie
    /// from 0 to 1; λ₂(L) is c times its spectral gap.
    ///
    /// @throws IllegalArgumentException if `law` isn't on K tokens
    public OptionalDouble connectivity(Distribution law) {
        if (!connected()) {
            return OptionalDouble.of(0);
        }
        int k = counts.tokens();
        double[] laplacian = FisherInformation.hessian(counts, law);
        double largest = 0;
        for (int i = 0; i < k; i++) {
            largest = Math.max(largest, laplacian[i * k + i]);
        }
        if (!(largest > Double.MIN_NORMAL)) {
            return OptionalDouble.empty();
        }
        double c = 2 * largest;
        double[] chain = new double[k * k];
        for (int i = 0; i < k; i++) {
            for (int j = 0; j < k; j++) {
                chain[i * k + j] = Math.max(0, (i == j ? 1 : 0) - laplacian[i * k + j] / c);
            }
        }
        return switch (Spectrum.of(StochasticMatrix.proportionalTo(k, chain))) {
            case Spectrum.Complete complete ->
                    OptionalDouble.of(c * (1 - complete.values().get(1).modulus()));
            case Spectrum.Leading leading ->
                    OptionalDouble.of(c * (1 - leading.lambda2().modulus()));
            case Spectrum.NotConverged _ -> OptionalDouble.empty();
        };
    }

    /// What to observe so that the row is identified and a maximum exists: one prompt with a token
    /// of each set whose tokens are held by one another from both sides, the query last, and each
    /// of those tokens coming out of it at least once. Nothing if all tokens are one such set.
    ///
    /// @return the tokens of the prompt, the query last
    public List<Integer> missing() {
        if (connected() && stronglyConnected()) {
            return List.of();
        }
        long[] outcomes = counts.outcomes();
        List<Integer> prompt = new ArrayList<>();
        for (CommunicatingClass held : comparisons().classes()) {
            if (!held.states().contains(counts.query())) {
                int best = held.states().getFirst();
                for (int token : held.states()) {
                    best = outcomes[token] > outcomes[best] ? token : best;
                }
                prompt.add(best);
            }
        }
        prompt.sort(Comparator.naturalOrder());
        prompt.add(counts.query());
        return List.copyOf(prompt);
    }
}
