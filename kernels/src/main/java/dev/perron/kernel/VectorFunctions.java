package dev.perron.kernel;

import static dev.perron.kernel.VectorProducts.LANES;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/// Powers and logarithms of two, and the normal distribution, in float32 lanes.
final class VectorFunctions {
    private static final float ROUNDING = 0x1.8p23f;

    // 2^f for |f| at most 1/2, within 1.5e-7 of it.
    private static final float P0 = 1.0000001f;
    private static final float P1 = 0.69314694f;
    private static final float P2 = 0.2402212f;
    private static final float P3 = 0.055507135f;
    private static final float P4 = 0.009675541f;
    private static final float P5 = 0.0013276467f;

    private static final float LOG2_E = 1.442695f;

    private VectorFunctions() {}

    /// `2^x` within 3e-7 of its size; 2^-126 where that is less; x at most 127.
    ///
    /// Adding and subtracting 1.5·2²³ rounds x to a whole number, which then stands in the low bits
    /// of the sum, and goes from there into the exponent.
    static FloatVector powerOfTwo(FloatVector exponent) {
        // Not max(), which is five instructions: Java's has an opinion on NaN and on -0.
        FloatVector x = exponent.blend(-126f, exponent.lt(-126f));
        FloatVector shifted = x.add(ROUNDING);
        FloatVector f = x.sub(shifted.sub(ROUNDING));
        FloatVector sum = FloatVector.broadcast(LANES, P5);
        sum = sum.fma(f, FloatVector.broadcast(LANES, P4));
        sum = sum.fma(f, FloatVector.broadcast(LANES, P3));
        sum = sum.fma(f, FloatVector.broadcast(LANES, P2));
        sum = sum.fma(f, FloatVector.broadcast(LANES, P1));
        sum = sum.fma(f, FloatVector.broadcast(LANES, P0));
        IntVector power = shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23);
        return sum.reinterpretAsInts().add(power).reinterpretAsFloats();
    }

    /// `log₂ x` within 2e-7 of 1 + its size, for normal x above 0: of the mantissa m, brought to
    /// between √½ and √2, by the odd series in (m - 1)/(m + 1).
    static FloatVector log2(FloatVector x) {
        IntVector bits = x.reinterpretAsInts();
        IntVector above = bits.sub(0x3f3504f3); // of √½
        FloatVector exponent =
                (FloatVector)
                        above.lanewise(VectorOperators.ASHR, 23).convert(VectorOperators.I2F, 0);
        FloatVector m = bits.sub(above.and(0xff800000)).reinterpretAsFloats();
        FloatVector z = m.sub(1f).div(m.add(1f));
        FloatVector square = z.mul(z);
        FloatVector sum = FloatVector.broadcast(LANES, 2 * LOG2_E / 9);
        sum = sum.fma(square, FloatVector.broadcast(LANES, 2 * LOG2_E / 7));
        sum = sum.fma(square, FloatVector.broadcast(LANES, 2 * LOG2_E / 5));
        sum = sum.fma(square, FloatVector.broadcast(LANES, 2 * LOG2_E / 3));
        sum = sum.fma(square, FloatVector.broadcast(LANES, 2 * LOG2_E));
        return sum.fma(z, exponent);
    }

    /// `e^(-x²/2)`.
    static FloatVector bell(FloatVector x) {
        return powerOfTwo(x.mul(x).mul(-0.5f * LOG2_E));
    }

    /// `Φ(x)` within 1e-7: Abramowitz and Stegun 7.1.26, for x/√2.
    static FloatVector normalBelow(FloatVector x, FloatVector bell) {
        FloatVector t =
                FloatVector.broadcast(LANES, 1f).div(x.abs().mul(0.3275911f * 0.70710677f).add(1f));
        FloatVector sum = FloatVector.broadcast(LANES, 0.5f * 1.0614054f);
        sum = sum.fma(t, FloatVector.broadcast(LANES, 0.5f * -1.4531521f));
        sum = sum.fma(t, FloatVector.broadcast(LANES, 0.5f * 1.4214138f));
        sum = sum.fma(t, FloatVector.broadcast(LANES, 0.5f * -0.28449672f));
        sum = sum.fma(t, FloatVector.broadcast(LANES, 0.5f * 0.2548296f));
        FloatVector tail = sum.mul(t).mul(bell);
        VectorMask<Float> left = x.lt(0f);
        return FloatVector.broadcast(LANES, 1f).sub(tail).blend(tail, left);
    }
}
