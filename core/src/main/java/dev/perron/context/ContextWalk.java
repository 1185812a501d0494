package dev.perron.context;

import dev.perron.chain.path.AliasTables;

import java.util.Arrays;
import java.util.random.RandomGenerator.SplittableGenerator;

/// A context-conditioned chain on its way: the counts of the context so far, and its last token.
///
/// The next token has weights π(q,k) m(k), all of which change with each step. Up to [#FEW] tokens
/// they are added up anew. Above, each row keeps an alias table ([AliasTables]) of its weights as
/// they were at some time, and draws from a mixture: the table with its own total, and the tokens
/// since then, of which one is chosen evenly and kept with probability π(q,k) / max π(q,·). That is
/// exact, as counts only grow. A row's table is made anew, in O(K), once as many draws were thrown
/// away as that costs; so a step costs O(1 + thrown away), and those are on average max π(q,·) / Σ
/// f(k) π(q,k) before the first table (f being the shares of the context), about log K for rows
/// from a Dirichlet(1) law, and ever fewer as the context grows slower than the tables.
///
/// Above a few hundred tokens a step waits for memory, not for sums: each reads a row that the one
/// before it chose. So what a draw reads is small: a cell of a table is one number, a token of the
/// context two bytes, and a probability to keep one byte, the row itself being read only where that
/// byte can't decide.
public final class ContextWalk {
    /// Up to so many tokens, weights are added up at each step.
    private static final int FEW = 8;

    // What is known of a row's table stands together, in a cache line.
    private static final int ROW = 4;
    private static final int TOTAL = 0; // of its weights π(q,k) m(k) / max π(q,·)
    private static final int CELLS = 1; // K / total
    private static final int KNOWN = 2; // how many tokens of the context it knows
    private static final int THROWN_AWAY = 3; // draws since it was made

    private final int tokens;
    private final double[] p;
    private final double[] counts;
    private final SplittableGenerator random;
    private int last;
    private int length;

    // Above FEW tokens.
    private final Keeping keeping;
    private final AliasTables tables;
    private final double[] rows; // [K, ROW]
    private final double[] weights; // [K] scratch
    private final int patience;
    private char[] history; // K² entries are in an array, so a token is below 2¹⁶
    private long work;

    /// How likely a token of the context is kept, in each row.
    static final class Keeping {
        private static final int LEVELS = 256;

        private final double[] largest; // [K] max π(q,·)
        private final byte[] levels; // [K,K] ⌊256 π(q,k) / largest⌋, at most 255, unsigned

        /// Of a base chain's rows `[K,K]`, row-major.
        Keeping(int tokens, double[] p) {
            largest = new double[tokens];
            levels = new byte[p.length];
            for (int q = 0; q < tokens; q++) {
                for (int k = 0; k < tokens; k++) {
                    largest[q] = Math.max(largest[q], p[q * tokens + k]);
                }
                for (int k = 0; k < tokens; k++) {
                    double part = p[q * tokens + k] / largest[q];
                    levels[q * tokens + k] = (byte) Math.min(LEVELS - 1, (int) (part * LEVELS));
                }
            }
        }
    }

    /// @param p `[K,K]`, row-major, not copied
    ContextWalk(double[] p, Keeping keeping, Prompt prompt, SplittableGenerator random) {
        this.tokens = keeping.largest.length;
        this.p = p;
        this.keeping = keeping;
        this.random = random;
        this.counts = Arrays.stream(prompt.counts(tokens)).asDoubleStream().toArray();
        this.last = prompt.query();
        this.length = prompt.length();
        int many = tokens > FEW ? tokens : 0;
        this.tables = new AliasTables(many, tokens);
        this.rows = new double[ROW * many];
        this.weights = new double[many];
        this.patience = Math.max(8, tokens / 2);
        this.history = new char[many == 0 ? 0 : Math.max(1024, 2 * length)];
        for (int l = 0; l < length && many > 0; l++) {
            history[l] = (char) prompt.token(l);
        }
    }

    /// Draws the next token and adds it to the context.
    ///
    /// @return the token
    /// @throws ArithmeticException if the context would have more than 2³¹ - 1 tokens
    public int step() {
        int next = tokens <= FEW ? amongFew() : amongMany();
        length = Math.addExact(length, 1);
        counts[next]++;
        last = next;
        if (history.length > 0) {
            if (length > history.length) {
                history =
                        Arrays.copyOf(
                                history,
                                (int) Math.min(2L * history.length, Integer.MAX_VALUE - 8L));
            }
            history[length - 1] = (char) next;
        }
        return next;
    }

    /// How much the steps so far took: weights that were added up, tokens that were drawn, kept or
    /// not, and entries of tables that were made.
    public long work() {
        return work;
    }

    /// The last token: the query of the next step.
    public int last() {
        return last;
    }

    /// How many tokens the context has.
    public int length() {
        return length;
    }

    /// How often a token stands in the context.
    public long count(int token) {
        return (long) counts[token];
    }

    /// The counts `[K]` into `out`.
    public void counts(double[] out) {
        System.arraycopy(counts, 0, out, 0, tokens);
    }

    private int amongFew() {
        work += tokens;
        int row = last * tokens;
        double total = 0;
        for (int k = 0; k < tokens; k++) {
            total += p[row + k] * counts[k];
        }
        double left = random.nextDouble() * total;
        int drawn = 0;
        for (int k = 0; k < tokens; k++) {
            double weight = p[row + k] * counts[k];
            if (weight > 0) {
                drawn = k;
                left -= weight;
                if (left < 0) {
                    break;
                }
            }
        }
        return drawn;
    }

    private int amongMany() {
        int row = last * ROW;
        while (true) {
            work++;
            double total = rows[row + TOTAL];
            int known = (int) rows[row + KNOWN];
            int later = length - known;
            double u = random.nextDouble() * (total + later);
            if (u < total) {
                return tables.draw(last, u * rows[row + CELLS]);
            }
            int at = Math.min((int) (u - total), later - 1);
            int token = history[known + at];
            if (kept(token, u - total - at)) {
                return token;
            }
            if (++rows[row + THROWN_AWAY] >= patience) {
                makeTable();
            }
        }
    }

    /// Whether part is below π(q,k) / max π(q,·): where the bytes are equal, the numbers say.
    ///
    /// @param part uniform, from 0 to 1
    private boolean kept(int token, double part) {
        int place = last * tokens + token;
        int level = keeping.levels[place] & (Keeping.LEVELS - 1);
        int drawn = (int) (part * Keeping.LEVELS);
        return drawn < level || (drawn == level && part * keeping.largest[last] < p[place]);
    }

    /// Of the last token's row, as the counts now are.
    private void makeTable() {
        double scale = 1 / keeping.largest[last];
        for (int k = 0; k < tokens; k++) {
            weights[k] = p[last * tokens + k] * counts[k] * scale;
        }
        double total = tables.set(last, weights);
        int row = last * ROW;
        rows[row + TOTAL] = total;
        rows[row + CELLS] = tokens / total;
        rows[row + KNOWN] = length;
        rows[row + THROWN_AWAY] = 0;
        work += tokens;
    }
}
