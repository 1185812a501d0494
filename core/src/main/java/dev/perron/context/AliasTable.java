package dev.perron.context;

/// The weights of one row at one time, drawn from in O(1). Each of K cells has two tokens, its own
/// and an alias, which share it.
///
/// Walker 1977, "An efficient method for generating discrete random variables with general
/// distributions"; made in O(K) as by Vose 1991.
final class AliasTable {
    /// Before there are any weights.
    static final AliasTable EMPTY = new AliasTable(0, 0, new double[0], new int[0]);

    private final int time;
    private final double total;
    private final double[] own; // [K] up to where the cell is its own token's, from 0 to 1
    private final int[] alias; // [K]

    private AliasTable(int time, double total, double[] own, int[] alias) {
        this.time = time;
        this.total = total;
        this.own = own;
        this.alias = alias;
    }

    /// The table of p(row, k) counts(k).
    ///
    /// @param from where the row begins in `p`
    /// @param time how many tokens the counts are of
    static AliasTable of(double[] p, int from, double[] counts, int time) {
        int k = counts.length;
        double[] own = new double[k];
        double total = 0;
        for (int i = 0; i < k; i++) {
            own[i] = p[from + i] * counts[i];
            total += own[i];
        }
        int[] alias = new int[k];
        int[] waiting = new int[k]; // too little from the front, too much from the back
        int few = 0;
        int many = k;
        for (int i = 0; i < k; i++) {
            own[i] *= k / total;
            alias[i] = i;
            if (own[i] < 1) {
                waiting[few++] = i;
            } else {
                waiting[--many] = i;
            }
        }
        while (few > 0 && many < k) {
            int poor = waiting[--few];
            int rich = waiting[many];
            alias[poor] = rich;
            own[rich] -= 1 - own[poor];
            if (own[rich] < 1) {
                many++;
                waiting[few++] = rich;
            }
        }
        while (few > 0) { // rounding: what is left is full, unless it has no weight at all
            int full = waiting[--few];
            if (counts[full] > 0) {
                own[full] = 1;
            } else {
                alias[full] = heaviest(p, from, counts);
            }
        }
        return new AliasTable(time, total, own, alias);
    }

    private static int heaviest(double[] p, int from, double[] counts) {
        int best = 0;
        for (int i = 1; i < counts.length; i++) {
            if (p[from + i] * counts[i] > p[from + best] * counts[best]) {
                best = i;
            }
        }
        return best;
    }

    /// How many tokens of the context it knows.
    int time() {
        return time;
    }

    /// The sum of its weights.
    double total() {
        return total;
    }

    /// A token in proportion to its weight.
    ///
    /// @param u from 0 to 1, exclusive
    int draw(double u) {
        double place = u * own.length;
        int cell = Math.min((int) place, own.length - 1);
        return place - cell < own[cell] ? cell : alias[cell];
    }
}
