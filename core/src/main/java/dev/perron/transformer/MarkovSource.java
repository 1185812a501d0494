package dev.perron.transformer;

import java.util.random.RandomGenerator;

/// Where sequences of symbols come from. Immutable, and safe to use from several threads with a
/// generator each.
public sealed interface MarkovSource permits KnownSource, RandomKernelSource, TextSource {
    /// The number of symbols S.
    int symbols();

    /// Draws sequences, independent of each other. All randomness is from `random`, so the same
    /// seed gives the same symbols.
    ///
    /// @param tokens `[batch, length]` or longer, row-major; overwritten
    /// @throws IllegalArgumentException if `batch` or `length` isn't at least 1 or `tokens` is too
    ///   short
    void fill(RandomGenerator random, int[] tokens, int batch, int length);

    /// Refuses a batch that doesn't fit.
    ///
    /// @throws IllegalArgumentException as [#fill]
    static void requireRoom(int[] tokens, int batch, int length) {
        if (batch < 1 || length < 1) {
            throw new IllegalArgumentException(
                    "%d sequences of %d symbols, must be at least 1 of 1".formatted(batch, length));
        }
        if (tokens.length < (long) batch * length) {
            throw new IllegalArgumentException(
                    "room for %d symbols, must be for %d x %d"
                            .formatted(tokens.length, batch, length));
        }
    }
}
