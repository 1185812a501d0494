package dev.perron.cli;

import dev.perron.attention.AttentionTensor;

/// What is asked of the attention of one of many inputs.
@FunctionalInterface
interface BatchRows {
    /// Writes the answer.
    ///
    /// @param csv where it goes
    /// @throws Failure if there is none
    void of(Source source, AttentionTensor attention, Csv csv);
}
