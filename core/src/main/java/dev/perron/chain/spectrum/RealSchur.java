package dev.perron.chain.spectrum;

/// A real Schur form A = ZᵀTZ of a square matrix: Z orthogonal, T block triangular. A block is one
/// real eigenvalue, or a conjugate pair as `[[a, b], [c, a]]` with bc < 0. The span of the first
/// rows of Z that end a block is invariant: A zᵀ of one of them has only parts along them.
///
/// Source: Golub, Van Loan, "Matrix Computations", chapter on the unsymmetric eigenvalue problem;
/// for the order of blocks Bai, Demmel, "On swapping diagonal blocks in real Schur form", Linear
/// Algebra and its Applications 186 (1993).
final class RealSchur {
    /// What a swap may leave of the block that should vanish, of the size of T.
    private static final double NEGLIGIBLE = 1e-13;

    private final double[][] t;
    private final double[][] z; // Schur vectors as rows
    private final double scale;

    private RealSchur(double[][] t, double[][] z) {
        this.t = t;
        this.z = z;
        double largest = 0;
        for (double[] row : t) {
            for (double x : row) {
                largest = Math.max(largest, Math.abs(x));
            }
        }
        this.scale = largest;
    }

    /// The Schur form of `a`, blocks by `order`, equal ones as they come.
    ///
    /// @param a `[m][m]`, not modified
    /// @throws IllegalArgumentException if an entry is infinite or NaN
    static RealSchur of(double[][] a, EigenvalueOrder order) {
        int m = a.length;
        double[][] t = new double[m][];
        double[][] z = new double[m][m];
        for (int i = 0; i < m; i++) {
            t[i] = a[i].clone();
            z[i][i] = 1;
        }
        HessenbergForm.reduce(t, z);
        HessenbergEigenvalues.triangularise(t, z);
        for (int i = 2; i < m; i++) {
            for (int j = 0; j < i - 1; j++) {
                t[i][j] = 0;
            }
        }
        RealSchur schur = new RealSchur(t, z);
        for (int i = 0; i + 1 < m; i++) {
            schur.standardise(i);
        }
        schur.sort(order);
        return schur;
    }

    /// The number of rows m.
    int size() {
        return t.length;
    }

    double entry(int i, int j) {
        return t[i][j];
    }

    /// Schur vector k, `[m]`, not a copy.
    double[] vector(int k) {
        return z[k];
    }

    /// Whether rows k and k+1 are one conjugate pair.
    boolean pairAt(int k) {
        return k + 1 < t.length && t[k + 1][k] != 0;
    }

    /// The eigenvalue of row k; of a pair the upper one comes first.
    Eigenvalue eigenvalue(int k) {
        if (pairAt(k)) {
            return new Eigenvalue(t[k][k], Math.sqrt(-t[k][k + 1] * t[k + 1][k]));
        }
        if (k > 0 && pairAt(k - 1)) {
            return new Eigenvalue(t[k][k], -Math.sqrt(-t[k - 1][k] * t[k][k - 1]));
        }
        return new Eigenvalue(t[k][k], 0);
    }

    /// Turns rows k and k+1 so that a pair has equal diagonal entries, and two real eigenvalues
    /// come apart.
    private void standardise(int k) {
        double c = t[k + 1][k];
        if (c == 0) {
            return;
        }
        double a = t[k][k];
        double b = t[k][k + 1];
        double d = t[k + 1][k + 1];
        double p = (a - d) / 2;
        double discriminant = p * p + b * c;
        double cos;
        double sin;
        if (discriminant >= 0) {
            double far = p + Math.copySign(Math.sqrt(discriminant), p);
            double length = Math.hypot(c, far);
            cos = far / length;
            sin = c / length;
            if (length == 0) {
                cos = 0;
                sin = 1;
            }
        } else {
            double sum = b + c;
            double length = Math.hypot(sum, 2 * p);
            if (length == 0) {
                return;
            }
            cos = Math.sqrt((1 + Math.abs(sum) / length) / 2);
            sin = -p / (length * cos) * Math.copySign(1, sum);
        }
        turn(t, k, cos, sin);
        turn(z, k, cos, sin);
        for (int i = 0; i < Math.min(t.length, k + 2); i++) {
            double x = t[i][k];
            double y = t[i][k + 1];
            t[i][k] = cos * x + sin * y;
            t[i][k + 1] = cos * y - sin * x;
        }
        if (discriminant >= 0) {
            t[k + 1][k] = 0;
        } else {
            double mean = (t[k][k] + t[k + 1][k + 1]) / 2;
            t[k][k] = mean;
            t[k + 1][k + 1] = mean;
        }
    }

    private static void turn(double[][] rows, int k, double cos, double sin) {
        for (int j = 0; j < rows[k].length; j++) {
            double x = rows[k][j];
            double y = rows[k + 1][j];
            rows[k][j] = cos * x + sin * y;
            rows[k + 1][j] = cos * y - sin * x;
        }
    }

    /// Blocks are few places from where they belong, or the matrix is small: insertion.
    private void sort(EigenvalueOrder order) {
        int next = 0;
        while (next < t.length) {
            int width = pairAt(next) ? 2 : 1;
            int at = next;
            while (at > 0) {
                int before = at >= 2 && pairAt(at - 2) ? 2 : 1;
                boolean leads = order.leads(eigenvalue(at), eigenvalue(at - before));
                if (!leads || !swap(at - before, before, width)) {
                    break;
                }
                at -= before;
            }
            next += width;
        }
    }

    /// Swaps the adjacent blocks of p and q rows that start at `at`, unless the eigenvalues are so
    /// close that doing so would spoil T.
    private boolean swap(int at, int p, int q) {
        int size = p + q;
        // X with T₁X - XT₂ = T₁₂: then [-X; I] spans what belongs to the second block.
        double[] x = BlockSwap.sylvester(t, at, p, q);
        double[][] reflections = BlockSwap.reflections(x, p, q);
        if (!(BlockSwap.left(t, at, p, q, reflections) <= NEGLIGIBLE * scale)) {
            return false;
        }
        for (int r = 0; r < q; r++) {
            BlockSwap.reflectRows(t, at, reflections[r], at);
            BlockSwap.reflectColumns(t, at, reflections[r], at + size);
        }
        for (int r = 0; r < q; r++) {
            BlockSwap.reflectRows(z, at, reflections[r], 0);
        }
        for (int i = q; i < size; i++) {
            for (int j = 0; j < q; j++) {
                t[at + i][at + j] = 0;
            }
        }
        if (q == 2) {
            standardise(at);
        }
        if (p == 2) {
            standardise(at + q);
        }
        return true;
    }
}
