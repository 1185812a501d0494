package dev.perron.transformer;

/// How the last vector of the residual stream becomes logits. All have a bias.
public enum OutputHead {
    /// By the token embeddings.
    TIED,
    /// By vectors of its own.
    UNTIED,
    /// One logit for token 1 against 0, by the one embedding e: token 0 is the zero vector, token 1
    /// is e. Binary sources only; the model of the theory in Makkuva et al., arXiv:2402.04161.
    SCALAR_TIED,
    /// One logit for token 1 against 0, by a vector of its own.
    SCALAR_UNTIED;

    /// Whether the head's vectors are the embeddings.
    public boolean tied() {
        return this == TIED || this == SCALAR_TIED;
    }

    /// Whether there is one logit and one embedding, for a vocabulary of two.
    public boolean scalar() {
        return this == SCALAR_TIED || this == SCALAR_UNTIED;
    }
}
