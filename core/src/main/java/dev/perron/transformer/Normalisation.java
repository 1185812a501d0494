package dev.perron.transformer;

/// Where LayerNorm stands.
public enum Normalisation {
    /// Before the attention and the MLP of each layer, and once before the head: GPT-2.
    BEFORE,
    /// Nowhere: the models of the theory.
    NONE
}
