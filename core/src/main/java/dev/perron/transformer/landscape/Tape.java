package dev.perron.transformer.landscape;

import java.util.Arrays;

/// A record of a computation on dual numbers, from which derivatives are read backward. A number
/// has a value and a tangent, its derivative along one direction of the inputs. For each number the
/// tape keeps what it was made from and the partial derivatives, which are dual numbers, too; so
/// going back gives the gradient as values and the Hessian times the direction as tangents.
///
/// Numbers are known by where they stand on the tape. Not safe to share between threads.
///
/// Source: Pearlmutter, "Fast exact multiplication by the Hessian", Neural Computation 6 (1994).
final class Tape {
    private double[] value = new double[1 << 10];
    private double[] tangent = new double[1 << 10];
    private int[] end =
            new int[1 << 10]; // where a number's links end; they begin where the last's do
    private int numbers;

    private int[] from = new int[1 << 12];
    private double[] partial = new double[1 << 12];
    private double[] partialTangent = new double[1 << 12];
    private int links;

    private double[] adjoint = {};
    private double[] adjointTangent = {};

    /// A number that comes from outside.
    int input(double x, double along) {
        return number(x, along);
    }

    /// A number that nothing depends on.
    int constant(double x) {
        return number(x, 0);
    }

    int add(int a, int b) {
        link(a, 1, 0);
        link(b, 1, 0);
        return number(value[a] + value[b], tangent[a] + tangent[b]);
    }

    int subtract(int a, int b) {
        link(a, 1, 0);
        link(b, -1, 0);
        return number(value[a] - value[b], tangent[a] - tangent[b]);
    }

    int scale(int a, double by) {
        link(a, by, 0);
        return number(value[a] * by, tangent[a] * by);
    }

    int multiply(int a, int b) {
        link(a, value[b], tangent[b]);
        link(b, value[a], tangent[a]);
        return number(value[a] * value[b], tangent[a] * value[b] + value[a] * tangent[b]);
    }

    int divide(int a, int b) {
        double inverse = 1 / value[b];
        double ratio = value[a] * inverse;
        double along = (tangent[a] - ratio * tangent[b]) * inverse;
        link(a, inverse, -inverse * inverse * tangent[b]);
        link(b, -ratio * inverse, (ratio * inverse * tangent[b] - along) * inverse);
        return number(ratio, along);
    }

    /// f(a), given f, f' and f'' at the value of a.
    int apply(int a, double f, double first, double second) {
        link(a, first, second * tangent[a]);
        return number(f, first * tangent[a]);
    }

    int exp(int a) {
        double f = Math.exp(value[a]);
        return apply(a, f, f, f);
    }

    int log(int a) {
        double inverse = 1 / value[a];
        return apply(a, Math.log(value[a]), inverse, -inverse * inverse);
    }

    /// a to the power -½.
    int inverseRoot(int a) {
        double f = 1 / Math.sqrt(value[a]);
        double inverse = 1 / value[a];
        return apply(a, f, -f * inverse / 2, f * inverse * inverse * 3 / 4);
    }

    /// `Σ a[aAt + i] b[i]` over the length of b.
    int dot(int[] a, int aAt, int[] b) {
        double sum = 0;
        double along = 0;
        for (int i = 0; i < b.length; i++) {
            int x = a[aAt + i];
            int y = b[i];
            link(x, value[y], tangent[y]);
            link(y, value[x], tangent[x]);
            sum += value[x] * value[y];
            along += tangent[x] * value[y] + value[x] * tangent[y];
        }
        return number(sum, along);
    }

    int sum(int... terms) {
        double sum = 0;
        double along = 0;
        for (int term : terms) {
            link(term, 1, 0);
            sum += value[term];
            along += tangent[term];
        }
        return number(sum, along);
    }

    double value(int a) {
        return value[a];
    }

    double tangent(int a) {
        return tangent[a];
    }

    /// Computes the derivatives of a number in all others.
    void backward(int of) {
        adjoint = new double[numbers];
        adjointTangent = new double[numbers];
        adjoint[of] = 1;
        for (int a = of; a >= 0; a--) {
            double x = adjoint[a];
            double along = adjointTangent[a];
            if (x == 0 && along == 0) {
                continue;
            }
            for (int l = a == 0 ? 0 : end[a - 1]; l < end[a]; l++) {
                adjoint[from[l]] += x * partial[l];
                adjointTangent[from[l]] += along * partial[l] + x * partialTangent[l];
            }
        }
    }

    /// The derivative in a, after [#backward].
    double adjoint(int a) {
        return adjoint[a];
    }

    /// How the derivative in a changes along the direction, after [#backward].
    double adjointTangent(int a) {
        return adjointTangent[a];
    }

    private void link(int a, double by, double along) {
        if (links == from.length) {
            int longer = Math.multiplyExact(links, 2);
            from = Arrays.copyOf(from, longer);
            partial = Arrays.copyOf(partial, longer);
            partialTangent = Arrays.copyOf(partialTangent, longer);
        }
        from[links] = a;
        partial[links] = by;
        partialTangent[links++] = along;
    }

    private int number(double x, double along) {
        if (numbers == value.length) {
            int longer = Math.multiplyExact(numbers, 2);
            value = Arrays.copyOf(value, longer);
            tangent = Arrays.copyOf(tangent, longer);
            end = Arrays.copyOf(end, longer);
        }
        value[numbers] = x;
        tangent[numbers] = along;
        end[numbers] = links;
        return numbers++;
    }
}
