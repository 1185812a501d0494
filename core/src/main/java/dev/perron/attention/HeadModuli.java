package dev.perron.attention;

import dev.perron.attention.AttentionChain.Defined;
import dev.perron.attention.AttentionChain.Undefined;
import dev.perron.chain.spectrum.Eigenvalue;
import dev.perron.chain.spectrum.Spectrum;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// |λ₂| of the heads of one input, each computed once, when it is first asked for: for many
/// averages of different heads. Threads may share one.
///
/// Heads are told apart by their layer and number, so all that are asked about must be of the same
/// input.
public final class HeadModuli {
    private final List<Token> tokens;
    private final SpecialTokens specials;
    private final Map<Place, Modulus> known = new ConcurrentHashMap<>();

    private record Place(int layer, int number) {}

    /// |λ₂| of a head, or why it isn't known.
    private sealed interface Modulus {
        record Known(double value) implements Modulus {}

        record Unknown(Undefined why) implements Modulus {}
    }

    /// Of heads on these tokens.
    ///
    /// @param specials what becomes of special tokens before a head is asked for λ₂
    public HeadModuli(List<Token> tokens, SpecialTokens specials) {
        this.tokens = List.copyOf(tokens);
        this.specials = specials;
    }

    /// The chain of several heads, each weighted by its |λ₂|: what [AttentionChain#of(List, List,
    /// HeadWeighting, SpecialTokens)] makes of [HeadWeighting.ByLambda2].
    ///
    /// @param heads at least one
    /// @throws IllegalArgumentException if there is no head, or one has more or fewer states than
    ///   there are tokens
    public AttentionChain average(List<HeadChain> heads) {
        if (heads.isEmpty()) {
            throw new IllegalArgumentException("no heads, must be at least 1");
        }
        List<Modulus> moduli = heads.parallelStream().map(this::modulus).toList();
        double[] weights = new double[moduli.size()];
        for (int h = 0; h < weights.length; h++) {
            switch (moduli.get(h)) {
                case Modulus.Known(double value) -> weights[h] = value;
                case Modulus.Unknown(Undefined why) -> {
                    return why;
                }
            }
        }
        double total = Arrays.stream(weights).sum();
        if (!(total > 0)) {
            return new Undefined(
                    "all heads have λ₂ = 0, so there are no weights; take the mean of the heads");
        }
        for (int h = 0; h < weights.length; h++) {
            weights[h] /= total;
        }
        return HeadAverage.weighted(heads, tokens, specials, weights);
    }

    private Modulus modulus(HeadChain head) {
        Place place = new Place(head.layer(), head.number());
        Modulus found = known.get(place);
        if (found == null) { // two threads may both compute one; the result is the same
            found = computed(head);
            known.put(place, found);
        }
        return found;
    }

    private Modulus computed(HeadChain head) {
        return switch (AttentionChain.of(head, tokens, specials)) {
            case Undefined undefined -> new Modulus.Unknown(undefined);
            case Defined chain ->
                    switch (Spectrum.of(chain.transition())) {
                        case Spectrum.Complete complete ->
                                new Modulus.Known(
                                        complete.lambda2().map(Eigenvalue::modulus).orElse(0.0));
                        case Spectrum.Leading leading ->
                                new Modulus.Known(leading.lambda2().modulus());
                        case Spectrum.NotConverged(_, _, int steps, double residual) ->
                                new Modulus.Unknown(
                                        new Undefined(
                                                "%s: |λ₂| has residual %.1e after %d steps, so there are no weights; take the mean of the heads"
                                                        .formatted(head.name(), residual, steps)));
                    };
        };
    }
}
