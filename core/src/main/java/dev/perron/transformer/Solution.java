package dev.perron.transformer;

import dev.perron.chain.Distribution;

import java.util.Optional;

/// What a model made of a source: judged from what it predicts on every context, against the rows
/// of the source and against π, and from its loss, against the entropy rate and the unigram
/// entropy. For the question see "Attention with Markov", Makkuva et al., arXiv:2402.04161.
public sealed interface Solution {
    /// Which part of the distance and of the gap in loss between bigram and unigram a model may be
    /// away from one of them, if nothing else is said.
    double TOLERANCE = 0.1;

    /// The law of the next symbol given its context was learned: the source itself. Called bigram
    /// for order 1, and here for every order.
    record Bigram(Evidence evidence) implements Solution {}

    /// Only the long-run law of one symbol was learned.
    record Unigram(Evidence evidence) implements Solution {}

    /// Neither of them, or not yet.
    record Neither(Evidence evidence) implements Solution {}

    /// The rows of the source are all π, as those of the binary source with p + q = 1, so bigram
    /// and unigram are the same predictions.
    ///
    /// @param learned whether the model predicts them
    record Indistinguishable(Evidence evidence, boolean learned) implements Solution {}

    /// What the judgement rests on.
    Evidence evidence();

    /// Distances are total variation between mean predicted and true rows, weighted by how often
    /// contexts occur; losses are in nats.
    ///
    /// @param toBigram from the source's rows, 0 to 1
    /// @param toUnigram from π, 0 to 1
    /// @param separation of the source's rows from π
    /// @param unseen long-run mass of the contexts that nothing was predicted for
    /// @param spread of single predictions about their context's mean, see [Predictions]
    /// @param loss of the model, with its noise
    /// @param entropyRate the least loss of any model
    /// @param unigramEntropy the loss of the best model that ignores its input
    /// @param directions how many of the source's directions were learned, if it has several
    record Evidence(
            double toBigram,
            double toUnigram,
            double separation,
            double unseen,
            double spread,
            Loss loss,
            double entropyRate,
            double unigramEntropy,
            Optional<LearnedDirections> directions) {
        /// What part of the gap from the unigram entropy to the entropy rate the model has gained:
        /// 1 at the bigram, 0 at the unigram, negative above it; NaN if there is no gap.
        public double gained() {
            return (unigramEntropy - loss.mean()) / (unigramEntropy - entropyRate);
        }
    }

    /// The judgement with [#TOLERANCE].
    ///
    /// @throws IllegalArgumentException if the predictions are on other contexts
    static Solution of(KnownSource source, Predictions predictions) {
        return of(source, predictions, TOLERANCE);
    }

    /// A model is at the bigram, or at the unigram, if both its rows and its loss are: rows nearer
    /// than `tolerance` times the separation, the loss no farther than `tolerance` times the gap
    /// and two standard errors, where these are known.
    ///
    /// @param tolerance above 0, at most 0.5
    /// @throws IllegalArgumentException if it is out of its range or the predictions are on other
    ///   contexts
    static Solution of(KnownSource source, Predictions predictions, double tolerance) {
        if (!(tolerance > 0 && tolerance <= 0.5)) {
            throw new IllegalArgumentException(
                    "tolerance = %s, must be above 0 and at most 0.5".formatted(tolerance));
        }
        Predictions.requireOnePerContext(source, predictions.rows().size());
        Evidence found = evidence(source, predictions);
        double gap = found.unigramEntropy() - found.entropyRate();
        if (found.separation() <= Distribution.TOLERANCE) {
            return new Indistinguishable(found, found.toUnigram() <= tolerance);
        }
        double near = tolerance * found.separation();
        double noise = tolerance * gap + Loss.allowance(found.loss().standardError());
        double loss = found.loss().mean();
        if (found.toBigram() <= near && loss - found.entropyRate() <= noise) {
            return new Bigram(found);
        }
        if (found.toUnigram() <= near && Math.abs(loss - found.unigramEntropy()) <= noise) {
            return new Unigram(found);
        }
        return new Neither(found);
    }

    private static Evidence evidence(KnownSource source, Predictions predictions) {
        Distribution pi = source.unigram();
        Distribution occurs = source.contextLaw();
        double toBigram = 0;
        double toUnigram = 0;
        double separation = 0;
        double seen = 0;
        for (int c = 0; c < source.contexts(); c++) {
            double mass = occurs.mass(c);
            Optional<Distribution> row = predictions.rows().get(c);
            separation += mass * source.next(c).distanceTo(pi);
            if (mass > 0 && row.isPresent()) {
                seen += mass;
                toBigram += mass * row.get().distanceTo(source.next(c));
                toUnigram += mass * row.get().distanceTo(pi);
            }
        }
        if (!(seen > 0)) {
            throw new IllegalArgumentException(
                    "no context that occurs in the long run was seen, must be at least one");
        }
        return new Evidence(
                toBigram / seen,
                toUnigram / seen,
                separation,
                Math.max(0, 1 - seen),
                predictions.spread(),
                predictions.loss(),
                source.entropyRate(),
                source.unigramEntropy(),
                LearnedDirections.of(source, predictions));
    }
}
