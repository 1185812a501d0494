package dev.perron.transformer.landscape;

/// Where the canonical gradient flow ends.
public enum Basin {
    /// At a global minimum: the rows of the source, loss H∞.
    GLOBAL,
    /// At the unigram: e goes to 0, loss H(π).
    UNIGRAM,
    /// Anywhere: for p + q = 1 the unigram is the global minimum.
    EITHER
}
