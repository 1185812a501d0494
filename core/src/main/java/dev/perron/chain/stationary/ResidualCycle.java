package dev.perron.chain.stationary;

import dev.perron.kernel.ChainKernels;

/// One cycle of GMRES (Saad, Schultz 1986) for x(I - αP) = r on row vectors of sum zero: among the
/// combinations of r, rP, rP², ... the x whose ‖r - x(I - αP)‖₂ is smallest. It makes no product
/// itself, but is given each: that of its [#direction()].
final class ResidualCycle {
    private final ChainKernels kernels = ChainKernels.active();
    private final double alpha;
    private final double enough;
    private final int n;
    private final double[][] basis; // [product][n], orthonormal
    private final double[][] h; // [product+1][product] of I - αP, made triangular as it grows
    private final double[] cosine;
    private final double[] sine;
    private final double[] left; // [product+1], the residual in the turned basis
    private int products = 0;

    /// @param r `[n]`, not zero
    /// @param length how many products there may be
    /// @param enough the ‖r - x(I - αP)‖₂ that ends it before
    ResidualCycle(double alpha, double[] r, int length, double enough) {
        this.alpha = alpha;
        this.enough = enough;
        this.n = r.length;
        this.basis = new double[length + 1][];
        this.h = new double[length + 1][length];
        this.cosine = new double[length];
        this.sine = new double[length];
        this.left = new double[length + 1];
        left[0] = norm(r);
        basis[0] = scaled(r, 1 / left[0]);
    }

    int products() {
        return products;
    }

    /// ‖r - x(I - αP)‖₂ of the best x so far, as the recurrence has it.
    double residual() {
        return Math.abs(left[products]);
    }

    /// Whether another product helps: there is room, and the residual isn't small enough yet, nor
    /// zero as where the directions are used up.
    boolean goesOn() {
        return products < cosine.length && residual() > Math.max(enough, 0);
    }

    /// The unit vector `[n]` whose product with P comes next; not to be modified.
    double[] direction() {
        return basis[products];
    }

    /// One more product.
    ///
    /// @param product `[n]`, [#direction()] times P; not kept
    void grow(double[] product) {
        int m = products;
        double[] v = basis[m];
        double[] w = new double[n];
        for (int i = 0; i < n; i++) {
            w[i] = v[i] - alpha * product[i];
        }
        double before = norm(w);
        for (int i = 0; i <= m; i++) {
            h[i][m] = kernels.dot(w, 0, basis[i], n);
            kernels.addScaled(-h[i][m], basis[i], 0, w, 0, n);
        }
        double rest = norm(w);
        boolean usedUp = rest <= 1e-14 * before;
        if (!usedUp) {
            basis[m + 1] = scaled(w, 1 / rest);
        }
        for (int i = 0; i < m; i++) {
            double turned = cosine[i] * h[i][m] + sine[i] * h[i + 1][m];
            h[i + 1][m] = cosine[i] * h[i + 1][m] - sine[i] * h[i][m];
            h[i][m] = turned;
        }
        double length = Math.hypot(h[m][m], usedUp ? 0 : rest);
        cosine[m] = h[m][m] / length;
        sine[m] = usedUp ? 0 : rest / length;
        h[m][m] = length;
        left[m + 1] = -sine[m] * left[m];
        left[m] *= cosine[m];
        products++;
    }

    /// The best x so far.
    double[] solution() {
        double[] y = new double[products];
        for (int i = products - 1; i >= 0; i--) {
            double sum = left[i];
            for (int j = i + 1; j < products; j++) {
                sum -= h[i][j] * y[j];
            }
            y[i] = sum / h[i][i];
        }
        double[] x = new double[n];
        for (int i = 0; i < products; i++) {
            kernels.addScaled(y[i], basis[i], 0, x, 0, n);
        }
        return x;
    }

    private double norm(double[] x) {
        return Math.sqrt(kernels.dot(x, 0, x, n));
    }

    private static double[] scaled(double[] x, double a) {
        double[] y = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            y[i] = a * x[i];
        }
        return y;
    }
}
