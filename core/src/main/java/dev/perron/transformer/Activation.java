package dev.perron.transformer;

/// The nonlinearity of the MLP.
public enum Activation {
    /// `x·Φ(x)`, Φ the normal distribution function; the exact one, by the error function.
    GELU,
    /// `max(x, 0)`.
    RELU
}
