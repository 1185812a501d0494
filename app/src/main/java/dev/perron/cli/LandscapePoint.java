package dev.perron.cli;

import dev.perron.transformer.KernelSource;
import dev.perron.transformer.OutputHead;
import dev.perron.transformer.TransformerWeights;
import dev.perron.transformer.landscape.Curvature;
import dev.perron.transformer.landscape.ExpectedLoss;
import dev.perron.transformer.landscape.Nature;
import dev.perron.transformer.landscape.Nature.Flat;
import dev.perron.transformer.landscape.Nature.NotStationary;
import dev.perron.transformer.landscape.Nature.Saddle;
import dev.perron.transformer.landscape.Nature.StrictMinimum;
import dev.perron.transformer.landscape.TheoryPoint;
import dev.perron.transformer.landscape.UnigramForm;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/// A point that the theory names, and what was measured there.
///
/// @param name `unigram`, `bigram` or `checkpoint`
/// @param head of the model
/// @param weights how many the model has
/// @param nature measured
/// @param formDifference the largest difference of the measured Hessian from the quadratic form of
///   the theory, where that speaks of the point
record LandscapePoint(
        String name, OutputHead head, int weights, Nature nature, OptionalDouble formDifference) {
    /// The unigram point.
    static LandscapePoint unigram(ExpectedLoss expected, TransformerWeights point) {
        Optional<UnigramForm> form = UnigramForm.of(expected, point);
        return new LandscapePoint(
                "unigram",
                point.config().head(),
                point.layout().size(),
                Nature.of(expected, point),
                form.isPresent()
                        ? OptionalDouble.of(form.get().differenceFrom(expected.hessian(point)))
                        : OptionalDouble.empty());
    }

    /// A trained model, its context cut to the loss's.
    static LandscapePoint trained(ExpectedLoss expected, TransformerWeights weights) {
        return new LandscapePoint(
                "checkpoint",
                weights.config().head(),
                weights.layout().size(),
                Nature.of(expected, weights),
                OptionalDouble.empty());
    }

    /// The explicit global minimum, where one is known: binary sources of order 1 with p and q
    /// inside (0, 1), and not a tied head without an MLP if p + q is above 1.
    static Optional<LandscapePoint> bigram(ExpectedLoss expected) {
        if (!(expected.source() instanceof KernelSource source)
                || !CanonicalFlows.canonical(source)
                || !TheoryPoint.hasBigram(expected.config())) {
            return Optional.empty();
        }
        double stay = source.next(0).mass(1) + source.next(1).mass(0);
        if (expected.config().head().tied() && expected.config().dMlp() == 0 && stay > 1) {
            return Optional.empty();
        }
        TransformerWeights point = TheoryPoint.bigram(source, expected.config());
        return Optional.of(
                new LandscapePoint(
                        "bigram",
                        point.config().head(),
                        point.layout().size(),
                        Nature.of(expected, point),
                        OptionalDouble.empty()));
    }

    /// `tied` or `untied`.
    static String word(OutputHead head) {
        return head.tied() ? "tied" : "untied";
    }

    /// What kind of point it is, in a word or two.
    String kind() {
        return switch (nature) {
            case NotStationary _ -> "not stationary";
            case Saddle _ -> "saddle";
            case StrictMinimum _ -> "minimum";
            case Flat flat -> flat.noneLower() ? "minimum, flat" : "flat, left by higher order";
        };
    }

    Map<String, Object> document() {
        Map<String, Object> point =
                Json.object(
                        "point", name,
                        "head", word(head),
                        "weights", weights,
                        "nature", kind(),
                        "loss", nature.loss(),
                        "gradientNorm", nature.gradientNorm());
        Curvature c = nature.curvature();
        point.putAll(
                Json.object(
                        "negative", c.negative(),
                        "zero", c.zero(),
                        "positive", c.positive(),
                        "least", c.least(),
                        "greatest", c.greatest(),
                        "tolerance", c.tolerance(),
                        "eigenvalues", c.eigenvalues()));
        if (nature instanceof Flat flat) {
            point.putAll(Json.object("flatTried", flat.trials(), "flatLowest", flat.lowest()));
        }
        point.put(
                "formDifference",
                formDifference.isPresent() ? formDifference.getAsDouble() : Double.NaN);
        return point;
    }
}
