package dev.perron.vision;

import dev.perron.attention.HeadWeighting;
import dev.perron.attention.SpecialTokens;

import java.util.List;

/// A value for each patch out of attention alone, no labels: larger where the image's subject is.
/// What it takes to be the subject is in each kind's description.
///
/// Those that ask a chain are [#usesChain()]; the others are the usual baselines, computed as their
/// papers say.
public sealed interface PatchScore {
    /// The values, or why there are none.
    sealed interface Outcome {
        /// There are.
        record Scored(PatchMap map) implements Outcome {}

        /// There are none on this image.
        ///
        /// @param explanation what is in the way
        record Undefined(String explanation) implements Outcome {}

        /// There can't be any, whatever the image: the model has no token to ask.
        ///
        /// @param explanation what it lacks
        record NotApplicable(String explanation) implements Outcome {}
    }

    /// Metastable states of the directed chain (G-PCCA with m = 2, or 3 where λ₂ and λ₃ are a
    /// pair): how far a patch does *not* belong to the state that the image's border belongs to
    /// most. With m = 2 it is the second right eigenvector, brought to `[0, 1]`.
    record Metastable(SpecialTokens specials) implements PatchScore {}

    /// The same, times √π: of the patches that hold together, those that attention stays on. χ
    /// alone says only which side of the cut a patch is on, π alone only what is attended to; √π χ
    /// is what the eigenvector is in the coordinates in which a reversible chain would be
    /// symmetric. Both need the direction of attention.
    record WeightedMetastable(SpecialTokens specials) implements PatchScore {}

    /// How long the chain stays away from the image's border: the expected number of steps until it
    /// is on one of the outermost patches. The border is taken for background, as in saliency by
    /// absorbing chains (Jiang, Zhang, Lu, Yang, Yang, "Saliency detection via absorbing Markov
    /// chain", ICCV 2013), but on attention.
    record BorderTime(SpecialTokens specials) implements PatchScore {}

    /// TokenRank with uniform restarts: what all tokens attend to, directly and through others.
    record Rank(double alpha, SpecialTokens specials) implements PatchScore {}

    /// Indirect attention from a token after n steps.
    ///
    /// @param from where it starts
    /// @param steps n, at least 1
    /// @param weighting of the heads, by |λ₂| in the paper
    record Bounce(Origin from, int steps, HeadWeighting weighting) implements PatchScore {}

    /// Indirect attention to a token after n steps.
    ///
    /// @param to where it ends
    /// @param steps n, at least 1
    /// @param weighting of the heads
    record BounceTo(Origin to, int steps, HeadWeighting weighting) implements PatchScore {}

    /// What the centre patch is attended to by: a column of attention.
    record ColumnSelect() implements PatchScore {}

    /// What the CLS token attends to: a row of attention.
    record RowSelect() implements PatchScore {}

    /// How much attention each patch gets in all.
    record ColumnSum() implements PatchScore {}

    /// The CLS row of attention rollout through layer 0 to the last of those asked for.
    record RolloutRow() implements PatchScore {}

    /// The second eigenvector of the random walk on the symmetrised matrix (A + Aᵀ)/2: a normalised
    /// cut in two, as graph methods do it. The directions of attention are lost.
    record SymmetrisedBipartition(SpecialTokens specials) implements PatchScore {}

    /// The same, times the root of the degree: to the symmetrised matrix what [WeightedMetastable]
    /// is to the directed chain.
    record WeightedBipartition(SpecialTokens specials) implements PatchScore {}

    /// Nearness to the image's centre; attention isn't looked at.
    record CentrePrior() implements PatchScore {}

    /// A token to start from or to end at.
    enum Origin {
        /// The patch in the middle; of an even number of rows or columns the later one.
        CENTRE,
        /// The first token before the patches.
        CLS
    }

    /// Whether it asks the directed chain, in more than one step.
    default boolean usesChain() {
        return switch (this) {
            case Metastable _, WeightedMetastable _, BorderTime _, Rank _, Bounce _, BounceTo _ ->
                    true;
            case ColumnSelect _,
                    RowSelect _,
                    ColumnSum _,
                    RolloutRow _,
                    SymmetrisedBipartition _,
                    WeightedBipartition _,
                    CentrePrior _ ->
                    false;
        };
    }

    /// The values of an image's patches.
    ///
    /// @param layers whose heads are averaged, at least one
    /// @throws IllegalArgumentException if there is no such layer
    default Outcome of(ImageAttention image, List<Integer> layers) {
        return new PatchScoring(image, layers).of(this);
    }
}
