package dev.perron.cli;

import dev.perron.attention.AttentionChain;
import dev.perron.attention.Bounces;
import dev.perron.attention.HeadWeighting;
import dev.perron.attention.SpecialTokens;
import dev.perron.attention.TokenRank;
import dev.perron.vision.ImageAttention;
import dev.perron.vision.LayerChoice;
import dev.perron.vision.PatchMap;
import dev.perron.vision.PatchScore;
import dev.perron.vision.Threshold;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// How the subject of a photograph is found.
final class SegmentOptions {
    private static final int MOST_STEPS = 10_000;

    /// Out of what patches' values come.
    private enum Method {
        STATES,
        BOUNCE,
        RANK
    }

    @Option(
            names = "--method",
            defaultValue = "states",
            paramLabel = "M",
            description =
                    "states (default): two metastable states of the directed chain, memberships"
                            + " times the root of the stationary distribution; bounce: n steps from"
                            + " a token, heads weighted by |λ₂|; rank: TokenRank.")
    private Method method = Method.STATES;

    @Option(
            names = "--layers",
            defaultValue = "auto",
            paramLabel = "LIST|auto",
            description =
                    "These layers' heads averaged, as 5-8; auto (default): the one layer whose map"
                            + " stays away most from the image's border.")
    private String layers = "auto";

    @Option(
            names = "--threshold",
            paramLabel = "HOW",
            description =
                    "Where to cut: otsu (default), or mean, as the paper does and bounces do by"
                            + " default.")
    private @Nullable Threshold threshold;

    @Option(
            names = "--from",
            paramLabel = "TOKEN",
            description = "Of bounces: the patch to start at, as 7,7, or CLS (default).")
    private @Nullable String from;

    @Option(
            names = "--from-pixel",
            paramLabel = "X,Y",
            description = "Of bounces: start at the patch that this pixel lies in.")
    private @Nullable String fromPixel;

    @Option(names = "--steps", paramLabel = "N", description = "Of bounces: how many (default 2).")
    private @Nullable Integer steps;

    @Option(
            names = "--special-tokens",
            paramLabel = "HOW",
            description =
                    "Of states and rank: what becomes of CLS and registers: censor (default), drop"
                            + " or keep; see 'perron rank --help'.")
    private @Nullable SpecialTokens specialTokens;

    /// Values of patches, and of which layers they are.
    ///
    /// @param because how the layers were chosen
    record Made(PatchMap map, List<Integer> layers, String because) {}

    /// Refuses what can't be asked, before anything is read.
    void check() {
        if (steps() < 1 || steps() > MOST_STEPS) {
            throw new Failure(
                    ExitCode.USAGE,
                    "--steps %d, must be from 1 to %d".formatted(steps(), MOST_STEPS));
        }
        if (method == Method.BOUNCE) {
            if (from != null && fromPixel != null) {
                throw new Failure(
                        ExitCode.USAGE, "--from and --from-pixel exclude each other; give one");
            }
            if (specialTokens != null) {
                throw new Failure(
                        ExitCode.USAGE,
                        "--special-tokens is about --method states and rank; bounces keep all"
                                + " tokens, leave it out");
            }
            return;
        }
        requireBounce("--from", from);
        requireBounce("--from-pixel", fromPixel);
        requireBounce("--steps", steps);
    }

    private void requireBounce(String option, @Nullable Object given) {
        if (given != null) {
            throw new Failure(
                    ExitCode.USAGE,
                    "%s needs --method bounce: %s has no walk to start or to end"
                            .formatted(option, named()));
        }
    }

    private int steps() {
        return steps == null ? 2 : steps;
    }

    private String from() {
        return from == null ? "CLS" : from;
    }

    private SpecialTokens specialTokens() {
        return specialTokens == null ? SpecialTokens.CENSOR : specialTokens;
    }

    String method() {
        return switch (method) {
            case STATES -> "metastable states";
            case BOUNCE ->
                    "%d bounces from %s"
                            .formatted(steps(), fromPixel == null ? from() : "pixel " + fromPixel);
            case RANK -> "TokenRank";
        };
    }

    Threshold threshold() {
        if (threshold != null) {
            return threshold;
        }
        return method == Method.BOUNCE ? Threshold.MEAN : Threshold.OTSU;
    }

    /// The values.
    Made map(ImageAttention seen, Picture picture) {
        if (method == Method.BOUNCE) {
            return bounced(seen, picture);
        }
        PatchScore score =
                method == Method.STATES
                        ? new PatchScore.WeightedMetastable(specialTokens())
                        : new PatchScore.Rank(TokenRank.ALPHA, specialTokens());
        LayerChoice choice =
                auto() ? new LayerChoice.LeastBorder() : new LayerChoice.Fixed(chosen(seen));
        LayerChoice.Chosen found = choice.of(score, seen);
        return new Made(scored(found.outcome()), found.layers(), because());
    }

    /// From a token that the user names; `auto` tries each layer.
    private Made bounced(ImageAttention seen, Picture picture) {
        List<List<Integer>> candidates =
                auto()
                        ? seen.attention().layers().stream().map(List::of).toList()
                        : List.of(chosen(seen));
        Made best = null;
        double least = Double.POSITIVE_INFINITY;
        for (List<Integer> candidate : candidates) {
            PatchMap map = bounced(seen, picture, candidate);
            double share = LayerChoice.borderShare(map);
            if (best == null || share < least) {
                least = share;
                best = new Made(map, candidate, because());
            }
        }
        if (best == null) {
            throw new Failure(ExitCode.INPUT, "the model has no layers");
        }
        return best;
    }

    private PatchMap bounced(ImageAttention seen, Picture picture, List<Integer> candidate) {
        HeadWeighting byLambda2 = new HeadWeighting.ByLambda2();
        return switch (seen.chain(candidate, byLambda2, SpecialTokens.KEEP)) {
            case AttentionChain.Undefined(String explanation) ->
                    throw new Failure(ExitCode.NUMERICAL, explanation);
            case AttentionChain.Defined chain -> {
                Subject subject =
                        new Subject(
                                new Source(
                                        picture.file().toString(),
                                        picture.facts(),
                                        Optional.of(picture)),
                                Extent.of(seen.attention()),
                                chain,
                                byLambda2,
                                SpecialTokens.KEEP);
                int start =
                        fromPixel == null
                                ? TokenChoice.state("--from", from(), subject)
                                : TokenChoice.atPixel("--from-pixel", fromPixel, subject);
                double[] after =
                        Bounces.of(chain.transition(), new Bounces.Start.From(start), steps())
                                .after(steps());
                yield picture.map(subject.tokens(), after);
            }
        };
    }

    private String named() {
        return "--method " + method.name().toLowerCase(Locale.ROOT);
    }

    private boolean auto() {
        return layers.equals("auto");
    }

    private String because() {
        return auto() ? "auto: the map stays away most from the border" : "as asked for";
    }

    private List<Integer> chosen(ImageAttention seen) {
        return ExtractCommand.layers(layers, seen.attention().layers().size());
    }

    private PatchMap scored(PatchScore.Outcome outcome) {
        return switch (outcome) {
            case PatchScore.Outcome.Scored(PatchMap map) -> map;
            case PatchScore.Outcome.Undefined(String explanation) ->
                    throw new Failure(ExitCode.NUMERICAL, named() + ": " + explanation);
            case PatchScore.Outcome.NotApplicable(String explanation) ->
                    throw new Failure(ExitCode.INPUT, named() + ": " + explanation);
        };
    }
}
