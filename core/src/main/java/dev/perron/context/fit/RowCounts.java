package dev.perron.context.fit;

import java.util.Arrays;
import java.util.Collection;
import java.util.Map;

/// The samples of one query, as distinct contexts and what followed them how often. Immutable.
public final class RowCounts {
    private final int query;
    private final int tokens;
    // Context s has the entries start[s] to start[s + 1] of these, tokens ascending.
    private final int[] start;
    private final int[] token;
    private final int[] mass;
    private final int[] wins;
    private final int[] times; // [contexts]
    private final long samples;
    private final long[] outcomes; // [K]
    private final double[] expected; // [K]
    private final double logMasses; // of the tokens that came out

    /// @param contexts with the wins of their tokens
    RowCounts(int query, int tokens, Map<Context, int[]> contexts) {
        this.query = query;
        this.tokens = tokens;
        int entries = contexts.keySet().stream().mapToInt(Context::size).sum();
        start = new int[contexts.size() + 1];
        token = new int[entries];
        mass = new int[entries];
        wins = new int[entries];
        times = new int[contexts.size()];
        int s = 0;
        long all = 0;
        for (Map.Entry<Context, int[]> entry : inOrder(contexts)) {
            int from = start[s];
            int size = entry.getKey().size();
            entry.getKey().copyInto(token, mass, from);
            System.arraycopy(entry.getValue(), 0, wins, from, size);
            times[s] = Arrays.stream(entry.getValue()).sum();
            all += times[s];
            start[++s] = from + size;
        }
        samples = all;
        outcomes = new long[tokens];
        expected = new double[tokens];
        double logs = 0;
        for (int c = 0; c < times.length; c++) {
            double size = 0;
            for (int e = start[c]; e < start[c + 1]; e++) {
                size += mass[e];
            }
            for (int e = start[c]; e < start[c + 1]; e++) {
                outcomes[token[e]] += wins[e];
                expected[token[e]] += times[c] * mass[e] / size;
                logs += wins[e] == 0 ? 0 : wins[e] * Math.log(mass[e]);
            }
        }
        logMasses = logs;
    }

    /// Sums are the same whatever the order in which samples came.
    private static Collection<Map.Entry<Context, int[]>> inOrder(Map<Context, int[]> contexts) {
        return contexts.entrySet().stream().sorted(Map.Entry.comparingByKey()).toList();
    }

    /// q.
    public int query() {
        return query;
    }

    /// K.
    public int tokens() {
        return tokens;
    }

    /// How many distinct contexts there are.
    public int contexts() {
        return times.length;
    }

    /// How many samples there are.
    public long samples() {
        return samples;
    }

    /// How often each token `[K]` came out.
    public long[] outcomes() {
        return outcomes.clone();
    }

    /// How often it would have come out on average, were all tokens as likely `[K]`.
    double[] expected() {
        return expected.clone();
    }

    /// Σ log m(y) over the samples.
    double logMasses() {
        return logMasses;
    }

    /// Where the entries of a context begin; those of the last end at `start(contexts())`.
    public int start(int context) {
        return start[context];
    }

    /// The token of an entry.
    public int token(int entry) {
        return token[entry];
    }

    /// How often that token stands in the context.
    public int mass(int entry) {
        return mass[entry];
    }

    /// How often it came out of it.
    public int wins(int entry) {
        return wins[entry];
    }

    /// How many samples have a context.
    public int times(int context) {
        return times[context];
    }

    /// Where the entries of each context begin, not copied.
    int[] starts() {
        return start;
    }

    /// The token of each entry, not copied.
    int[] entryTokens() {
        return token;
    }

    /// How often it stands in its context, not copied.
    int[] masses() {
        return mass;
    }
}
