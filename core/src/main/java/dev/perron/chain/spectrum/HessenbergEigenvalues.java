package dev.perron.chain.spectrum;

import java.util.ArrayList;
import java.util.List;

/// All eigenvalues of a real upper Hessenberg matrix by the implicit double-shift QR iteration,
/// which keeps conjugate pairs whole and the arithmetic real.
///
/// Source: Francis, "The QR transformation", Computer Journal 4 (1961, 1962); deflation and shifts
/// as in Golub, Van Loan, "Matrix Computations", chapter on the unsymmetric eigenvalue problem.
final class HessenbergEigenvalues {
    private static final double ROUNDING = 0x1p-52;

    /// An eigenvalue takes two or three sweeps; one that hasn't come after so many never does.
    private static final int MAX_SWEEPS = 300;

    private final double[][] h;
    private final double[][] vectors; // what the reflections do to these rows; empty if not asked
    private final boolean whole; // whether the rest of h is reflected too, not only what is open
    private final double norm;
    private final double noise; // what is no larger below the diagonal counts as 0
    private final List<Eigenvalue> found = new ArrayList<>();
    private double shifted = 0; // what the exceptional shifts have taken off the diagonal

    private HessenbergEigenvalues(double[][] h, double[][] vectors, double noise) {
        this.h = h;
        this.noise = noise;
        this.vectors = vectors;
        this.whole = vectors.length > 0;
        double sum = 0;
        for (double[] row : h) {
            for (double x : row) {
                sum += Math.abs(x);
            }
        }
        if (!(sum < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    "moduli of the entries sum to %s, must be finite".formatted(sum));
        }
        this.norm = sum;
    }

    /// The eigenvalues of `h`, by falling modulus.
    ///
    /// @param h `[m][m]`, zero below the first subdiagonal, not modified
    /// @throws IllegalArgumentException if an entry is infinite or NaN
    /// @throws ArithmeticException if the iteration stalls, which no matrix is known to make it do
    static List<Eigenvalue> of(double[][] h) {
        return of(h, 0);
    }

    /// The same, where entries are known no better than to `noise`. That of which a chain that
    /// forgets at once consists would otherwise be iterated on until it underflows.
    static List<Eigenvalue> of(double[][] h, double noise) {
        double[][] copy = new double[h.length][];
        for (int i = 0; i < h.length; i++) {
            copy[i] = h[i].clone();
        }
        HessenbergEigenvalues iteration = new HessenbergEigenvalues(copy, new double[0][], noise);
        iteration.run();
        iteration.found.sort(Eigenvalue.BY_MODULUS);
        return List.copyOf(iteration.found);
    }

    /// Makes `h` block triangular with blocks of one or two rows, by the same iteration: afterwards
    /// `h` is Z h Zᵀ and `rows` is Z · rows, with an orthogonal Z.
    ///
    /// @param h `[m][m]`, zero below the first subdiagonal, overwritten
    /// @param rows `[m][...]`, overwritten
    /// @throws IllegalArgumentException if an entry of `h` is infinite or NaN
    /// @throws ArithmeticException if the iteration stalls, which no matrix is known to make it do
    static void triangularise(double[][] h, double[][] rows) {
        new HessenbergEigenvalues(h, rows, 0).run();
    }

    private void run() {
        int end = h.length - 1;
        int sweeps = 0;
        while (end >= 0) {
            int start = startOfBlock(end);
            if (start == end) {
                found.add(new Eigenvalue(h[end][end] + shifted, 0));
                h[end][end] += shifted;
                end -= 1;
                sweeps = 0;
            } else if (start == end - 1) {
                addPair(end);
                end -= 2;
                sweeps = 0;
            } else if (sweeps++ < MAX_SWEEPS) {
                sweep(start, end, sweeps);
            } else {
                throw new ArithmeticException("QR iteration stalled at row " + end);
            }
        }
    }

    /// The smallest `start` such that no subdiagonal entry of rows start+1..end is negligible.
    private int startOfBlock(int end) {
        for (int i = end; i > 0; i--) {
            double scale = Math.abs(h[i - 1][i - 1]) + Math.abs(h[i][i]);
            double negligible = Math.max(noise, ROUNDING * (scale == 0 ? norm : scale));
            if (Math.abs(h[i][i - 1]) <= negligible) {
                h[i][i - 1] = 0;
                return i;
            }
        }
        return 0;
    }

    /// The eigenvalues of the 2 x 2 block that ends at `end`.
    private void addPair(int end) {
        double d = h[end][end];
        double half = (h[end - 1][end - 1] - d) / 2;
        double product = h[end][end - 1] * h[end - 1][end];
        double discriminant = half * half + product;
        double root = Math.sqrt(Math.abs(discriminant));
        double x = d + shifted;
        h[end][end] += shifted;
        h[end - 1][end - 1] += shifted;
        if (discriminant < 0) {
            found.add(new Eigenvalue(x + half, root));
            found.add(new Eigenvalue(x + half, -root));
            return;
        }
        // The larger of the two distances from d first: the other by the product, without
        // cancelling.
        double far = half + Math.copySign(root, half);
        found.add(new Eigenvalue(x + far, 0));
        found.add(new Eigenvalue(far == 0 ? x : x - product / far, 0));
    }

    /// One double-shift step on rows and columns start..end: a bulge is made at the top and chased
    /// down by reflections of three rows.
    private void sweep(int start, int end, int sweeps) {
        double x = h[end][end];
        double y = h[end - 1][end - 1];
        double w = h[end][end - 1] * h[end - 1][end];
        if (sweeps % 10 == 0) { // symmetric matrices can cycle under the usual shift
            shifted += x;
            for (int i = 0; i <= end; i++) {
                h[i][i] -= x;
            }
            double s = Math.abs(h[end][end - 1]) + Math.abs(h[end - 1][end - 2]);
            x = 0.75 * s;
            y = x;
            w = -0.4375 * s * s;
        }
        double[] v = new double[3];
        int top = topOfBulge(start, end, x, y, w, v);
        for (int i = top + 2; i <= end; i++) {
            h[i][i - 2] = 0;
            if (i > top + 2) {
                h[i][i - 3] = 0;
            }
        }
        for (int k = top; k < end; k++) {
            boolean three = k + 1 < end;
            if (k > top) {
                v[0] = h[k][k - 1];
                v[1] = h[k + 1][k - 1];
                v[2] = three ? h[k + 2][k - 1] : 0;
            }
            double size = Math.abs(v[0]) + Math.abs(v[1]) + Math.abs(v[2]);
            if (size == 0) {
                continue;
            }
            double p = v[0] / size;
            double q = v[1] / size;
            double r = v[2] / size;
            double length = Math.copySign(Math.sqrt(p * p + q * q + r * r), p);
            if (k > top) {
                h[k][k - 1] = -length * size;
            } else if (start != top) {
                h[k][k - 1] = -h[k][k - 1];
            }
            reflect(
                    k,
                    start,
                    end,
                    new double[] {(p + length) / length, q / length, r / length},
                    new double[] {1, q / (p + length), r / (p + length)},
                    three);
        }
    }

    /// Where two small subdiagonal entries allow the bulge to start, and its first column in `v`.
    private int topOfBulge(int start, int end, double x, double y, double w, double[] v) {
        for (int m = end - 2; ; m--) {
            double z = h[m][m];
            double r = x - z;
            double s = y - z;
            v[0] = (r * s - w) / h[m + 1][m] + h[m][m + 1];
            v[1] = h[m + 1][m + 1] - z - r - s;
            v[2] = h[m + 2][m + 1];
            double size = Math.abs(v[0]) + Math.abs(v[1]) + Math.abs(v[2]);
            for (int i = 0; i < 3; i++) {
                v[i] /= size;
            }
            if (m == start) {
                return m;
            }
            double left = Math.abs(h[m][m - 1]) * (Math.abs(v[1]) + Math.abs(v[2]));
            double around = Math.abs(h[m - 1][m - 1]) + Math.abs(z) + Math.abs(h[m + 1][m + 1]);
            if (left <= ROUNDING * Math.abs(v[0]) * around) {
                return m;
            }
        }
    }

    /// h ← (I - a bᵀ) h (I - b aᵀ) on rows and columns k, k+1, k+2, the last only of `three`. Rows
    /// are held by name and both cases have loops of their own: this is where the time goes.
    private void reflect(int k, int start, int end, double[] a, double[] b, boolean three) {
        int width = whole ? h.length : end + 1;
        int top = whole ? 0 : start;
        int bottom = Math.min(end, k + 3);
        if (three) {
            reflectRows(b[1], b[2], a[0], a[1], a[2], h[k], h[k + 1], h[k + 2], k, width);
            reflectColumns(a[0], a[1], a[2], b[1], b[2], top, bottom, k);
        } else {
            reflectRows(b[1], a[0], a[1], h[k], h[k + 1], k, width);
            reflectColumns(a[0], a[1], b[1], top, bottom, k);
        }
        if (whole) {
            reflectVectors(k, a, b, three);
        }
    }

    /// rows ← rows - (a₀, a₁, a₂) (first + b₁ second + b₂ third)
    private static void reflectRows(
            double b1,
            double b2,
            double a0,
            double a1,
            double a2,
            double[] first,
            double[] second,
            double[] third,
            int from,
            int to) {
        for (int j = from; j < to; j++) {
            double sum = first[j] + b1 * second[j] + b2 * third[j];
            first[j] -= sum * a0;
            second[j] -= sum * a1;
            third[j] -= sum * a2;
        }
    }

    /// The same with two rows.
    private static void reflectRows(
            double b1, double a0, double a1, double[] first, double[] second, int from, int to) {
        for (int j = from; j < to; j++) {
            double sum = first[j] + b1 * second[j];
            first[j] -= sum * a0;
            second[j] -= sum * a1;
        }
    }

    /// The same on columns k, k+1, k+2, with a and b in each other's place.
    private void reflectColumns(
            double a0, double a1, double a2, double b1, double b2, int from, int to, int k) {
        for (int i = from; i <= to; i++) {
            double[] row = h[i];
            double sum = a0 * row[k] + a1 * row[k + 1] + a2 * row[k + 2];
            row[k] -= sum;
            row[k + 1] -= sum * b1;
            row[k + 2] -= sum * b2;
        }
    }

    private void reflectColumns(double a0, double a1, double b1, int from, int to, int k) {
        for (int i = from; i <= to; i++) {
            double[] row = h[i];
            double sum = a0 * row[k] + a1 * row[k + 1];
            row[k] -= sum;
            row[k + 1] -= sum * b1;
        }
    }

    /// vectors ← (I - b aᵀ)ᵀ vectors on rows k, k+1, k+2.
    private void reflectVectors(int k, double[] a, double[] b, boolean three) {
        double[] first = vectors[k];
        double[] second = vectors[k + 1];
        int width = first.length;
        // b₀ is 1, so that what is added to is (a₁/a₀, a₂/a₀) and what is taken a₀ times it.
        if (three) {
            reflectRows(
                    a[1] / a[0],
                    a[2] / a[0],
                    a[0],
                    a[0] * b[1],
                    a[0] * b[2],
                    first,
                    second,
                    vectors[k + 2],
                    0,
                    width);
        } else {
            reflectRows(a[1] / a[0], a[0], a[0] * b[1], first, second, 0, width);
        }
    }
}
