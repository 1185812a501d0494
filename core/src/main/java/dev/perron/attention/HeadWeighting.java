package dev.perron.attention;

/// How several heads become one chain.
public sealed interface HeadWeighting {
    /// The plain average of all heads of the tensor.
    record Mean() implements HeadWeighting {}

    /// The average weighted by |λ₂|: heads that mix slowly, and so hold metastable states, count
    /// for more. Weights are |λ₂(h)| / Σ|λ₂|, of each head after its special tokens were treated.
    /// arXiv:2507.17657 describes such a weighting; the normalisation is ours.
    record ByLambda2() implements HeadWeighting {}

    /// One head alone.
    ///
    /// @param layer the layer's number in the model
    /// @param head the head's number in the layer
    record Single(int layer, int head) implements HeadWeighting {}
}
