package dev.perron.format;

import dev.perron.attention.Token;

import java.util.List;
import java.util.Optional;

/// What a file of attention holds, by its headers and its sidecar alone.
///
/// @param path of the file
/// @param format its usual ending, `.npz`
/// @param type of its numbers
/// @param axes of its arrays
/// @param reason why these axes were taken, in words
/// @param layers their numbers, ascending
/// @param heads of each layer
/// @param queries of each head
/// @param keys of each head
/// @param tokens what the keys stand for, one each; their positions where nobody said
/// @param sidecar what the file or the file beside it says
public record FileDescription(
        String path,
        String format,
        ElementType type,
        Axes axes,
        String reason,
        List<Integer> layers,
        int heads,
        int queries,
        int keys,
        List<Token> tokens,
        Sidecar sidecar) {
    /// Copies the lists.
    public FileDescription {
        layers = List.copyOf(layers);
        tokens = List.copyOf(tokens);
    }

    /// Whether queries and keys are the same tokens, so that a head is a chain.
    public boolean square() {
        return queries == keys;
    }

    /// What one head takes in memory, in bytes: float32, whatever the file's type.
    public long bytesOfHead() {
        return 4L * queries * keys;
    }

    /// What all heads take in memory, in bytes.
    public long bytes() {
        return bytesOfHead() * heads * layers.size();
    }

    /// The model's name, where somebody said it.
    public Optional<String> model() {
        return sidecar.model();
    }
}
