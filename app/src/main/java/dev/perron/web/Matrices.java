package dev.perron.web;

import dev.perron.attention.AttentionHead;
import dev.perron.attention.AttentionTensor;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;

/// How the report holds the matrices: as they came, or, where that would be too much for a page, in
/// 16 bits an entry. The page divides each row by its sum, as [AttentionHead] does, so only ratios
/// within a row matter: 16-bit entries are in units of 1/65535 of their row's largest.
///
/// @param sixteenBit whether entries are 16-bit integers rather than float32
/// @param largestError the largest |difference| between an entry of the exact chain and what the
///   page computes with; 0 for float32
record Matrices(boolean sixteenBit, double largestError) {
    static final long MOST_FLOAT_BYTES = 16L << 20;
    static final long MOST_BYTES = 64L << 20;
    private static final int UNITS = 0xffff;

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
        for (int i = 0; i < n; i++) {
            float largest = largest(rows, i * n, n);
            for (int k = i * n; k < (i + 1) * n; k++) {
                if (sixteenBit) {
                    bytes.putShort((short) units(rows[k], largest));
                } else {
                    bytes.putFloat(rows[k]);
                }
            }
        }
        return Base64.getEncoder().encodeToString(bytes.array());
    }

    private static double error(AttentionHead head) {
        float[] rows = head.toArray();
        int n = head.states();
        double worst = 0;
        for (int i = 0; i < n; i++) {
            float largest = largest(rows, i * n, n);
            double sum = 0;
            for (int j = 0; j < n; j++) {
                sum += units(rows[i * n + j], largest);
            }
            for (int j = 0; j < n; j++) {
                double held = units(rows[i * n + j], largest) / sum;
                worst = Math.max(worst, Math.abs(held - head.attention(i, j)));
            }
        }
        return worst;
    }

    private static int units(float entry, float largest) {
        return (int) Math.round((double) entry / largest * UNITS);
    }

    private static float largest(float[] rows, int from, int n) {
        float most = 0;
        for (int k = from; k < from + n; k++) {
            most = Math.max(most, rows[k]);
        }
        return most;
    }
}
