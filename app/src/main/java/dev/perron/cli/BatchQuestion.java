package dev.perron.cli;

import dev.perron.attention.AttentionTensor;

/// What is asked of the attention of one of many inputs.
@FunctionalInterface
interface BatchQuestion {
    /// The answer.
    ///
    /// @throws Failure if there is none
    Answer of(Source source, AttentionTensor attention);
}
