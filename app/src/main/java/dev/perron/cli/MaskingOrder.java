package dev.perron.cli;

import dev.perron.attention.HeadWeighting;
import dev.perron.attention.SpecialTokens;
import dev.perron.attention.TokenRank;
import dev.perron.vision.ImageAttention;
import dev.perron.vision.PatchMap;
import dev.perron.vision.PatchScore;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/// In which order patches are taken away.
sealed interface MaskingOrder {
    /// Two bounces are what the paper finds best.
    int BOUNCES = 2;

    /// What a table calls it.
    String name();

    /// What it is counted under: several random orders are one method.
    String method();

    /// Whether a directed chain was asked.
    boolean usesChain();

    /// An order of an image's patches, or why there can't be one.
    sealed interface Outcome {
        /// There is one.
        ///
        /// @param patches by falling importance
        record Ordered(List<Integer> patches) implements Outcome {}

        /// There can't be one, whatever the image.
        ///
        /// @param explanation what the model lacks
        record NotApplicable(String explanation) implements Outcome {}
    }

    /// The patches by falling importance.
    ///
    /// @param image its number, so that random orders of two images differ
    /// @throws Failure if there is none on this image
    Outcome of(ImageAttention seen, List<Integer> layers, int image);

    /// By a score.
    record Scored(String name, PatchScore score) implements MaskingOrder {
        @Override
        public String method() {
            return name;
        }

        @Override
        public boolean usesChain() {
            return score.usesChain();
        }

        @Override
        public Outcome of(ImageAttention seen, List<Integer> layers, int image) {
            return switch (score.of(seen, layers)) {
                case PatchScore.Outcome.Scored(PatchMap map) -> {
                    double[] values = map.toArray();
                    yield new Outcome.Ordered(
                            IntStream.range(0, values.length)
                                    .boxed()
                                    .sorted(Comparator.comparingDouble((Integer p) -> -values[p]))
                                    .toList());
                }
                case PatchScore.Outcome.NotApplicable(String explanation) ->
                        new Outcome.NotApplicable(explanation);
                case PatchScore.Outcome.Undefined(String explanation) ->
                        throw new Failure(ExitCode.NUMERICAL, name + ": " + explanation);
            };
        }
    }

    /// By chance.
    record Shuffled(int number, long seed) implements MaskingOrder {
        @Override
        public String name() {
            return "random " + number;
        }

        @Override
        public String method() {
            return "random";
        }

        @Override
        public boolean usesChain() {
            return false;
        }

        @Override
        public Outcome of(ImageAttention seen, List<Integer> layers, int image) {
            List<Integer> patches =
                    new ArrayList<>(IntStream.range(0, seen.grid().patches()).boxed().toList());
            Collections.shuffle(patches, new Random((seed + number) * 1_000_003 + image));
            return new Outcome.Ordered(patches);
        }
    }

    /// All that are compared.
    static List<MaskingOrder> all(int randomOrders, long seed) {
        List<MaskingOrder> orders =
                new ArrayList<>(
                        List.of(
                                new Scored(
                                        "TokenRank",
                                        new PatchScore.Rank(TokenRank.ALPHA, SpecialTokens.KEEP)),
                                new Scored(
                                        "bounces from CLS",
                                        new PatchScore.Bounce(
                                                PatchScore.Origin.CLS,
                                                BOUNCES,
                                                new HeadWeighting.ByLambda2())),
                                new Scored("column sum", new PatchScore.ColumnSum()),
                                new Scored("CLS row", new PatchScore.RowSelect()),
                                new Scored("rollout", new PatchScore.RolloutRow())));
        for (int r = 0; r < randomOrders; r++) {
            orders.add(new Shuffled(r, seed));
        }
        return orders;
    }
}
