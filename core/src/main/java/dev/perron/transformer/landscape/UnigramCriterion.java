package dev.perron.transformer.landscape;

import dev.perron.transformer.KnownSource;
import dev.perron.transformer.SymmetricEigen;

import java.util.ArrayList;
import java.util.List;

/// Whether a tied model can get stuck at the unigram, for a source of order 1 on any number of
/// symbols: at the unigram point, with small position vectors and MLP, each coordinate of the
/// embeddings has the Hessian 2(ππᵀ - sym(diag(π)P)). It is 0 on the vector 1, which moves all
/// logits together, and the point is a local minimum if it is positive on all other directions; for
/// two symbols if p + q > 1, for the symmetric switching source if p > (S-1)/S.
///
/// After Makkuva et al., arXiv:2402.04161; derived anew for general P.
///
/// @param eigenvalues the S-1 of that Hessian beside the 0 of the vector 1, ascending
public record UnigramCriterion(List<Double> eigenvalues) {
    /// Copies the eigenvalues.
    public UnigramCriterion {
        eigenvalues = List.copyOf(eigenvalues);
    }

    /// That of a source.
    ///
    /// @throws IllegalArgumentException if it isn't of order 1
    public static UnigramCriterion of(KnownSource source) {
        if (source.order() != 1) {
            throw new IllegalArgumentException(
                    "source of order %d, must be of order 1".formatted(source.order()));
        }
        int n = source.symbols();
        double[][] hessian = new double[n][n];
        for (int i = 0; i < n; i++) {
            double mass = source.unigram().mass(i);
            for (int j = 0; j < n; j++) {
                hessian[i][j] += mass * source.unigram().mass(j) * 2;
                hessian[i][j] -= mass * source.next(i).mass(j);
                hessian[j][i] -= mass * source.next(i).mass(j);
            }
        }
        // The vector 1 is put out of the way: far above everything else, whose moduli are below 4.
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                hessian[i][j] += 8.0 / n;
            }
        }
        List<Double> all = new ArrayList<>(SymmetricEigen.of(hessian).values());
        all.removeLast();
        return new UnigramCriterion(all);
    }

    /// Whether the unigram point is a local minimum of a tied model.
    public boolean badMinimum() {
        return !eigenvalues.isEmpty() && eigenvalues.getFirst() > 1e-12;
    }

    /// In how many directions a tied model leaves the unigram point.
    public int escapes() {
        return (int) eigenvalues.stream().filter(x -> x < -1e-12).count();
    }
}
