package dev.perron.bench;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

import java.util.List;

/// What the machine can do at most: read memory, copy it, multiply and add. Methods are small, one
/// loop each, so that no vector ends up on the heap.
final class MachineFloor {
    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Double> DOUBLES = DoubleVector.SPECIES_PREFERRED;

    /// Multiply-adds in a register that don't wait for each other; two a cycle with a latency of
    /// four need eight.
    private static final int CHAINS = 12;

    /// Keeps the compiler from leaving out what nobody looks at.
    private static volatile double sink;

    private MachineFloor() {}

    /// Reads all arrays once, over all cores, each array by one of them.
    static void read(List<float[]> arrays) {
        Cores.forEach(arrays.size(), k -> sink = sum(arrays.get(k)));
    }

    /// Reads one array by one core.
    static void read(float[] array) {
        sink = sum(array);
    }

    /// Copies each array to its pair, over all cores.
    static void copy(List<float[]> from, List<float[]> to) {
        Cores.forEach(
                from.size(),
                k -> System.arraycopy(from.get(k), 0, to.get(k), 0, from.get(k).length));
    }

    /// Makes about this many multiply-adds of doubles, in registers alone.
    ///
    /// @return how many were made
    static long multiplyAdd(long count) {
        int rounds = (int) Math.max(1, count / ((long) CHAINS * DOUBLES.length()));
        sink = multiplyAdds(rounds, 0.5, 0.25);
        return (long) rounds * CHAINS * DOUBLES.length();
    }

    /// The same of floats.
    static long multiplyAddFloats(long count) {
        int rounds = (int) Math.max(1, count / ((long) CHAINS * FLOATS.length()));
        sink = multiplyAdds(rounds, 0.5f, 0.25f);
        return (long) rounds * CHAINS * FLOATS.length();
    }

    /// The sum of all entries but at most a vector's few at the end.
    private static float sum(float[] a) {
        FloatVector s0 = FloatVector.zero(FLOATS);
        FloatVector s1 = FloatVector.zero(FLOATS);
        FloatVector s2 = FloatVector.zero(FLOATS);
        FloatVector s3 = FloatVector.zero(FLOATS);
        int w = FLOATS.length();
        for (int i = 0; i + 4 * w <= a.length; i += 4 * w) {
            s0 = s0.add(FloatVector.fromArray(FLOATS, a, i));
            s1 = s1.add(FloatVector.fromArray(FLOATS, a, i + w));
            s2 = s2.add(FloatVector.fromArray(FLOATS, a, i + 2 * w));
            s3 = s3.add(FloatVector.fromArray(FLOATS, a, i + 3 * w));
        }
        return s0.add(s1).add(s2.add(s3)).reduceLanes(VectorOperators.ADD);
    }

    private static double multiplyAdds(int rounds, double x, double y) {
        DoubleVector a = DoubleVector.broadcast(DOUBLES, x);
        DoubleVector b = DoubleVector.broadcast(DOUBLES, y);
        DoubleVector s0 = DoubleVector.zero(DOUBLES);
        DoubleVector s1 = DoubleVector.zero(DOUBLES);
        DoubleVector s2 = DoubleVector.zero(DOUBLES);
        DoubleVector s3 = DoubleVector.zero(DOUBLES);
        DoubleVector s4 = DoubleVector.zero(DOUBLES);
        DoubleVector s5 = DoubleVector.zero(DOUBLES);
        DoubleVector s6 = DoubleVector.zero(DOUBLES);
        DoubleVector s7 = DoubleVector.zero(DOUBLES);
        DoubleVector s8 = DoubleVector.zero(DOUBLES);
        DoubleVector s9 = DoubleVector.zero(DOUBLES);
        DoubleVector s10 = DoubleVector.zero(DOUBLES);
        DoubleVector s11 = DoubleVector.zero(DOUBLES);
        for (int i = 0; i < rounds; i++) {
            s0 = s0.fma(a, b);
            s1 = s1.fma(a, b);
            s2 = s2.fma(a, b);
            s3 = s3.fma(a, b);
            s4 = s4.fma(a, b);
            s5 = s5.fma(a, b);
            s6 = s6.fma(a, b);
            s7 = s7.fma(a, b);
            s8 = s8.fma(a, b);
            s9 = s9.fma(a, b);
            s10 = s10.fma(a, b);
            s11 = s11.fma(a, b);
        }
        DoubleVector low = s0.add(s1).add(s2.add(s3)).add(s4.add(s5));
        DoubleVector high = s6.add(s7).add(s8.add(s9)).add(s10.add(s11));
        return low.add(high).reduceLanes(VectorOperators.ADD);
    }

    private static float multiplyAdds(int rounds, float x, float y) {
        FloatVector a = FloatVector.broadcast(FLOATS, x);
        FloatVector b = FloatVector.broadcast(FLOATS, y);
        FloatVector s0 = FloatVector.zero(FLOATS);
        FloatVector s1 = FloatVector.zero(FLOATS);
        FloatVector s2 = FloatVector.zero(FLOATS);
        FloatVector s3 = FloatVector.zero(FLOATS);
        FloatVector s4 = FloatVector.zero(FLOATS);
        FloatVector s5 = FloatVector.zero(FLOATS);
        FloatVector s6 = FloatVector.zero(FLOATS);
        FloatVector s7 = FloatVector.zero(FLOATS);
        FloatVector s8 = FloatVector.zero(FLOATS);
        FloatVector s9 = FloatVector.zero(FLOATS);
        FloatVector s10 = FloatVector.zero(FLOATS);
        FloatVector s11 = FloatVector.zero(FLOATS);
        for (int i = 0; i < rounds; i++) {
            s0 = s0.fma(a, b);
            s1 = s1.fma(a, b);
            s2 = s2.fma(a, b);
            s3 = s3.fma(a, b);
            s4 = s4.fma(a, b);
            s5 = s5.fma(a, b);
            s6 = s6.fma(a, b);
            s7 = s7.fma(a, b);
            s8 = s8.fma(a, b);
            s9 = s9.fma(a, b);
            s10 = s10.fma(a, b);
            s11 = s11.fma(a, b);
        }
        FloatVector low = s0.add(s1).add(s2.add(s3)).add(s4.add(s5));
        FloatVector high = s6.add(s7).add(s8.add(s9)).add(s10.add(s11));
        return low.add(high).reduceLanes(VectorOperators.ADD);
    }
}
