package dev.perron.transformer;

/// Where LayerNorm stands.
public enum Normalisation {
    /// Before the attention and the MLP of each layer, and once before the head: GPT-2.
    BEFORE,
    /// Before the attention of each layer, and on what its MLP adds: x ← x + norm(MLP(x)). None
    /// before the head. The folder Markov-RPE of the code of Makkuva et al., arXiv:2402.04161.
    AFTER_MLP,
    /// Nowhere: the models of the theory.
    NONE;

    /// Whether there is one before the attention of each layer.
    public boolean beforeAttention() {
        return this != NONE;
    }

    /// Whether there is one before the MLP of each layer.
    public boolean beforeMlp() {
        return this == BEFORE;
    }

    /// Whether there is one on what the MLP of each layer adds.
    public boolean afterMlp() {
        return this == AFTER_MLP;
    }

    /// Whether there is one before the head.
    public boolean beforeHead() {
        return this == BEFORE;
    }
}
