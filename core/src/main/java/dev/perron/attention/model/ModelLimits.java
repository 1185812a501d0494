package dev.perron.attention.model;

import java.util.List;
import java.util.OptionalInt;

/// What a model has room for.
///
/// @param name what messages call it
/// @param contextLength the largest number of tokens, where that is known
/// @param vocabulary how many token ids there are, where that is known
public record ModelLimits(String name, OptionalInt contextLength, OptionalInt vocabulary) {
    /// Refuses layers that a model doesn't have.
    ///
    /// @throws IllegalArgumentException if there are no layers, one isn't of the model's `count`,
    ///   or they don't ascend
    public static void requireLayers(List<Integer> layers, int count) {
        if (layers.isEmpty()) {
            throw new IllegalArgumentException("no layers, must be at least 1");
        }
        int previous = -1;
        for (int layer : layers) {
            if (layer < 0 || layer >= count) {
                throw new IllegalArgumentException(
                        "layer %d, must be from 0 to %d".formatted(layer, count - 1));
            }
            if (layer <= previous) {
                throw new IllegalArgumentException("layers " + layers + ", must be ascending");
            }
            previous = layer;
        }
    }

    /// Refuses a text that a model has no room for.
    ///
    /// @throws ModelException if the text is too long, or has a token that the model doesn't know
    public void requireFit(TextInput text) {
        int n = text.size();
        int context = contextLength.orElse(Integer.MAX_VALUE);
        if (n > context) {
            throw ModelException.of(
                    name,
                    "a text of %d tokens".formatted(n),
                    "at most %d, the model's context length".formatted(context),
                    "shorten the text, or ask for it to be truncated");
        }
        int known = vocabulary.orElse(Integer.MAX_VALUE);
        for (int i = 0; i < n; i++) {
            if (text.ids().get(i) >= known) {
                throw ModelException.of(
                        name,
                        "token %d, %s, has id %d"
                                .formatted(i, text.tokens().get(i).label(), text.ids().get(i)),
                        "an id from 0 to %d, the model's vocabulary".formatted(known - 1),
                        "give the tokenizer that belongs to the model, or a text of tokens that it"
                                + " knows");
            }
        }
    }
}
