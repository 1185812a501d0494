package dev.perron.vision;

import dev.perron.attention.AttentionChain;
import dev.perron.attention.AttentionHead;
import dev.perron.attention.AttentionTensor;
import dev.perron.attention.Bounces;
import dev.perron.attention.Direction;
import dev.perron.attention.HeadWeighting;
import dev.perron.attention.Rollout;
import dev.perron.attention.SpecialTokens;
import dev.perron.attention.TokenRank;
import dev.perron.chain.Distribution;
import dev.perron.chain.StochasticMatrix;
import dev.perron.chain.Teleporting;
import dev.perron.chain.Transition;
import dev.perron.chain.passage.HittingTimes;
import dev.perron.chain.spectrum.MetastableStates;
import dev.perron.chain.stationary.StationaryDistribution;
import dev.perron.vision.PatchScore.Outcome;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// How each [PatchScore] is computed, on one image and some layers.
final class PatchScoring {
    private static final HeadWeighting MEAN = new HeadWeighting.Mean();

    private final ImageAttention image;
    private final PatchGrid grid;
    private final List<Integer> layers;

    PatchScoring(ImageAttention image, List<Integer> layers) {
        this.image = image;
        this.grid = image.grid();
        this.layers = layers;
    }

    /// What is made of a chain, and of which token each of its states is.
    @FunctionalInterface
    private interface Question {
        Outcome of(Transition chain, List<Integer> positions);
    }

    Outcome of(PatchScore score) {
        return switch (score) {
            case PatchScore.Metastable(var specials) ->
                    asked(MEAN, specials, (chain, at) -> awayFromBorder(chain, at, 2));
            case PatchScore.WeightedMetastable(var specials) ->
                    asked(MEAN, specials, this::weighted);
            case PatchScore.BorderTime(var specials) -> asked(MEAN, specials, this::borderTime);
            case PatchScore.Rank(double alpha, var specials) ->
                    asked(MEAN, specials, (chain, at) -> rank(chain, at, alpha));
            case PatchScore.Bounce(var from, int steps, var weighting) ->
                    walked(from, steps, weighting, true);
            case PatchScore.BounceTo(var to, int steps, var weighting) ->
                    walked(to, steps, weighting, false);
            case PatchScore.ColumnSelect() -> walked(PatchScore.Origin.CENTRE, 1, MEAN, false);
            case PatchScore.RowSelect() -> walked(PatchScore.Origin.CLS, 1, MEAN, true);
            case PatchScore.ColumnSum() ->
                    asked(
                            MEAN,
                            SpecialTokens.KEEP,
                            (chain, at) ->
                                    onPatches(
                                            Bounces.of(chain, new Bounces.Start.FromUniform(), 1)
                                                    .after(1),
                                            at));
            case PatchScore.RolloutRow() -> rollout();
            case PatchScore.SymmetrisedBipartition(var specials) ->
                    asked(MEAN, specials, (chain, at) -> awayFromBorder(symmetrised(chain), at, 2));
            case PatchScore.WeightedBipartition(var specials) ->
                    asked(MEAN, specials, this::weightedBipartition);
            case PatchScore.CentrePrior() -> new Outcome.Scored(centrePrior());
        };
    }

    private Outcome asked(HeadWeighting weighting, SpecialTokens specials, Question question) {
        return switch (image.chain(layers, weighting, specials)) {
            case AttentionChain.Defined(var chain, var positions, _) ->
                    question.of(chain, positions);
            case AttentionChain.Undefined(String explanation) -> new Outcome.Undefined(explanation);
        };
    }

    /// Of values on states, those of patches.
    private Outcome onPatches(double[] values, List<Integer> positions) {
        double[] patches = new double[grid.patches()];
        for (int state = 0; state < values.length; state++) {
            int patch = positions.get(state) - grid.prefixTokens();
            if (patch >= 0) {
                patches[patch] = values[state];
            }
        }
        return new Outcome.Scored(PatchMap.of(grid, patches));
    }

    private Outcome awayFromBorder(Transition chain, List<Integer> positions, int m) {
        return switch (MetastableStates.of(chain, m)) {
            case MetastableStates.Memberships states -> {
                double[] shares = new double[m]; // of the border
                for (int state = 0; state < positions.size(); state++) {
                    int patch = positions.get(state) - grid.prefixTokens();
                    if (patch >= 0 && grid.onBorder(patch)) {
                        for (int j = 0; j < m; j++) {
                            shares[j] +=
                                    states.memberships().get(state).mass(j)
                                            / states.shares().mass(j);
                        }
                    }
                }
                int background =
                        IntStream.range(0, m)
                                .reduce((a, b) -> shares[b] > shares[a] ? b : a)
                                .orElseThrow();
                yield onPatches(
                        states.memberships().stream()
                                .mapToDouble(chi -> 1 - chi.mass(background))
                                .toArray(),
                        positions);
            }
            case MetastableStates.NotSeparable(_, String reason, _) ->
                    m == 2
                            ? awayFromBorder(chain, positions, 3)
                            : new Outcome.Undefined(
                                    "no 2 or 3 metastable states: %s".formatted(reason));
        };
    }

    private Outcome weighted(Transition chain, List<Integer> positions) {
        Outcome apart = awayFromBorder(chain, positions, 2);
        Outcome mass = rank(chain, positions, 1);
        if (apart instanceof Outcome.Scored(PatchMap chi)
                && mass instanceof Outcome.Scored(PatchMap pi)) {
            double[] memberships = chi.toArray();
            double[] masses = pi.toArray();
            return new Outcome.Scored(
                    PatchMap.of(grid, patch -> memberships[patch] * Math.sqrt(masses[patch])));
        }
        return apart instanceof Outcome.Scored ? mass : apart;
    }

    /// The degrees of a symmetric matrix are to its random walk what π is to any chain.
    private Outcome weightedBipartition(Transition chain, List<Integer> positions) {
        StochasticMatrix walk = symmetrised(chain);
        double[] degrees = new double[chain.states()];
        chain.step(ones(chain.states()), degrees);
        Outcome apart = awayFromBorder(walk, positions, 2);
        if (apart instanceof Outcome.Scored(PatchMap chi)
                && onPatches(degrees, positions) instanceof Outcome.Scored(PatchMap received)) {
            double[] memberships = chi.toArray();
            double[] columns = received.toArray();
            return new Outcome.Scored(
                    PatchMap.of(
                            grid,
                            patch -> memberships[patch] * Math.sqrt((1 + columns[patch]) / 2)));
        }
        return apart;
    }

    private static double[] ones(int n) {
        double[] ones = new double[n];
        Arrays.fill(ones, 1);
        return ones;
    }

    private Outcome borderTime(Transition chain, List<Integer> positions) {
        List<Integer> border =
                IntStream.range(0, positions.size())
                        .filter(
                                state ->
                                        positions.get(state) >= grid.prefixTokens()
                                                && grid.onBorder(
                                                        positions.get(state) - grid.prefixTokens()))
                        .boxed()
                        .toList();
        double[] times =
                HittingTimes.of(chain, border).byState().stream()
                        .mapToDouble(Double::doubleValue)
                        .toArray();
        for (int state = 0; state < times.length; state++) {
            if (Double.isInfinite(times[state])) {
                return new Outcome.Undefined(
                        "from token %d attention may never come to the image's border"
                                .formatted(positions.get(state)));
            }
        }
        return onPatches(times, positions);
    }

    private Outcome rank(Transition chain, List<Integer> positions, double alpha) {
        if (alpha == 1) {
            return switch (StationaryDistribution.of(chain)) {
                case StationaryDistribution.Unique(var pi, _, _) ->
                        onPatches(pi.toArray(), positions);
                case StationaryDistribution.OnePerClass _ ->
                        new Outcome.Undefined("not unique without restarts; take alpha below 1");
            };
        }
        Teleporting teleporting =
                new Teleporting(chain, alpha, Distribution.uniform(chain.states()));
        return switch (TokenRank.of(teleporting, Direction.INCOMING)) {
            case TokenRank.Ranked(var scores, _) -> onPatches(scores.toArray(), positions);
            case TokenRank.NotConverged(_, var certificate) ->
                    new Outcome.Undefined("TokenRank didn't converge: " + certificate);
            case TokenRank.NotUnique _ -> new Outcome.Undefined("TokenRank isn't unique");
            case TokenRank.Undefined(int state) ->
                    new Outcome.Undefined("nobody looks at token " + positions.get(state));
        };
    }

    private Outcome walked(
            PatchScore.Origin origin, int steps, HeadWeighting weighting, boolean from) {
        if (origin == PatchScore.Origin.CLS && grid.prefixTokens() == 0) {
            return new Outcome.NotApplicable("the model has no CLS token");
        }
        int token =
                switch (origin) {
                    case CLS -> 0;
                    case CENTRE ->
                            grid.prefixTokens()
                                    + grid.rows() / 2 * grid.columns()
                                    + grid.columns() / 2;
                };
        return asked(
                weighting,
                SpecialTokens.KEEP,
                (chain, at) ->
                        onPatches(
                                Bounces.of(
                                                chain,
                                                from
                                                        ? new Bounces.Start.From(token)
                                                        : new Bounces.Start.To(token),
                                                steps)
                                        .after(steps),
                                at));
    }

    private Outcome rollout() {
        if (grid.prefixTokens() == 0) {
            return new Outcome.NotApplicable("the model has no CLS token");
        }
        AttentionTensor all = image.attention();
        int last = layers.getLast();
        List<AttentionHead> below =
                all.all().stream().filter(head -> head.layer() <= last).toList();
        Rollout rollout = Rollout.of(AttentionTensor.ofHeads(all.tokens(), below));
        double[] inputs = rollout.inputs(Distribution.at(0, all.tokens().size())).toArray();
        return new Outcome.Scored(PatchMap.ofTokens(grid, inputs));
    }

    private static StochasticMatrix symmetrised(Transition chain) {
        int n = chain.states();
        double[] sum = new double[n * n];
        double[] row = new double[n];
        for (int i = 0; i < n; i++) {
            chain.row(i, row);
            for (int j = 0; j < n; j++) {
                sum[i * n + j] += row[j];
                sum[j * n + i] += row[j];
            }
        }
        return StochasticMatrix.proportionalTo(n, sum);
    }

    private PatchMap centrePrior() {
        return PatchMap.of(
                grid,
                patch -> {
                    int row = patch / grid.columns();
                    int column = patch % grid.columns();
                    double y = (row + 0.5) / grid.rows() - 0.5;
                    double x = (column + 0.5) / grid.columns() - 0.5;
                    return -Math.hypot(x, y);
                });
    }
}
