package dev.perron.kernel;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/// The same with the Vector API, where that is faster: a dot product, since the scalar sum is one
/// chain of dependent additions, which the compiler may not reorder; and a sum of rows of doubles,
/// which for all the compiler knows may overlap.
final class VectorChainKernels implements ChainKernels {
    private static final VectorSpecies<Double> WIDE = DoubleVector.SPECIES_PREFERRED;

    /// As many floats as there are doubles in a register, so that one widens into the other.
    private static final VectorSpecies<Float> NARROW =
            VectorSpecies.of(float.class, VectorShape.forBitSize(WIDE.vectorBitSize() / 2));

    private static final int LANES = WIDE.length();

    @Override
    public String describe() {
        return "vector, " + WIDE.vectorBitSize() + " bit";
    }

    /// As the specification does it: floats and doubles can't overlap, so the compiler makes
    /// vectors of the plain loop by itself, and written by hand they were no faster.
    @Override
    public void addScaled(double a, float[] p, int at, double[] y, int n) {
        ChainKernels.scalar().addScaled(a, p, at, y, n);
    }

    @Override
    public void addScaled(double a, double[] p, int at, double[] y, int yAt, int n) {
        int j = 0;
        for (int end = WIDE.loopBound(n); j < end; j += LANES) {
            DoubleVector.fromArray(WIDE, p, at + j)
                    .fma(DoubleVector.broadcast(WIDE, a), DoubleVector.fromArray(WIDE, y, yAt + j))
                    .intoArray(y, yAt + j);
        }
        for (; j < n; j++) {
            y[yAt + j] += a * p[at + j];
        }
    }

    @Override
    public double dot(float[] p, int at, double[] f, int n) {
        // Two sums, so that an addition need not wait for the one before.
        DoubleVector even = DoubleVector.zero(WIDE);
        DoubleVector odd = DoubleVector.zero(WIDE);
        int j = 0;
        for (int end = n - 2 * LANES; j <= end; j += 2 * LANES) {
            even = widened(p, at + j).fma(DoubleVector.fromArray(WIDE, f, j), even);
            odd = widened(p, at + j + LANES).fma(DoubleVector.fromArray(WIDE, f, j + LANES), odd);
        }
        double sum = even.add(odd).reduceLanes(VectorOperators.ADD);
        for (; j < n; j++) {
            sum += p[at + j] * f[j];
        }
        return sum;
    }

    @Override
    public double dot(double[] p, int at, double[] f, int n) {
        DoubleVector even = DoubleVector.zero(WIDE);
        DoubleVector odd = DoubleVector.zero(WIDE);
        int j = 0;
        for (int end = n - 2 * LANES; j <= end; j += 2 * LANES) {
            even =
                    DoubleVector.fromArray(WIDE, p, at + j)
                            .fma(DoubleVector.fromArray(WIDE, f, j), even);
            odd =
                    DoubleVector.fromArray(WIDE, p, at + j + LANES)
                            .fma(DoubleVector.fromArray(WIDE, f, j + LANES), odd);
        }
        double sum = even.add(odd).reduceLanes(VectorOperators.ADD);
        for (; j < n; j++) {
            sum += p[at + j] * f[j];
        }
        return sum;
    }

    private static DoubleVector widened(float[] p, int at) {
        return (DoubleVector)
                FloatVector.fromArray(NARROW, p, at).convertShape(VectorOperators.F2D, WIDE, 0);
    }
}
