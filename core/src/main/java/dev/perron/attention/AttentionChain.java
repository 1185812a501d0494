package dev.perron.attention;

import dev.perron.chain.Eigenvalue;
import dev.perron.chain.Spectrum;
import dev.perron.chain.StochasticComplement;
import dev.perron.chain.StochasticMatrix;
import dev.perron.chain.Transition;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// The chain on tokens that a question is asked of: heads made one, special tokens treated.
public sealed interface AttentionChain {
    /// There is one.
    ///
    /// @param transition on the tokens that are left
    /// @param positions of those tokens in the tensor, ascending
    /// @param heads which heads are in it, weights summing to 1
    record Defined(Transition transition, List<Integer> positions, List<WeightedHead> heads)
            implements AttentionChain {
        /// Copies the lists.
        public Defined {
            positions = List.copyOf(positions);
            heads = List.copyOf(heads);
        }
    }

    /// There is none: dropping or censoring leaves no chain, or the weights don't exist.
    ///
    /// @param explanation which head, which token, and what to do instead
    record Undefined(String explanation) implements AttentionChain {}

    /// A head and its share in the chain.
    record WeightedHead(int layer, int head, double weight) {}

    /// The chain of one head.
    static AttentionChain of(AttentionHead head, List<Token> tokens, SpecialTokens specials) {
        List<Integer> kept =
                specials == SpecialTokens.KEEP
                        ? IntStream.range(0, tokens.size()).boxed().toList()
                        : IntStream.range(0, tokens.size())
                                .filter(i -> !(tokens.get(i) instanceof Token.Special))
                                .boxed()
                                .toList();
        List<WeightedHead> alone = List.of(new WeightedHead(head.layer(), head.number(), 1));
        if (kept.isEmpty()) {
            return new Undefined("all tokens are special tokens, nothing is left; keep them");
        }
        if (kept.size() == tokens.size()) {
            return new Defined(head, kept, alone);
        }
        return switch (specials) {
            case KEEP -> new Defined(head, kept, alone);
            case DROP -> dropped(head, kept, alone);
            case CENSOR ->
                    switch (StochasticComplement.of(head, kept)) {
                        case StochasticComplement.Watched(var chain) ->
                                new Defined(chain, kept, alone);
                        case StochasticComplement.NeverReturns(int state) ->
                                new Undefined(
                                        "%s: from token %d '%s' attention never comes back to the other tokens, so the chain can't be watched on those; keep special tokens or drop them"
                                                .formatted(
                                                        head.name(),
                                                        state,
                                                        tokens.get(state).label()));
                    };
        };
    }

    /// The chain of several heads.
    static AttentionChain of(
            AttentionTensor tensor, HeadWeighting weighting, SpecialTokens specials) {
        if (weighting instanceof HeadWeighting.Single(int layer, int head)) {
            return of(tensor.head(layer, head), tensor.tokens(), specials);
        }
        List<Defined> chains = new ArrayList<>();
        for (AttentionHead head : tensor.all()) {
            switch (of(head, tensor.tokens(), specials)) {
                case Defined defined -> chains.add(defined);
                case Undefined undefined -> {
                    return undefined;
                }
            }
        }
        double[] weights = new double[chains.size()];
        switch (weighting) {
            case HeadWeighting.Mean() -> Arrays.fill(weights, 1.0 / weights.length);
            case HeadWeighting.ByLambda2() -> {
                Optional<Undefined> missing = weigh(tensor.all(), chains, weights);
                if (missing.isPresent()) {
                    return missing.get();
                }
            }
            case HeadWeighting.Single _ -> throw new IllegalStateException("handled above");
        }
        return mixed(chains, weights);
    }

    private static AttentionChain dropped(
            AttentionHead head, List<Integer> kept, List<WeightedHead> alone) {
        double[][] rows = new double[kept.size()][kept.size()];
        for (int i = 0; i < rows.length; i++) {
            double left = 0;
            for (int j = 0; j < rows.length; j++) {
                rows[i][j] = head.attention(kept.get(i), kept.get(j));
                left += rows[i][j];
            }
            if (!(left > 0)) {
                return new Undefined(
                        "%s: token %d attends only to special tokens, so nothing is left of its row; keep or censor them"
                                .formatted(head.name(), kept.get(i)));
            }
            for (int j = 0; j < rows.length; j++) {
                rows[i][j] /= left;
            }
        }
        return new Defined(StochasticMatrix.ofRows(rows), kept, alone);
    }

    /// Fills the weights, or says why they don't exist.
    private static Optional<Undefined> weigh(
            List<AttentionHead> heads, List<Defined> chains, double[] weights) {
        List<Spectrum> spectra =
                chains.parallelStream().map(chain -> Spectrum.of(chain.transition())).toList();
        double total = 0;
        for (int h = 0; h < weights.length; h++) {
            switch (spectra.get(h)) {
                case Spectrum.Complete complete ->
                        weights[h] = complete.lambda2().map(Eigenvalue::modulus).orElse(0.0);
                case Spectrum.Leading(var lambda2, _, _) -> weights[h] = lambda2.modulus();
                case Spectrum.NotConverged(_, int steps, double residual) -> {
                    return Optional.of(
                            new Undefined(
                                    "%s: |λ₂| has residual %.1e after %d steps, so there are no weights; take the mean of the heads"
                                            .formatted(heads.get(h).name(), residual, steps)));
                }
            }
            total += weights[h];
        }
        if (!(total > 0)) {
            return Optional.of(
                    new Undefined(
                            "all heads have λ₂ = 0, so there are no weights; take the mean of the"
                                    + " heads"));
        }
        for (int h = 0; h < weights.length; h++) {
            weights[h] /= total;
        }
        return Optional.empty();
    }

    private static Defined mixed(List<Defined> chains, double[] weights) {
        int n = chains.getFirst().transition().states();
        double[][] rows = new double[n][n];
        double[] row = new double[n];
        List<WeightedHead> heads = new ArrayList<>();
        for (int h = 0; h < weights.length; h++) {
            WeightedHead alone = chains.get(h).heads().getFirst();
            heads.add(new WeightedHead(alone.layer(), alone.head(), weights[h]));
            for (int i = 0; i < n; i++) {
                chains.get(h).transition().row(i, row);
                for (int j = 0; j < n; j++) {
                    rows[i][j] += weights[h] * row[j];
                }
            }
        }
        return new Defined(StochasticMatrix.ofRows(rows), chains.getFirst().positions(), heads);
    }
}
