package dev.perron.chain.path;

import dev.perron.chain.Distribution;

import java.util.Arrays;
import java.util.List;

/// Laws on the same n outcomes, each of which is drawn from by one multiplication and one
/// comparison, however many outcomes it has. A law is cut into n cells of mass 1/n, each shared by
/// its own outcome and one other. What has no mass is never drawn.
///
/// A cell is one number, so that a draw reads one place of memory: the share of its own outcome
/// above, the other outcome in the lowest bits, as many as n needs. Exact but for 2⁻⁵³ of a cell,
/// above 2¹¹ outcomes for 2ᵇ⁻⁶⁴, b being those bits. Not for several threads while laws change.
///
/// Source: Walker, "An efficient method for generating discrete random variables with general
/// distributions", ACM TOMS 3 (1977); the tables are made as by Vose, IEEE TSE 17 (1991).
public final class AliasTables {
    private static final long[] NONE = {};

    private final int n;
    private final int bits; // of the other outcome
    private final double units; // of a whole cell
    private final long[][] cells; // [laws][n], empty as long as there is no law
    private final int[] waiting; // [n] scratch: too small from the front, too large from the back

    /// Tables without laws yet.
    ///
    /// @param laws how many there will be
    /// @param n outcomes, at least 1
    /// @throws IllegalArgumentException if there are none
    public AliasTables(int laws, int n) {
        if (n < 1) {
            throw new IllegalArgumentException("%d outcomes, must be at least 1".formatted(n));
        }
        this.n = n;
        this.bits = Math.max(1, Integer.SIZE - Integer.numberOfLeadingZeros(n - 1));
        this.units = Math.scalb(1.0, Long.SIZE - bits);
        this.cells = new long[laws][];
        Arrays.fill(cells, NONE);
        this.waiting = new int[n];
    }

    /// The tables of laws on equally many outcomes.
    public static AliasTables of(List<Distribution> laws) {
        AliasTables tables = new AliasTables(laws.size(), laws.getFirst().states());
        for (int law = 0; law < laws.size(); law++) {
            tables.set(law, laws.get(law).toArray());
        }
        return tables;
    }

    /// Makes a law, in O(n). Cells that are too small are filled up from one that is too large,
    /// until none is.
    ///
    /// @param law its number
    /// @param weights `[n]`, at least 0, not all 0; only their ratios matter. Overwritten
    /// @return their sum
    public double set(int law, double[] weights) {
        long[] made = cells[law].length == n ? cells[law] : new long[n];
        cells[law] = made;
        double total = 0;
        for (double weight : weights) {
            total += weight;
        }
        int few = 0;
        int many = n;
        int likeliest = 0;
        for (int i = 0; i < n; i++) {
            likeliest = weights[i] > weights[likeliest] ? i : likeliest;
        }
        double perCell = n / total;
        for (int i = 0; i < n; i++) {
            weights[i] *= perCell;
            if (weights[i] < 1) {
                waiting[few++] = i;
            } else {
                waiting[--many] = i;
            }
        }
        while (few > 0 && many < n) {
            int poor = waiting[--few];
            int rich = waiting[many];
            made[poor] = cell(weights[poor], rich);
            weights[rich] -= 1 - weights[poor];
            if (weights[rich] < 1) {
                many++;
                waiting[few++] = rich;
            }
        }
        // What is left is full but for rounding, which the likeliest outcome takes.
        while (few > 0) {
            int poor = waiting[--few];
            made[poor] = cell(weights[poor], likeliest);
        }
        while (many < n) {
            int full = waiting[many++];
            made[full] = -1L << bits | full;
        }
        return total;
    }

    private long cell(double share, int other) {
        return (long) (Math.max(0, share) * units) << bits | other;
    }

    /// An outcome of a law.
    ///
    /// @param random 64 random bits: the cell is how often n times them overflows, and what is left
    ///   is uniform within the cell
    public int draw(int law, long random) {
        int own = (int) Math.unsignedMultiplyHigh(random, n);
        return among(law, own, (random * n) >>> bits);
    }

    /// An outcome of a law.
    ///
    /// @param place uniform, from 0 to n: its cell, and where in that
    public int draw(int law, double place) {
        int own = Math.min((int) place, n - 1);
        return among(law, own, (long) ((place - own) * units));
    }

    private int among(int law, int own, long place) {
        long cell = cells[law][own];
        return place < cell >>> bits ? own : (int) (cell & (1L << bits) - 1);
    }
}
