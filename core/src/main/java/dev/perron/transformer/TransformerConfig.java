package dev.perron.transformer;

/// What a model is, before any number is in it. Names and order as in GPT-2 and TransformerLens.
///
/// @param dVocab number of tokens, at least 2
/// @param nCtx longest context T, in tokens
/// @param dModel width of the residual stream
/// @param nHeads attention heads of a layer; divides `dModel`
/// @param nLayers layers, 1 to 16
/// @param dMlp hidden units of the MLP, 0 for none
/// @param attention whether layers have attention
/// @param activation of the MLP
/// @param normalisation where LayerNorm stands
/// @param biases whether attention, MLP and LayerNorm have biases; the head has one in any case
/// @param head how logits are made
/// @param probabilities how logits become the law of the next token
/// @param positions how positions are told
/// @param window how many keys a query sees, its own among them: `nCtx` for all before it
public record TransformerConfig(
        int dVocab,
        int nCtx,
        int dModel,
        int nHeads,
        int nLayers,
        int dMlp,
        boolean attention,
        Activation activation,
        Normalisation normalisation,
        boolean biases,
        OutputHead head,
        Probabilities probabilities,
        Positions positions,
        int window) {

    private static final int MOST_LAYERS = 16;

    /// @throws IllegalArgumentException if a size is out of its range, or two don't fit
    public TransformerConfig {
        requireAtLeast(2, "vocabulary", dVocab);
        requireAtLeast(1, "context", nCtx);
        requireAtLeast(1, "d_model", dModel);
        requireAtLeast(1, "heads", nHeads);
        requireAtLeast(0, "MLP width", dMlp);
        if (nLayers < 1 || nLayers > MOST_LAYERS) {
            throw new IllegalArgumentException(
                    "layers %d, must be 1 to %d".formatted(nLayers, MOST_LAYERS));
        }
        if (dModel % nHeads != 0) {
            throw new IllegalArgumentException(
                    "d_model %d and heads %d, must be a multiple of the heads"
                            .formatted(dModel, nHeads));
        }
        if (window < 1 || window > nCtx) {
            throw new IllegalArgumentException(
                    "window %d, must be 1 to the context of %d".formatted(window, nCtx));
        }
        if (head.scalar() && dVocab != 2) {
            throw new IllegalArgumentException(
                    "vocabulary %d, must be 2 for a head of one logit".formatted(dVocab));
        }
        if (head.scalar() && probabilities != Probabilities.SOFTMAX) {
            throw new IllegalArgumentException(
                    "probabilities %s, must be softmax for a head of one logit"
                            .formatted(probabilities));
        }
        if (positions == Positions.ROTARY && dModel / nHeads % 2 != 0) {
            throw new IllegalArgumentException(
                    "head size %d, must be even for rotary positions".formatted(dModel / nHeads));
        }
        if (!attention && (positions == Positions.ROTARY || positions == Positions.RELATIVE)) {
            throw new IllegalArgumentException(
                    "positions %s, must be learned, sinusoidal or none without attention"
                            .formatted(positions));
        }
        if (!attention && dMlp == 0) {
            throw new IllegalArgumentException(
                    "neither attention nor MLP, must be at least one of them");
        }
    }

    private static void requireAtLeast(int least, String what, int value) {
        if (value < least) {
            throw new IllegalArgumentException(
                    "%s %d, must be at least %d".formatted(what, value, least));
        }
    }

    /// The reference configuration of the published code: one layer, one head, d_model 8, MLP of 32
    /// with GELU, LayerNorm, learned positions, tied, no biases but the head's. The rest by the
    /// methods below.
    ///
    /// @throws IllegalArgumentException if a size is out of its range
    public static TransformerConfig reference(int dVocab, int nCtx) {
        return new TransformerConfig(
                dVocab,
                nCtx,
                8,
                1,
                1,
                32,
                true,
                Activation.GELU,
                Normalisation.BEFORE,
                false,
                OutputHead.TIED,
                Probabilities.SOFTMAX,
                Positions.LEARNED,
                nCtx);
    }

    /// Another width, with an MLP of four times that if there is one.
    public TransformerConfig withDModel(int width) {
        int mlp = dMlp == 0 ? 0 : 4 * width;
        return of(width, nHeads, nLayers, mlp, attention, activation, normalisation, biases, head);
    }

    /// Another number of heads.
    public TransformerConfig withHeads(int heads) {
        return of(dModel, heads, nLayers, dMlp, attention, activation, normalisation, biases, head);
    }

    /// Another number of layers.
    public TransformerConfig withLayers(int layers) {
        return of(dModel, nHeads, layers, dMlp, attention, activation, normalisation, biases, head);
    }

    /// Another MLP; of width 0, none.
    public TransformerConfig withMlp(int width, Activation by) {
        return of(dModel, nHeads, nLayers, width, attention, by, normalisation, biases, head);
    }

    /// With attention or without.
    public TransformerConfig withAttention(boolean wanted) {
        return of(dModel, nHeads, nLayers, dMlp, wanted, activation, normalisation, biases, head);
    }

    /// Another place for LayerNorm.
    public TransformerConfig withNormalisation(Normalisation where) {
        return of(dModel, nHeads, nLayers, dMlp, attention, activation, where, biases, head);
    }

    /// With biases or without.
    public TransformerConfig withBiases(boolean wanted) {
        return of(
                dModel, nHeads, nLayers, dMlp, attention, activation, normalisation, wanted, head);
    }

    /// Another head.
    public TransformerConfig withHead(OutputHead other) {
        return of(
                dModel, nHeads, nLayers, dMlp, attention, activation, normalisation, biases, other);
    }

    /// Another way from logits to probabilities.
    public TransformerConfig withProbabilities(Probabilities other) {
        return new TransformerConfig(
                dVocab,
                nCtx,
                dModel,
                nHeads,
                nLayers,
                dMlp,
                attention,
                activation,
                normalisation,
                biases,
                head,
                other,
                positions,
                window);
    }

    /// Other positions.
    public TransformerConfig withPositions(Positions other) {
        return new TransformerConfig(
                dVocab,
                nCtx,
                dModel,
                nHeads,
                nLayers,
                dMlp,
                attention,
                activation,
                normalisation,
                biases,
                head,
                probabilities,
                other,
                window);
    }

    /// Another attention window; the published code's "memory" is one less.
    public TransformerConfig withWindow(int keys) {
        return new TransformerConfig(
                dVocab,
                nCtx,
                dModel,
                nHeads,
                nLayers,
                dMlp,
                attention,
                activation,
                normalisation,
                biases,
                head,
                probabilities,
                positions,
                keys);
    }

    private TransformerConfig of(
            int width,
            int heads,
            int layers,
            int mlp,
            boolean attends,
            Activation by,
            Normalisation where,
            boolean biased,
            OutputHead out) {
        return new TransformerConfig(
                dVocab,
                nCtx,
                width,
                heads,
                layers,
                mlp,
                attends,
                by,
                where,
                biased,
                out,
                probabilities,
                positions,
                window);
    }

    /// Channels of an attention head.
    public int dHead() {
        return dModel / nHeads;
    }

    /// Logits that the head makes: 1 or one a token.
    public int logits() {
        return head.scalar() ? 1 : dVocab;
    }

    /// Whether some key before its query is out of the window.
    public boolean windowed() {
        return window < nCtx;
    }

    /// What differs from another configuration, one after the other: `nLayers: 1, there 2`; empty
    /// if nothing does.
    public String differenceFrom(TransformerConfig other) {
        return RecordDifference.between(this, other);
    }
}
