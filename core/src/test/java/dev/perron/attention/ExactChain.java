package dev.perron.attention;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.stream.IntStream;

/// The reference that tests compare with: a chain in sixty decimal digits, solved by Gaussian
/// elimination with row exchanges, none of which the code under test uses.
final class ExactChain {
    private static final MathContext DIGITS = new MathContext(60);

    private final BigDecimal[][] p;

    private ExactChain(BigDecimal[][] p) {
        this.p = p;
    }

    /// The head's rows as they came, each divided by its own sum.
    static ExactChain of(AttentionHead head) {
        int n = head.states();
        float[] rows = head.toArray();
        BigDecimal[][] p = new BigDecimal[n][n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                p[i][j] = new BigDecimal(rows[i * n + j]);
            }
        }
        return new ExactChain(normalised(p));
    }

    /// αP + (1-α)1vᵀ.
    ExactChain teleporting(double alpha, double... restart) {
        int n = p.length;
        BigDecimal a = new BigDecimal(alpha);
        BigDecimal[] v = new BigDecimal[n];
        for (int j = 0; j < n; j++) {
            v[j] = new BigDecimal(restart[j]);
        }
        v = normalised(new BigDecimal[][] {v})[0];
        BigDecimal[][] t = new BigDecimal[n][n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                t[i][j] = a.multiply(p[i][j]).add(BigDecimal.ONE.subtract(a).multiply(v[j]));
            }
        }
        return new ExactChain(t);
    }

    /// Each column divided by its sum, then transposed: the outgoing chain, word for word.
    ExactChain columnsNormalisedAndTransposed() {
        int n = p.length;
        BigDecimal[][] q = new BigDecimal[n][n];
        for (int j = 0; j < n; j++) {
            for (int i = 0; i < n; i++) {
                q[j][i] = p[i][j];
            }
        }
        return new ExactChain(normalised(q));
    }

    /// What column `j` sums to.
    double columnSum(int j) {
        return IntStream.range(0, p.length)
                .mapToObj(i -> p[i][j])
                .reduce(BigDecimal.ZERO, BigDecimal::add)
                .doubleValue();
    }

    /// The solution of π(P - I) = 0, Σπ = 1. There must be only one.
    double[] stationary() {
        int n = p.length;
        BigDecimal[][] system = new BigDecimal[n][n + 1]; // rows are the equations
        for (int j = 0; j < n; j++) {
            for (int i = 0; i < n; i++) {
                BigDecimal one = i == j ? BigDecimal.ONE : BigDecimal.ZERO;
                system[j][i] = j == n - 1 ? BigDecimal.ONE : p[i][j].subtract(one);
            }
            system[j][n] = j == n - 1 ? BigDecimal.ONE : BigDecimal.ZERO;
        }
        for (int k = 0; k < n; k++) {
            exchangeForLargerPivot(system, k);
            for (int i = k + 1; i < n; i++) {
                if (system[i][k].signum() != 0) {
                    BigDecimal factor = system[i][k].divide(system[k][k], DIGITS);
                    for (int j = k; j <= n; j++) {
                        system[i][j] = system[i][j].subtract(factor.multiply(system[k][j]), DIGITS);
                    }
                }
            }
        }
        BigDecimal[] pi = new BigDecimal[n];
        double[] rounded = new double[n];
        for (int k = n - 1; k >= 0; k--) {
            BigDecimal sum = system[k][n];
            for (int j = k + 1; j < n; j++) {
                sum = sum.subtract(system[k][j].multiply(pi[j]), DIGITS);
            }
            pi[k] = sum.divide(system[k][k], DIGITS);
            rounded[k] = pi[k].doubleValue();
        }
        return rounded;
    }

    private static void exchangeForLargerPivot(BigDecimal[][] system, int k) {
        int largest = k;
        for (int i = k + 1; i < system.length; i++) {
            if (system[i][k].abs().compareTo(system[largest][k].abs()) > 0) {
                largest = i;
            }
        }
        BigDecimal[] row = system[k];
        system[k] = system[largest];
        system[largest] = row;
        if (system[k][k].abs().compareTo(new BigDecimal("1e-45")) < 0) {
            throw new IllegalArgumentException("several stationary distributions, must be one");
        }
    }

    private static BigDecimal[][] normalised(BigDecimal[][] rows) {
        BigDecimal[][] normalised = new BigDecimal[rows.length][rows[0].length];
        for (int i = 0; i < rows.length; i++) {
            BigDecimal sum = BigDecimal.ZERO;
            for (BigDecimal x : rows[i]) {
                sum = sum.add(x);
            }
            for (int j = 0; j < rows[i].length; j++) {
                normalised[i][j] = rows[i][j].divide(sum, DIGITS);
            }
        }
        return normalised;
    }
}
