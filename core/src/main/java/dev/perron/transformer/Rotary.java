package dev.perron.transformer;

import java.util.function.DoubleUnaryOperator;

/// Rotary positions: queries and keys of each head turned by angles that grow with time, the first
/// half of its channels with the second.
final class Rotary {
    private final TransformerConfig config;
    private final int length;
    private final int stride;
    private final float[] cosines; // [D/2][stride]
    private final float[] sines;

    Rotary(TransformerConfig config, int length, int stride) {
        this.config = config;
        this.length = length;
        this.stride = stride;
        cosines = turns(Math::cos);
        sines = turns(Math::sin);
    }

    private float[] turns(DoubleUnaryOperator of) {
        int half = config.dHead() / 2;
        float[] table = new float[half * stride];
        for (int c = 0; c < half; c++) {
            for (int t = 0; t < length; t++) {
                table[c * stride + t] =
                        (float) of.applyAsDouble(PositionTables.angle(t, c, config.dHead()));
            }
        }
        return table;
    }

    /// Turns queries and the keys that follow them, d rows each, from x on.
    ///
    /// @param sign 1, or -1 for back
    void queriesAndKeys(float[] a, int x, int sign) {
        turn(a, x, sign);
        turn(a, x + config.dModel() * stride, sign);
    }

    private void turn(float[] a, int x, int sign) {
        int half = config.dHead() / 2;
        for (int h = 0; h < config.nHeads(); h++) {
            for (int c = 0; c < half; c++) {
                int one = x + (h * config.dHead() + c) * stride;
                int other = one + half * stride;
                for (int t = 0; t < length; t++) {
                    float cosine = cosines[c * stride + t];
                    float sine = sign * sines[c * stride + t];
                    float first = a[one + t];
                    float second = a[other + t];
                    a[one + t] = first * cosine - second * sine;
                    a[other + t] = first * sine + second * cosine;
                }
            }
        }
    }
}
