package dev.perron.cli;

import dev.perron.attention.HeadWeighting;
import dev.perron.attention.SpecialTokens;
import dev.perron.vision.LayerChoice;
import dev.perron.vision.PatchScore;
import dev.perron.vision.PatchScore.Origin;
import dev.perron.vision.Threshold;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/// A way to find the subject of a photograph, with everything in it that is to be chosen.
///
/// @param name what a table calls it
/// @param candidates of which one is chosen, at least one
record SegmentationMethod(String name, List<Candidate> candidates) {
    private static final int LONGEST = 4;
    private static final int MOST_STEPS = 4;

    SegmentationMethod {
        candidates = List.copyOf(candidates);
    }

    /// One setting.
    ///
    /// @param steps of a walk, 0 where there is none
    /// @param layers which of them
    record Candidate(PatchScore score, int steps, LayerChoice layers, Threshold threshold) {
        /// `layers 5-8, otsu`.
        String words() {
            String named =
                    switch (layers) {
                        case LayerChoice.LeastBorder() -> "layer auto";
                        case LayerChoice.Fixed(var fixed) ->
                                fixed.size() == 1
                                        ? "layer " + fixed.getFirst()
                                        : "layers %d-%d"
                                                .formatted(fixed.getFirst(), fixed.getLast());
                    };
            return "%s, %s%s"
                    .formatted(
                            named,
                            threshold.name().toLowerCase(Locale.ROOT),
                            steps == 0 ? "" : ", n = " + steps);
        }
    }

    boolean usesChain() {
        return candidates.getFirst().score().usesChain();
    }

    /// All that are compared, those on chains first.
    ///
    /// @param layers of the model
    static List<SegmentationMethod> all(int layers) {
        HeadWeighting lambda2 = new HeadWeighting.ByLambda2();
        return List.of(
                of(
                        "metastable states x sqrt(pi)",
                        layers,
                        new PatchScore.WeightedMetastable(SpecialTokens.CENSOR)),
                new SegmentationMethod(
                        "metastable states x sqrt(pi), layer auto",
                        List.of(
                                new Candidate(
                                        new PatchScore.WeightedMetastable(SpecialTokens.CENSOR),
                                        0,
                                        new LayerChoice.LeastBorder(),
                                        Threshold.OTSU))),
                of("metastable states", layers, new PatchScore.Metastable(SpecialTokens.CENSOR)),
                of("time from border", layers, new PatchScore.BorderTime(SpecialTokens.DROP)),
                of("TokenRank", layers, new PatchScore.Rank(0.99, SpecialTokens.KEEP)),
                walks(
                        "bounces from CLS",
                        layers,
                        n -> new PatchScore.Bounce(Origin.CLS, n, lambda2)),
                walks(
                        "bounces from centre",
                        layers,
                        n -> new PatchScore.Bounce(Origin.CENTRE, n, lambda2)),
                walks(
                        "bounces to centre",
                        layers,
                        n -> new PatchScore.BounceTo(Origin.CENTRE, n, lambda2)),
                of("column select", layers, new PatchScore.ColumnSelect()),
                of("row select (CLS)", layers, new PatchScore.RowSelect()),
                of("column sum", layers, new PatchScore.ColumnSum()),
                of("rollout (CLS)", layers, new PatchScore.RolloutRow()),
                of(
                        "symmetrised bipartition",
                        layers,
                        new PatchScore.SymmetrisedBipartition(SpecialTokens.DROP)),
                of(
                        "symmetrised bipartition x sqrt(degree)",
                        layers,
                        new PatchScore.WeightedBipartition(SpecialTokens.DROP)),
                of("centre prior", 1, new PatchScore.CentrePrior()));
    }

    private static SegmentationMethod of(String name, int layers, PatchScore score) {
        return new SegmentationMethod(name, candidates(0, layers, score));
    }

    /// A walk of one step is no more than a row or a column.
    private static SegmentationMethod walks(
            String name, int layers, IntFunction<PatchScore> score) {
        return new SegmentationMethod(
                name,
                IntStream.rangeClosed(2, MOST_STEPS)
                        .boxed()
                        .flatMap(n -> candidates(n, layers, score.apply(n)).stream())
                        .toList());
    }

    /// Every layer, up to four that follow each other, and all; both thresholds.
    private static List<Candidate> candidates(int steps, int layers, PatchScore score) {
        List<Candidate> candidates = new ArrayList<>();
        for (List<Integer> chosen : ranges(layers)) {
            for (Threshold threshold : Threshold.values()) {
                candidates.add(
                        new Candidate(score, steps, new LayerChoice.Fixed(chosen), threshold));
            }
        }
        return candidates;
    }

    private static List<List<Integer>> ranges(int layers) {
        List<List<Integer>> ranges = new ArrayList<>();
        for (int first = 0; first < layers; first++) {
            for (int end = first + 1; end <= Math.min(layers, first + LONGEST); end++) {
                ranges.add(IntStream.range(first, end).boxed().toList());
            }
        }
        if (layers > LONGEST) {
            ranges.add(IntStream.range(0, layers).boxed().toList());
        }
        return ranges;
    }
}
