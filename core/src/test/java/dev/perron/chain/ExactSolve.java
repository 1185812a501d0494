package dev.perron.chain;

import java.math.BigDecimal;
import java.math.MathContext;

/// Stationary distributions by plain Gaussian elimination in 120 decimal digits, by another
/// equation than the code under test. Doubles enter exactly; what a row misses to 1 goes on its
/// diagonal.
public final class ExactSolve {
    private static final MathContext DIGITS = new MathContext(120);

    private ExactSolve() {}

    /// π of an irreducible chain: π(I - P) = 0 with one equation replaced by Σπ = 1.
    public static BigDecimal[] stationary(Transition chain) {
        BigDecimal[][] system = columnsOfIdentityMinus(chain, BigDecimal.ONE);
        int n = system.length;
        for (int i = 0; i <= n; i++) {
            system[n - 1][i] = BigDecimal.ONE;
        }
        return solve(system);
    }

    /// π(I - αP) = (1-α)v.
    public static BigDecimal[] teleporting(Teleporting chain) {
        BigDecimal alpha = new BigDecimal(chain.alpha());
        BigDecimal[][] system = columnsOfIdentityMinus(chain.base(), alpha);
        int n = system.length;
        BigDecimal total = BigDecimal.ZERO;
        for (int j = 0; j < n; j++) {
            total = total.add(new BigDecimal(chain.restart().mass(j)));
        }
        for (int j = 0; j < n; j++) {
            system[j][n] =
                    BigDecimal.ONE
                            .subtract(alpha)
                            .multiply(new BigDecimal(chain.restart().mass(j)))
                            .divide(total, DIGITS);
        }
        return solve(system);
    }

    /// The expected steps to `target` in an irreducible chain: k = 1 + Pk off the target.
    public static BigDecimal[] hittingTimes(Transition chain, int target) {
        int n = chain.states();
        BigDecimal[][] columns = columnsOfIdentityMinus(chain, BigDecimal.ONE);
        BigDecimal[][] system = new BigDecimal[n][n + 1];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                BigDecimal unit = i == j ? BigDecimal.ONE : BigDecimal.ZERO;
                system[i][j] = i == target ? unit : columns[j][i];
            }
            system[i][n] = i == target ? BigDecimal.ZERO : BigDecimal.ONE;
        }
        return solve(system);
    }

    /// ‖actual - exact‖₁.
    public static double error(Distribution actual, BigDecimal[] exact) {
        BigDecimal sum = BigDecimal.ZERO;
        for (int i = 0; i < exact.length; i++) {
            sum = sum.add(new BigDecimal(actual.mass(i)).subtract(exact[i]).abs());
        }
        return sum.doubleValue();
    }

    /// Row j holds the coefficients of equation j, Σ π(i) (δ(i,j) - αp(i,j)) = b(j); b is zero.
    private static BigDecimal[][] columnsOfIdentityMinus(Transition chain, BigDecimal alpha) {
        int n = chain.states();
        BigDecimal[][] system = new BigDecimal[n][n + 1];
        double[] row = new double[n];
        for (int i = 0; i < n; i++) {
            chain.row(i, row);
            BigDecimal others = BigDecimal.ZERO;
            for (int j = 0; j < n; j++) {
                if (j != i) {
                    BigDecimal p = new BigDecimal(row[j]);
                    others = others.add(p);
                    system[j][i] = alpha.multiply(p).negate();
                }
            }
            BigDecimal diagonal = BigDecimal.ONE.subtract(others);
            system[i][i] = BigDecimal.ONE.subtract(alpha.multiply(diagonal));
            system[i][n] = BigDecimal.ZERO;
        }
        return system;
    }

    private static BigDecimal[] solve(BigDecimal[][] system) {
        int n = system.length;
        for (int k = 0; k < n; k++) {
            int pivot = k;
            for (int i = k + 1; i < n; i++) {
                if (system[i][k].abs().compareTo(system[pivot][k].abs()) > 0) {
                    pivot = i;
                }
            }
            BigDecimal[] exchanged = system[k];
            system[k] = system[pivot];
            system[pivot] = exchanged;
            for (int i = 0; i < n; i++) {
                if (i == k || system[i][k].signum() == 0) {
                    continue;
                }
                BigDecimal factor = system[i][k].divide(system[k][k], DIGITS);
                for (int j = k; j <= n; j++) {
                    system[i][j] =
                            system[i][j].subtract(factor.multiply(system[k][j], DIGITS), DIGITS);
                }
            }
        }
        BigDecimal[] x = new BigDecimal[n];
        for (int i = 0; i < n; i++) {
            x[i] = system[i][n].divide(system[i][i], DIGITS);
        }
        return x;
    }
}
