package dev.perron.context;

import java.util.Arrays;
import java.util.random.RandomGenerator.SplittableGenerator;

/// A context-conditioned chain on its way: the counts of the context so far, and its last token.
///
/// The next token has weights π(q,k) m(k), all of which change with each step. Up to [#FEW] tokens
/// they are added up anew. Above, each row keeps an alias table ([AliasTable]) of its weights as
/// they were at some time, and draws from a mixture: the table with its own total, and the tokens
/// since then, of which one is chosen evenly and kept with probability π(q,k) / max π(q,·). That is
/// exact, as counts only grow. A row's table is made anew, in O(K), once as many draws were thrown
/// away as that costs; so a step costs O(1 + thrown away), and those are on average max π(q,·) / Σ
/// f(k) π(q,k) before the first table (f being the shares of the context), about log K for rows
/// from a Dirichlet(1) law, and ever fewer as the context grows slower than the tables.
public final class ContextWalk {
    /// Up to so many tokens, weights are added up at each step.
    private static final int FEW = 8;

    private final int tokens;
    private final double[] p;
    private final double[] counts;
    private final SplittableGenerator random;
    private int last;
    private int length;

    private final double[] largest; // [K] of each row

    // Above FEW tokens.
    private final AliasTable[] tables; // [K]
    private final int[] thrownAway; // [K] since the row's table was made
    private final int patience;
    private int[] history;
    private long work;

    /// @param p `[K,K]`, row-major, not copied
    /// @param largest of each row, not copied
    ContextWalk(double[] p, double[] largest, Prompt prompt, SplittableGenerator random) {
        this.tokens = largest.length;
        this.p = p;
        this.largest = largest;
        this.random = random;
        this.counts = Arrays.stream(prompt.counts(tokens)).asDoubleStream().toArray();
        this.last = prompt.query();
        this.length = prompt.length();
        boolean many = tokens > FEW;
        this.tables = new AliasTable[many ? tokens : 0];
        Arrays.fill(tables, AliasTable.EMPTY);
        this.thrownAway = new int[many ? tokens : 0];
        this.history =
                many ? Arrays.copyOf(prompt.toArray(), Math.max(1024, 2 * length)) : new int[0];
        this.patience = Math.max(8, tokens / 2);
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
            history[length - 1] = next;
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
        int q = last;
        double most = largest[q];
        while (true) {
            work++;
            AliasTable table = tables[q];
            int later = length - table.time();
            double u = random.nextDouble() * (table.total() + most * later);
            if (u < table.total()) {
                return table.draw(u / table.total());
            }
            double place = (u - table.total()) / most;
            int at = Math.min((int) place, later - 1);
            int token = history[table.time() + at];
            if ((place - at) * most < p[q * tokens + token]) {
                return token;
            }
            if (++thrownAway[q] >= patience) {
                tables[q] = AliasTable.of(p, q * tokens, counts, length);
                thrownAway[q] = 0;
                work += tokens;
            }
        }
    }
}
