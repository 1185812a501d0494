package dev.perron.chain.spectrum;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// The transformation A of Schur functions x that makes memberships χ = xA as crisp as can be: χ ≥
/// 0, rows sum to 1, and Σ |a(j)|²/a(0,j), of columns a(j), is largest. As x is η-orthonormal with
/// first column 1, that sum is the trace of the overlaps ⟨χ(j), χ(j)⟩/⟨χ(j), 1⟩, at most m.
///
/// |a|²/a₀ is convex, so the largest value on the polytope of admissible A is at one of its
/// vertices. From the first guess the walk climbs to a vertex, and on along edges, each to its end,
/// until no neighbouring vertex is better: a local maximum, the same each time, and exact to
/// rounding, where a derivative-free search in (m-1)² dimensions stops at its tolerance.
///
/// Source of the objective: Röblitz, Weber, "Fuzzy spectral clustering by PCCA+", Advances in Data
/// Analysis and Classification 7 (2013).
final class CrispTransformation {
    /// What counts as zero among memberships.
    private static final double ZERO = 1e-12;

    private static final int FREE = -1;

    private final int n;
    private final int m;
    private final int dimension; // m(m-1): the last column follows from the others
    private final double[][] x;
    private final double[][] a;
    private final double[][] chi;
    private final double[][]
            edges; // [dimension][dimension]: moving along edge r changes only row r
    private final int[] tight; // [dimension]: which χ(i,j) = i·m + j is 0 there, or FREE
    private final boolean[] isTight; // [n·m]

    /// The end of an edge: how far it is, and which χ(i,j) = i·m + j gets zero there, or -1.
    private record Limit(double length, int blocking) {}

    private CrispTransformation(double[][] x, double[][] a) {
        this.n = x.length;
        this.m = a.length;
        this.dimension = m * (m - 1);
        this.x = x;
        this.a = a;
        this.chi = product(x, a);
        this.edges = new double[dimension][dimension];
        this.tight = new int[dimension];
        this.isTight = new boolean[n * m];
        for (int r = 0; r < dimension; r++) {
            edges[r][r] = 1;
            tight[r] = FREE;
        }
    }

    /// A `[m][m]`.
    ///
    /// @param x `[n][m]`, η-orthonormal columns, the first 1
    /// @param guess `[m][m]`, need not be admissible
    static double[][] of(double[][] x, double[][] guess) {
        if (guess.length == 1) {
            return new double[][] {{1}};
        }
        CrispTransformation walk = new CrispTransformation(x, admissible(x, guess));
        walk.climbToVertex();
        walk.climbAlongEdges();
        return walk.a;
    }

    /// Σ |a(j)|²/a(0,j) over m, from 0 to 1.
    static double crispness(double[][] a) {
        return sum(a) / a.length;
    }

    /// χ = xA.
    static double[][] product(double[][] x, double[][] a) {
        double[][] chi = new double[x.length][a.length];
        for (int i = 0; i < x.length; i++) {
            for (int k = 0; k < a.length; k++) {
                for (int j = 0; j < a.length; j++) {
                    chi[i][j] += x[i][k] * a[k][j];
                }
            }
        }
        return chi;
    }

    /// The admissible transformation that keeps all but the first row and column of the guess, up
    /// to a factor.
    private static double[][] admissible(double[][] x, double[][] guess) {
        int m = guess.length;
        double[][] a = new double[m][m];
        for (int k = 1; k < m; k++) {
            for (int j = 1; j < m; j++) {
                a[k][j] = guess[k][j];
                a[k][0] -= guess[k][j];
            }
        }
        double sum = 0;
        for (int j = 0; j < m; j++) {
            double least = Double.POSITIVE_INFINITY;
            for (double[] row : x) {
                double value = 0;
                for (int k = 1; k < m; k++) {
                    value += row[k] * a[k][j];
                }
                least = Math.min(least, value);
            }
            a[0][j] = -least;
            sum -= least;
        }
        for (double[] row : a) {
            for (int j = 0; j < m; j++) {
                row[j] /= sum;
            }
        }
        return a;
    }

    /// Goes along the gradient, as far as what is tight leaves room for it, and ties what stops it,
    /// until nothing is free. A convex function has no maximum on the way. The direction doesn't
    /// depend on the order of columns, nor on how Schur vectors are turned.
    private void climbToVertex() {
        List<double[]> normals = new ArrayList<>(); // [m·m] each, orthonormal, of what is tight
        for (int step = 0; step < dimension; step++) {
            double[] direction = projectedGradient(normals);
            double[][] change = change(direction);
            Limit limit = limit(change);
            if (limit.blocking() < 0) {
                return;
            }
            int edge = freeEdgeAcross(limit.blocking());
            move(direction, change, limit);
            tie(edge, limit.blocking());
            normals.add(orthonormal(normal(limit.blocking()), normals));
        }
    }

    /// Of the edges that aren't tied yet the one that leads most steeply away from an entry of χ.
    private int freeEdgeAcross(int entry) {
        int best = -1;
        double most = -1;
        for (int r = 0; r < dimension; r++) {
            double slope = Math.abs(along(edges[r], entry));
            if (tight[r] == FREE && slope > most) {
                most = slope;
                best = r;
            }
        }
        return best;
    }

    /// The gradient in all m columns, less what would change row sums or what is tight; an edge
    /// that is still free where nothing of it is left.
    private double[] projectedGradient(List<double[]> normals) {
        double[] full = new double[m * m];
        for (int j = 0; j < m; j++) {
            System.arraycopy(gradientOf(j), 0, full, j * m, m);
        }
        double before = norm(full);
        double[] direction = withoutRowSums(full);
        subtract(direction, normals);
        if (norm(direction) <= 1e-10 * before) {
            int edge =
                    IntStream.range(0, dimension)
                            .filter(r -> tight[r] == FREE)
                            .findFirst()
                            .orElse(0);
            return edges[edge];
        }
        return Arrays.copyOf(direction, dimension);
    }

    /// The gradient `[m·m]` of an entry of χ, among changes that keep row sums.
    private double[] normal(int entry) {
        double[] normal = new double[m * m];
        System.arraycopy(x[entry / m], 0, normal, entry % m * m, m);
        return withoutRowSums(normal);
    }

    private double[] withoutRowSums(double[] full) {
        for (int k = 0; k < m; k++) {
            double sum = 0;
            for (int j = 0; j < m; j++) {
                sum += full[j * m + k];
            }
            for (int j = 0; j < m; j++) {
                full[j * m + k] -= sum / m;
            }
        }
        return full;
    }

    private static double[] orthonormal(double[] vector, List<double[]> basis) {
        subtract(vector, basis);
        double norm = norm(vector);
        return Arrays.stream(vector).map(v -> v / norm).toArray();
    }

    /// Twice, since one pass loses orthogonality when little is left.
    private static void subtract(double[] vector, List<double[]> basis) {
        for (int pass = 0; pass < 2; pass++) {
            for (double[] unit : basis) {
                double dot = 0;
                for (int v = 0; v < vector.length; v++) {
                    dot += vector[v] * unit[v];
                }
                for (int v = 0; v < vector.length; v++) {
                    vector[v] -= dot * unit[v];
                }
            }
        }
    }

    private static double norm(double[] vector) {
        return Math.sqrt(Arrays.stream(vector).map(v -> v * v).sum());
    }

    private void climbAlongEdges() {
        int standing = 0; // steps of length zero, where more than `dimension` entries are 0
        for (int steps = 0; steps < 200 * dimension; steps++) {
            int edge = ascending();
            if (edge < 0 || standing > 4 * dimension) {
                edge = toBetterNeighbour();
                standing = 0;
            }
            if (edge < 0) {
                return;
            }
            double[][] change = change(edges[edge]);
            Limit limit = limit(change);
            if (limit.blocking() < 0) {
                return;
            }
            move(edges[edge], change, limit);
            tie(edge, limit.blocking());
            standing = limit.length() > ZERO ? 0 : standing + 1;
        }
    }

    /// The steepest ascending edge, -1 if there is none.
    private int ascending() {
        double[] gradient = gradient();
        int best = -1;
        double steepest = 1e-10;
        for (int r = 0; r < dimension; r++) {
            double slope = 0;
            double square = 0;
            for (int k = 0; k < m; k++) {
                double last = 0;
                for (int j = 0; j < m - 1; j++) {
                    double part = edges[r][j * m + k];
                    slope += gradient[j * m + k] * part;
                    square += part * part;
                    last -= part;
                }
                square += last * last;
            }
            slope /= Math.sqrt(square);
            if (slope > steepest * (1 + 1e-9)) {
                steepest = slope;
                best = r;
            }
        }
        return best;
    }

    /// The edge to the best neighbouring vertex, -1 if none is better: a convex function may fall
    /// first and yet end higher.
    private int toBetterNeighbour() {
        double most = sum(a) + 1e-10;
        int best = -1;
        for (int r = 0; r < dimension; r++) {
            double length = limit(change(edges[r])).length();
            if (length > ZERO) {
                double there = sum(moved(edges[r], length));
                if (there > most) {
                    most = there;
                    best = r;
                }
            }
        }
        return best;
    }

    /// How χ changes along a direction, `[n][m]`.
    private double[][] change(double[] direction) {
        double[][] change = new double[n][m];
        for (int i = 0; i < n; i++) {
            double last = 0;
            for (int j = 0; j < m - 1; j++) {
                double sum = 0;
                for (int k = 0; k < m; k++) {
                    sum += x[i][k] * direction[j * m + k];
                }
                change[i][j] = sum;
                last -= sum;
            }
            change[i][m - 1] = last;
        }
        return change;
    }

    /// How far one can go before an entry of χ gets negative, and which: of several at once the one
    /// that falls fastest, for the sake of digits.
    private Limit limit(double[][] change) {
        double largest = 0;
        for (double[] row : change) {
            for (double c : row) {
                largest = Math.max(largest, Math.abs(c));
            }
        }
        double slow = 1e-9 * largest;
        double allowed = Double.POSITIVE_INFINITY;
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < m; j++) {
                if (change[i][j] < -slow && !isTight[i * m + j]) {
                    allowed = Math.min(allowed, (Math.max(chi[i][j], 0) + ZERO) / -change[i][j]);
                }
            }
        }
        int blocking = -1;
        double fastest = 0;
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < m; j++) {
                double fall = -change[i][j];
                if (fall > slow
                        && !isTight[i * m + j]
                        && Math.max(chi[i][j], 0) <= allowed * fall
                        && fall > fastest * (1 + 1e-9)) {
                    fastest = fall;
                    blocking = i * m + j;
                }
            }
        }
        if (blocking < 0) {
            return new Limit(0, blocking);
        }
        return new Limit(Math.max(chi[blocking / m][blocking % m], 0) / fastest, blocking);
    }

    private void move(double[] direction, double[][] change, Limit limit) {
        double[][] next = moved(direction, limit.length());
        for (int k = 0; k < m; k++) {
            a[k] = next[k];
        }
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < m; j++) {
                chi[i][j] += limit.length() * change[i][j];
            }
        }
        chi[limit.blocking() / m][limit.blocking() % m] = 0;
    }

    private double[][] moved(double[] direction, double length) {
        double[][] next = new double[m][];
        for (int k = 0; k < m; k++) {
            next[k] = a[k].clone();
            for (int j = 0; j < m - 1; j++) {
                double part = length * direction[j * m + k];
                next[k][j] += part;
                next[k][m - 1] -= part;
            }
        }
        return next;
    }

    private void tie(int edge, int blocking) {
        double pivot = along(edges[edge], blocking);
        double[] scaled = edges[edge];
        for (int v = 0; v < dimension; v++) {
            scaled[v] /= pivot;
        }
        for (int r = 0; r < dimension; r++) {
            if (r != edge) {
                double part = along(edges[r], blocking);
                for (int v = 0; part != 0 && v < dimension; v++) {
                    edges[r][v] -= part * scaled[v];
                }
            }
        }
        if (tight[edge] != FREE) {
            isTight[tight[edge]] = false;
        }
        tight[edge] = blocking;
        isTight[blocking] = true;
    }

    /// How one entry of χ changes along a direction.
    private double along(double[] direction, int entry) {
        double[] row = x[entry / m];
        int column = entry % m;
        double sum = 0;
        for (int j = 0; j < m - 1; j++) {
            if (column == j || column == m - 1) {
                for (int k = 0; k < m; k++) {
                    sum += row[k] * direction[j * m + k];
                }
            }
        }
        return column == m - 1 ? -sum : sum;
    }

    private double[] gradient() {
        double[] gradient = new double[dimension];
        double[] last = gradientOf(m - 1);
        for (int j = 0; j < m - 1; j++) {
            double[] own = gradientOf(j);
            for (int k = 0; k < m; k++) {
                gradient[j * m + k] = own[k] - last[k];
            }
        }
        return gradient;
    }

    private double[] gradientOf(int j) {
        double[] gradient = new double[m];
        double share = a[0][j];
        if (share <= ZERO) {
            return gradient;
        }
        for (int k = 0; k < m; k++) {
            gradient[k] = 2 * a[k][j] / share;
        }
        gradient[0] -= square(a, j) / (share * share);
        return gradient;
    }

    private static double sum(double[][] a) {
        double sum = 0;
        for (int j = 0; j < a.length; j++) {
            // a state that nobody belongs to is no state
            sum += a[0][j] <= ZERO ? 0 : square(a, j) / a[0][j];
        }
        return sum;
    }

    private static double square(double[][] a, int j) {
        return Arrays.stream(a).mapToDouble(row -> row[j] * row[j]).sum();
    }
}
