package dev.perron.context.fit;

import dev.perron.chain.Distribution;
import dev.perron.context.Cholesky;

import java.util.Optional;

/// How exactly a fitted row is known: the inverse of its Fisher information, carried over from w to
/// the transition probabilities. Immutable.
public final class FisherInformation {
    private final double[] law;
    private final double[] errors; // [K]

    private FisherInformation(double[] law, double[] errors) {
        this.law = law;
        this.errors = errors;
    }

    /// An interval of a transition probability.
    ///
    /// @param low the lower end, above 0
    /// @param high the upper end, below 1
    public record Interval(double low, double high) {}

    /// Of a row that was fitted to these samples, or nothing if the information is singular beyond
    /// rounding.
    ///
    /// @throws IllegalArgumentException if `law` isn't on K tokens
    public static Optional<FisherInformation> of(RowCounts counts, Distribution law) {
        return of(counts, law, 0);
    }

    /// The same for a fit with a ridge, whose precision adds to the information.
    ///
    /// @throws IllegalArgumentException if `law` isn't on K tokens
    public static Optional<FisherInformation> of(RowCounts counts, Distribution law, double ridge) {
        int k = counts.tokens();
        double[] information = hessian(counts, law);
        double trace = 0;
        for (int i = 0; i < k; i++) {
            for (int j = 0; j < k; j++) {
                information[i * k + j] *= counts.samples();
            }
            information[i * k + i] += ridge;
            trace += information[i * k + i];
        }
        // 1 is in the null space: added with a weight, it is inverted apart, and π loses it.
        for (int i = 0; i < k * k; i++) {
            information[i] += trace / k / k;
        }
        return Cholesky.of(k, information).map(factor -> of(factor, k, law));
    }

    /// Of a factored information `[n,n]` whose first K coordinates are w, made regular along the
    /// directions that change nothing.
    static FisherInformation of(Cholesky information, int n, Distribution law) {
        double[] p = law.toArray();
        return new FisherInformation(p, errors(information, n, p));
    }

    /// √ of the diagonal of J Σ Jᵀ, with J = diag(π) - ππᵀ.
    private static double[] errors(Cholesky factor, int n, double[] law) {
        int k = law.length;
        double[] errors = new double[k];
        double[] slope = new double[n];
        for (int j = 0; j < k; j++) {
            for (int i = 0; i < k; i++) {
                slope[i] = law[j] * ((i == j ? 1 : 0) - law[i]);
            }
            double[] solved = factor.solve(slope);
            double variance = 0;
            for (int i = 0; i < k; i++) { // slope has no other coordinates
                variance += slope[i] * solved[i];
            }
            errors[j] = Math.sqrt(Math.max(0, variance));
        }
        return errors;
    }

    /// E[diag(p) - p pᵀ] `[K,K]`, row-major, where the row is `law`: the Laplacian of the
    /// co-occurrence graph.
    static double[] hessian(RowCounts counts, Distribution law) {
        if (law.states() != counts.tokens()) {
            throw new IllegalArgumentException(
                    "a law on %d tokens, must be on %d".formatted(law.states(), counts.tokens()));
        }
        if (counts.samples() == 0) {
            return new double[law.states() * law.states()];
        }
        RowLikelihood likelihood = new RowLikelihood(counts, 0);
        double[] w = law.toArray();
        for (int j = 0; j < w.length; j++) {
            w[j] = Math.log(w[j]);
        }
        likelihood.moveTo(w);
        return likelihood.hessian();
    }

    /// The standard error of the transition probability to a token.
    public double standardError(int token) {
        return errors[token];
    }

    /// An interval for the transition probability to a token: its log-odds plus and minus `z`
    /// standard errors, so that the ends stay between 0 and 1.
    ///
    /// @param z standard errors to each side; 1.96 for 95 %
    public Interval interval(int token, double z) {
        double p = law[token];
        double logOdds = Math.log(p) - Math.log1p(-p);
        double error = errors[token] / (p * (1 - p));
        return new Interval(
                1 / (1 + Math.exp(-logOdds + z * error)), 1 / (1 + Math.exp(-logOdds - z * error)));
    }
}
