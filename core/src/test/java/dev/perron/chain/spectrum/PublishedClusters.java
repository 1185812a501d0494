package dev.perron.chain.spectrum;

import dev.perron.chain.StochasticMatrix;

/// The example chains that G-PCCA was published with, and what its authors' program makes of them
/// (pyGPCCA, tests/conftest.py and tests/test_gpcca.py: matrices and expected values).
final class PublishedClusters {
    /// By largest modulus, m = 2, ..., 11; 0 where it would split a pair.
    static final double[] CRISPNESS_BY_MODULUS = {
        0.741514717000221,
        0.815128047451789,
        0,
        0.385871540187622,
        0,
        0.416280490635965,
        0.417889634858996,
        0,
        0.555131505008172,
        0.537583662460791
    };

    /// By largest real part.
    static final double[] CRISPNESS_BY_REAL_PART = {
        0.741514717000221,
        0.815128047451789,
        0.81196437708066,
        0.714517489751501,
        0.669180515603114,
        0,
        0.834142688699839,
        0,
        0.315166752037852,
        0
    };

    /// Least membership of the inner simplex guess, by largest real part.
    static final double[] MIN_CHI_BY_REAL_PART = {
        0,
        0,
        -0.050736153733740706,
        -0.09885481857040812,
        -0.10891702506635076,
        Double.NaN,
        -0.04715799116142339,
        Double.NaN,
        -0.992031454915766,
        Double.NaN
    };

    private PublishedClusters() {}

    /// Twelve states, irreducible, not reversible: three groups of three, and three states between
    /// them.
    static StochasticMatrix twelve() {
        double[][] rows = new double[12][12];
        put(rows, 0, 1, 0.8, 2, 0.2);
        put(rows, 1, 0, 0.2, 2, 0.6, 3, 0.2);
        put(rows, 2, 0, 0.6, 1, 0.2, 3, 0.2);
        put(rows, 3, 1, 0.05, 2, 0.05, 4, 0.6, 5, 0.3);
        put(rows, 4, 3, 0.25, 5, 0.25, 6, 0.4, 9, 0.1);
        put(rows, 5, 3, 0.25, 4, 0.25, 6, 0.1, 9, 0.4);
        put(rows, 6, 4, 0.05, 5, 0.05, 7, 0.7, 8, 0.2);
        put(rows, 7, 6, 0.2, 8, 0.8);
        put(rows, 8, 6, 0.8, 7, 0.2);
        put(rows, 9, 4, 0.05, 5, 0.05, 10, 0.7, 11, 0.2);
        put(rows, 10, 9, 0.2, 11, 0.8);
        put(rows, 11, 9, 0.8, 10, 0.2);
        return StochasticMatrix.ofRows(rows);
    }

    /// Transitions counted between nine states, three groups of three; `mu` of them make the walk
    /// between groups go round.
    static double[][] nine(double mu) {
        return new double[][] {
            {1000, 100, 100, 10, 0, 0, 0, 0, 0},
            {100, 1000, 100, 0, 0, 0, 0, 0, 0},
            {100, 100, 1000, 0, mu, 0, 0, 0, 0},
            {10, 0, 0, 1000, 100, 100, 10, 0, 0},
            {0, 0, mu, 100, 1000, 100, 0, 0, 0},
            {0, 0, 0, 100, 100, 1000, 0, mu, 0},
            {0, 0, 0, 10, 0, 0, 1000, 100, 100},
            {0, 0, 0, 0, 0, mu, 100, 1000, 100},
            {0, 0, 0, 0, 0, 0, 100, 100, 1000}
        };
    }

    private static void put(double[][] rows, int from, double... targetsAndMasses) {
        for (int k = 0; k < targetsAndMasses.length; k += 2) {
            rows[from][(int) targetsAndMasses[k]] = targetsAndMasses[k + 1];
        }
    }
}
