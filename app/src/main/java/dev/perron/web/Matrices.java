package dev.perron.web;

import dev.perron.attention.AttentionHead;
import dev.perron.attention.AttentionTensor;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;

/// How the report holds the matrices: as they came, or, where that would be too much for a page, in
/// 16 bits an entry. The page divides each row by its sum, as [AttentionHead] does, so only ratios
/// within a row matter: 16-bit entries are in units of 1/65534 of their row's largest.
///
/// @param sixteenBit whether entries are 16-bit integers rather than float32
/// @param largestError the largest |difference| between an entry of the exact chain and what the
///   page computes with; 0 for float32
record Matrices(boolean sixteenBit, double largestError) {
    static final long MOST_FLOAT_BYTES = 16L << 20;
    static final long MOST_BYTES = 64L << 20;
    private static final int UNITS = 0xfffe; // and one more by rounding

    /// The finest form that fits.
    ///
    /// @throws IllegalArgumentException if none does
    static Matrices of(AttentionTensor attention) {
        long n = attention.tokens().size();
        long entries = n * n * attention.all().size();
        if (entries * Float.BYTES <= MOST_FLOAT_BYTES) {
            return new Matrices(false, 0);
        }
        if (entries * Short.BYTES > MOST_BYTES) {
            throw new IllegalArgumentException(
                    "%d layers of %d heads on %d tokens are %d MB of attention, must be at most %d MB"
                                    .formatted(
                                            attention.layers().size(),
                                            attention.heads(),
                                            n,
                                            (entries * Short.BYTES) >> 20,
                                            MOST_BYTES >> 20)
                            + " in one page: pick fewer layers");
        }
        double worst = 0;
        for (AttentionHead head : attention.all()) {
            worst = Math.max(worst, error(head));
        }
        return new Matrices(true, worst);
    }

    /// One head's rows, little-endian, in base 64.
    String encode(AttentionHead head) {
        float[] rows = head.toArray();
        int n = head.states();
        ByteBuffer bytes =
                ByteBuffer.allocate(rows.length * (sixteenBit ? Short.BYTES : Float.BYTES))
                        .order(ByteOrder.LITTLE_ENDIAN);
        if (sixteenBit) {
            for (int i = 0; i < n; i++) {
                for (int unit : units(rows, i * n, n)) {
                    bytes.putShort((short) unit);
                }
            }
        } else {
            bytes.asFloatBuffer().put(rows);
        }
        return Base64.getEncoder().encodeToString(bytes.array());
    }

    private static double error(AttentionHead head) {
        float[] rows = head.toArray();
        int n = head.states();
        double worst = 0;
        for (int i = 0; i < n; i++) {
            int[] units = units(rows, i * n, n);
            double sum = 0;
            for (int unit : units) {
                sum += unit;
            }
            for (int j = 0; j < n; j++) {
                worst = Math.max(worst, Math.abs(units[j] / sum - head.attention(i, j)));
            }
        }
        return worst;
    }

    // What is rounded are the running sums, so that no entry is off by a whole unit, and the row's
    // sum
    // by no more than half of one; entries that are 0 stay 0.
    private static int[] units(float[] rows, int from, int n) {
        float largest = 0;
        for (int j = 0; j < n; j++) {
            largest = Math.max(largest, rows[from + j]);
        }
        int[] units = new int[n];
        double sum = 0;
        long before = 0;
        for (int j = 0; j < n; j++) {
            sum += (double) rows[from + j] / largest * UNITS;
            long now = Math.round(sum);
            units[j] = (int) (now - before);
            before = now;
        }
        return units;
    }
}
