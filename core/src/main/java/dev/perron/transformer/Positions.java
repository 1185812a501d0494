package dev.perron.transformer;

/// How a model knows where in its context a token is.
public enum Positions {
    /// A learned vector a position, added to the embedding: GPT-2.
    LEARNED,
    /// Sines and cosines added to the embedding, not learned: Vaswani et al. 2017.
    SINUSOIDAL,
    /// Queries and keys turned by an angle proportional to the position: Su et al. 2021.
    ROTARY,
    /// A learned number a head and distance, added to the scores.
    RELATIVE,
    /// Not at all, but for the causal mask.
    NONE
}
