package dev.perron.transformer;

import dev.perron.chain.Distribution;

import java.util.Arrays;
import java.util.List;

/// Laws on the same n outcomes, each of which is drawn from by one multiplication and one
/// comparison, however many outcomes it has. A law is cut into n cells of mass 1/n, each shared by
/// its own outcome and one other. Exact but for 2⁻⁵³ in a cell's share; what has no mass is never
/// drawn.
///
/// Source: Walker, "An efficient method for generating discrete random variables with general
/// distributions", ACM TOMS 3 (1977); the tables are made as by Vose, IEEE TSE 17 (1991).
final class AliasTables {
    private final int n;
    private final long[] share; // [laws, n], of a cell's own outcome, in units of 2⁻⁶⁴, unsigned
    private final int[] other; // [laws, n], who has the rest of the cell

    private AliasTables(int n, long[] share, int[] other) {
        this.n = n;
        this.share = share;
        this.other = other;
    }

    /// The tables of laws on equally many outcomes.
    static AliasTables of(List<Distribution> laws) {
        int n = laws.getFirst().states();
        int cells = Math.multiplyExact(laws.size(), n);
        AliasTables tables = new AliasTables(n, new long[cells], new int[cells]);
        for (int law = 0; law < laws.size(); law++) {
            tables.cut(law * n, laws.get(law));
        }
        return tables;
    }

    /// An outcome of a law.
    ///
    /// @param bits 64 random ones: the cell is how often n·bits overflows, and what is left of
    ///   n·bits is uniform within the cell
    int draw(int law, long bits) {
        int own = (int) Math.unsignedMultiplyHigh(bits, n);
        int cell = law * n + own;
        return Long.compareUnsigned(bits * n, share[cell]) < 0 ? own : other[cell];
    }

    /// Cells that are too small are filled up from one that is too large, until none is.
    private void cut(int at, Distribution law) {
        double[] filled = law.toArray();
        double total = Arrays.stream(filled).sum();
        int[] small = new int[n];
        int[] large = new int[n];
        int smalls = 0;
        int larges = 0;
        int likeliest = 0;
        for (int i = 0; i < n; i++) {
            likeliest = filled[i] > filled[likeliest] ? i : likeliest;
            filled[i] *= n / total;
            if (filled[i] < 1) {
                small[smalls++] = i;
            } else {
                large[larges++] = i;
            }
        }
        while (smalls > 0 && larges > 0) {
            int i = small[--smalls];
            int donor = large[larges - 1];
            share[at + i] = units(filled[i]);
            other[at + i] = donor;
            filled[donor] -= 1 - filled[i];
            if (filled[donor] < 1) {
                larges--;
                small[smalls++] = donor;
            }
        }
        // What is left is full but for rounding, which the likeliest outcome takes.
        while (smalls > 0) {
            int i = small[--smalls];
            share[at + i] = units(filled[i]);
            other[at + i] = likeliest;
        }
        while (larges > 0) {
            int i = large[--larges];
            share[at + i] = -1;
            other[at + i] = i;
        }
    }

    private static long units(double share) {
        return share > 0 ? (long) (share * 0x1p63) << 1 : 0;
    }
}
