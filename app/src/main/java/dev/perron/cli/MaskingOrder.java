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

    /// Whether a directed chain was asked.
    boolean usesChain();

    /// Patches by falling importance.
    ///
    /// @param image its number, so that random orders of two images differ
    List<Integer> of(ImageAttention seen, List<Integer> layers, int image);

    /// By a score.
    record Scored(String name, PatchScore score) implements MaskingOrder {
        @Override
        public boolean usesChain() {
            return score.usesChain();
        }

        @Override
        public List<Integer> of(ImageAttention seen, List<Integer> layers, int image) {
            return switch (score.of(seen, layers)) {
                case PatchScore.Outcome.Scored(PatchMap map) -> {
                    double[] values = map.toArray();
                    yield IntStream.range(0, values.length)
                            .boxed()
                            .sorted(Comparator.comparingDouble((Integer p) -> -values[p]))
                            .toList();
                }
                case PatchScore.Outcome.Undefined(String explanation) ->
                        throw new Failure(ExitCode.NUMERICAL, name + ": " + explanation);
            };
        }
    }

    /// By chance.
    record Shuffled(String name, long seed) implements MaskingOrder {
        @Override
        public boolean usesChain() {
            return false;
        }

        @Override
        public List<Integer> of(ImageAttention seen, List<Integer> layers, int image) {
            List<Integer> patches =
                    new ArrayList<>(IntStream.range(0, seen.grid().patches()).boxed().toList());
            Collections.shuffle(patches, new Random(seed * 1_000_003 + image));
            return patches;
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
            orders.add(new Shuffled("random " + r, seed + r));
        }
        return orders;
    }
}
