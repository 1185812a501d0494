package dev.perron.chain.spectrum;

/// The inner simplex algorithm: among points x(i) `[m]` in the plane x₀ = 1 the m that span the
/// largest simplex, greedily. Coordinates in that simplex are the first guess of memberships: they
/// sum to 1, and the more points lie inside it the less they fall below 0.
///
/// Source: Weber, Galliat, "Characterization of transition states in conformational dynamics using
/// fuzzy sets", ZIB report 02-12 (2002); Deuflhard, Weber, "Robust Perron cluster analysis in
/// conformation dynamics", Linear Algebra and its Applications 398 (2005).
final class InnerSimplex {
    private InnerSimplex() {}

    /// A `[m][m]` with rows summing to 1, 0, ..., 0: memberships are xA.
    ///
    /// @param x `[n][m]`, the first column 1, of rank m
    static double[][] of(double[][] x) {
        int m = x[0].length;
        int[] corners = corners(x);
        double[][] transformation = new double[m][m];
        for (int j = 0; j < m; j++) {
            double[][] system = new double[m][m + 1];
            for (int i = 0; i < m; i++) {
                System.arraycopy(x[corners[i]], 0, system[i], 0, m);
                system[i][m] = i == j ? 1 : 0;
            }
            double[] column = BlockSwap.solve(system);
            for (int k = 0; k < m; k++) {
                transformation[k][j] = column[k];
            }
        }
        return transformation;
    }

    /// The point farthest from the centre, then always the one farthest from the span of those so
    /// far.
    private static int[] corners(double[][] x) {
        int m = x[0].length;
        double[][] rest = new double[x.length][];
        for (int i = 0; i < x.length; i++) {
            rest[i] = x[i].clone();
        }
        int[] corners = new int[m];
        corners[0] = farthest(rest);
        double[] origin = rest[corners[0]].clone();
        for (double[] point : rest) {
            for (int k = 0; k < m; k++) {
                point[k] -= origin[k];
            }
        }
        for (int c = 1; c < m; c++) {
            corners[c] = farthest(rest);
            double[] direction = rest[corners[c]].clone();
            double square = dot(direction, direction);
            for (double[] point : rest) {
                double part = dot(point, direction) / square;
                for (int k = 0; k < m; k++) {
                    point[k] -= part * direction[k];
                }
            }
        }
        return corners;
    }

    /// Near ties go to the first, so that rounding doesn't choose.
    private static int farthest(double[][] points) {
        int best = 0;
        double most = -1;
        for (int i = 0; i < points.length; i++) {
            double square = dot(points[i], points[i]);
            if (square > most * (1 + 1e-9)) {
                most = square;
                best = i;
            }
        }
        return best;
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int k = 0; k < a.length; k++) {
            sum += a[k] * b[k];
        }
        return sum;
    }
}
