package dev.perron.transformer;

import dev.perron.chain.Distribution;

/// The law that a sequence starts from: of its first k symbols, if the source is of order k.
public sealed interface StartLaw {
    /// The stationary law of k symbols in a row, so that every place in a sequence has the same
    /// law.
    record Stationary() implements StartLaw {}

    /// All blocks of k symbols equally likely.
    record Uniform() implements StartLaw {}

    /// This law.
    ///
    /// @param law on the blocks of k symbols, numbered as those of
    ///   [dev.perron.chain.path.HigherOrderChain]; of a [LagSource] on the symbols, since its k
    ///   chains start independently
    record Given(Distribution law) implements StartLaw {}
}
