package dev.perron.transformer;

import dev.perron.chain.Distribution;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// How many of the directions in which a source's rows differ from π a model has learned. What the
/// rows have beyond π, weighted by how often contexts and symbols occur, is D(P) = diag(μ)^½ (P -
/// 1πᵀ) diag(π)^-½, the matrix of the χ² association of context and symbol; its singular vectors
/// are the directions. For two symbols there is one. A tied model stuck at the unigram may escape
/// in some of them and stay stuck in the others.
///
/// @param shares of each direction, by falling size: 1 learned, 0 not. Eigenvalues of the symmetric
///   part of D(model) in the directions of D(P), so a subspace of equal directions is judged
///   whatever basis it has
/// @param strengths the singular values of D(P) that are there, by falling size
/// @param levels `[directions + 1]`, the loss in nats with the first 0, 1, ... directions, to
///   second order in their strengths: from the unigram entropy to the entropy rate
public record LearnedDirections(List<Double> shares, List<Double> strengths, List<Double> levels) {
    /// Directions weaker than this part of the strongest aren't asked for: noise would answer.
    private static final double WEAKEST = 0.01;

    /// Copies the lists.
    public LearnedDirections {
        shares = List.copyOf(shares);
        strengths = List.copyOf(strengths);
        levels = List.copyOf(levels);
    }

    /// The number of directions that the source has.
    public int all() {
        return shares.size();
    }

    /// The number of directions that are learned by more than half.
    public int learned() {
        return (int) shares.stream().filter(share -> share > 0.5).count();
    }

    /// The directions of a source that a model has learned; none for a source of two symbols, or
    /// one whose rows are all π, or if a context that occurs wasn't seen.
    static Optional<LearnedDirections> of(KnownSource source, Predictions predictions) {
        int symbols = source.symbols();
        if (symbols < 3) {
            return Optional.empty();
        }
        int contexts = source.contexts();
        double[][] truth = new double[contexts][symbols];
        double[][] model = new double[contexts][symbols];
        for (int c = 0; c < contexts; c++) {
            double mass = source.contextLaw().mass(c);
            Optional<Distribution> row = predictions.rows().get(c);
            if (mass > 0) {
                if (row.isEmpty()) {
                    return Optional.empty();
                }
                association(mass, source.next(c), source.unigram(), truth[c]);
                association(mass, row.get(), source.unigram(), model[c]);
            }
        }
        return of(truth, model, source.unigramEntropy(), source.entropyRate());
    }

    private static Optional<LearnedDirections> of(
            double[][] truth, double[][] model, double unigramEntropy, double entropyRate) {
        SymmetricEigen squared = SymmetricEigen.of(product(truth, truth));
        List<double[]> vectors = new ArrayList<>();
        List<Double> strengths = new ArrayList<>();
        for (int i = squared.values().size() - 1; i >= 0; i--) {
            double strength = Math.sqrt(Math.max(0, squared.values().get(i)));
            if (strength > 1e-9
                    && strength > WEAKEST * (strengths.isEmpty() ? 0 : strengths.getFirst())) {
                strengths.add(strength);
                vectors.add(squared.vector(i));
            }
        }
        int directions = strengths.size();
        if (directions == 0) {
            return Optional.empty();
        }
        double[][] cross = product(truth, model);
        double[][] learned = new double[directions][directions];
        for (int i = 0; i < directions; i++) {
            for (int j = 0; j < directions; j++) {
                double both = bilinear(vectors.get(i), cross, vectors.get(j));
                both += bilinear(vectors.get(j), cross, vectors.get(i));
                learned[i][j] = both / 2 / (strengths.get(i) * strengths.get(j));
            }
        }
        double all = strengths.stream().mapToDouble(s -> s * s).sum();
        List<Double> levels = new ArrayList<>(List.of(unigramEntropy));
        double gained = 0;
        for (double strength : strengths) {
            gained += strength * strength;
            levels.add(unigramEntropy - (unigramEntropy - entropyRate) * gained / all);
        }
        List<Double> shares =
                SymmetricEigen.of(learned).values().stream()
                        .sorted(Comparator.reverseOrder())
                        .toList();
        return Optional.of(new LearnedDirections(shares, strengths, levels));
    }

    private static void association(double mass, Distribution row, Distribution pi, double[] out) {
        for (int j = 0; j < out.length; j++) {
            if (pi.mass(j) > 0) {
                out[j] = Math.sqrt(mass / pi.mass(j)) * (row.mass(j) - pi.mass(j));
            }
        }
    }

    /// aᵀb.
    private static double[][] product(double[][] a, double[][] b) {
        int n = a[0].length;
        double[][] product = new double[n][n];
        for (int c = 0; c < a.length; c++) {
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < n; j++) {
                    product[i][j] += a[c][i] * b[c][j];
                }
            }
        }
        return product;
    }

    private static double bilinear(double[] x, double[][] a, double[] y) {
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            for (int j = 0; j < y.length; j++) {
                sum += x[i] * a[i][j] * y[j];
            }
        }
        return sum;
    }
}
