package dev.perron.context.collapse;

import dev.perron.chain.path.Trajectory;
import dev.perron.context.ContextConditionedChain;
import dev.perron.context.ContextWalk;
import dev.perron.context.Prompt;
import dev.perron.context.fit.ContextCounts;
import dev.perron.context.fit.Fit;
import dev.perron.context.fit.FitOptions;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;

/// How far the context-conditioned law explains a text that something else wrote. The chain is
/// fitted to the first half of what was written, with a ridge, and held against the second half.
///
/// @param newTokens share of the second half's tokens that weren't in the context before: the law
///   gives them no probability at all
/// @param repeats how many others there are
/// @param logLoss mean of -log Pr over those, in nats, by each law; empty without any
/// @param observed repetition in the second half
/// @param predicted repetition in continuations of the first half by the fitted chain, one a run
/// @param winner the token that leads the first half, prompt included
/// @param winnerShare its share of the context as the second half goes on
/// @param lossSoFar how the losses of the laws settle as the second half goes on, at the same times
public record Observation(
        double newTokens,
        int repeats,
        Map<Law, Double> logLoss,
        Repetition observed,
        List<Repetition> predicted,
        int winner,
        List<WinnerShare> winnerShare,
        List<LossSoFar> lossSoFar) {
    /// Smoothing of the pairs' law: what is added to each count.
    private static final double PSEUDO_COUNT = 0.1;

    private static final int POINTS = 20;

    /// The share of the winner at a time.
    ///
    /// @param length of the context
    /// @param observed share
    /// @param predicted mean over the simulated continuations
    /// @param low what 5 % of them are below
    /// @param high what 5 % of them are above
    public record WinnerShare(
            int length, double observed, double predicted, double low, double high) {}

    /// The loss of each law up to a time.
    ///
    /// @param length of the context
    /// @param logLoss mean of -log Pr over the repeats from the half to there; empty before the
    ///   first
    public record LossSoFar(int length, Map<Law, Double> logLoss) {
        /// Copies.
        public LossSoFar {
            logLoss = Map.copyOf(logLoss);
        }
    }

    /// Laws that the second half is held against.
    public enum Law {
        /// The fitted context-conditioned chain.
        CONTEXT_CONDITIONED,
        /// In proportion to the counts of the context.
        COUNTS,
        /// Pairs of the first half, smoothed, among the tokens of the context.
        PAIRS
    }

    /// Copies.
    public Observation {
        logLoss = Map.copyOf(logLoss);
        predicted = List.copyOf(predicted);
        winnerShare = List.copyOf(winnerShare);
        lossSoFar = List.copyOf(lossSoFar);
    }

    /// The loss of a law, if there were repeats to judge it by.
    public OptionalDouble logLoss(Law law) {
        Double loss = logLoss.get(law);
        return loss == null ? OptionalDouble.empty() : OptionalDouble.of(loss);
    }

    /// A part of the predicted values, in order: 0.05 for the end that 5 % are below.
    public double predicted(ToDoubleFunction<Repetition> what, double quantile) {
        return quantile(predicted.stream().mapToDouble(what).sorted().toArray(), quantile);
    }

    private static double quantile(double[] sorted, double quantile) {
        return sorted[(int) Math.clamp(quantile * sorted.length, 0, sorted.length - 1.0)];
    }

    /// Of a text.
    ///
    /// @param text tokens from 0 to K-1
    /// @param given how many of them were the prompt
    /// @param ridge of the fit, positive
    /// @param runs continuations that are simulated, at least 1
    /// @throws IllegalArgumentException if fewer than eight tokens were written, the ridge isn't
    ///   positive, or there are no runs
    public static Observation of(
            Trajectory text, int given, int tokens, double ridge, int runs, long seed) {
        int[] all = text.toArray();
        int written = all.length - given;
        if (written < 8 || runs < 1 || !(ridge > 0)) {
            throw new IllegalArgumentException(
                    "%d tokens written, %d runs, ridge %s, must be at least 8 and 1, and positive"
                            .formatted(written, runs, ridge));
        }
        int half = given + written / 2;
        Trajectory first = Trajectory.of(Arrays.copyOf(all, half));
        ContextConditionedChain chain = fitted(first, given, tokens, ridge);
        double[] pairs = new double[tokens * tokens];
        Arrays.fill(pairs, PSEUDO_COUNT);
        double[] counts = new double[tokens];
        Map<Law, Double> losses = new EnumMap<>(Law.class);
        int repeats = 0;
        List<LossSoFar> soFar = new ArrayList<>();
        for (int t = 0; t < all.length; t++) {
            if (t == length(half, all.length, soFar.size())) {
                soFar.add(new LossSoFar(t, divided(losses, repeats)));
            }
            int token = all[t];
            if (t >= half && counts[token] > 0) {
                int query = all[t - 1];
                repeats++;
                double likely = 0;
                for (int j = 0; j < tokens; j++) {
                    likely += counts[j] > 0 ? pairs[query * tokens + j] : 0;
                }
                losses.merge(
                        Law.CONTEXT_CONDITIONED,
                        -Math.log(chain.next(query, counts).mass(token)),
                        Double::sum);
                losses.merge(Law.COUNTS, -Math.log(counts[token] / t), Double::sum);
                losses.merge(
                        Law.PAIRS, -Math.log(pairs[query * tokens + token] / likely), Double::sum);
            } else if (t > 0 && t < half) {
                pairs[all[t - 1] * tokens + token]++;
            }
            counts[token]++;
        }
        Map<Law, Double> means = divided(losses, repeats);
        soFar.add(new LossSoFar(all.length, means));
        List<int[]> continuations = continuations(chain, first, all.length - half, runs, seed);
        int winner = leader(first, tokens);
        return new Observation(
                1 - (double) repeats / (all.length - half),
                repeats,
                means,
                Repetition.of(Arrays.copyOfRange(all, half, all.length)),
                continuations.stream().map(Repetition::of).toList(),
                winner,
                shares(winner, all, half, continuations),
                soFar);
    }

    private static Map<Law, Double> divided(Map<Law, Double> sums, int by) {
        Map<Law, Double> means = new EnumMap<>(Law.class);
        sums.forEach((law, sum) -> means.put(law, sum / by));
        return means;
    }

    /// The context's length at one of the evenly spaced times of the second half, from 0: the
    /// beginning and the end are among them.
    private static int length(int half, int end, int point) {
        return half + (int) ((long) (end - half) * point / Math.min(POINTS, end - half));
    }

    private static int leader(Trajectory text, int tokens) {
        int[] counts = Prompt.of(text.toArray()).counts(tokens);
        int best = 0;
        for (int k = 1; k < tokens; k++) {
            best = counts[k] > counts[best] ? k : best;
        }
        return best;
    }

    private static List<WinnerShare> shares(
            int winner, int[] all, int half, List<int[]> continuations) {
        List<WinnerShare> shares = new ArrayList<>();
        int before = times(winner, all, 0, half);
        for (int point = 0; point <= Math.min(POINTS, all.length - half); point++) {
            int at = length(half, all.length, point);
            double[] predicted =
                    continuations.stream()
                            .mapToDouble(
                                    run ->
                                            (double) (before + times(winner, run, 0, at - half))
                                                    / at)
                            .sorted()
                            .toArray();
            shares.add(
                    new WinnerShare(
                            at,
                            (double) (before + times(winner, all, half, at)) / at,
                            Arrays.stream(predicted).average().orElse(Double.NaN),
                            quantile(predicted, 0.05),
                            quantile(predicted, 0.95)));
        }
        return shares;
    }

    private static int times(int token, int[] tokens, int from, int to) {
        int times = 0;
        for (int t = from; t < to; t++) {
            times += tokens[t] == token ? 1 : 0;
        }
        return times;
    }

    private static ContextConditionedChain fitted(
            Trajectory text, int given, int tokens, double ridge) {
        ContextCounts counts = new ContextCounts.Builder(tokens).addRepeats(text, given).build();
        return switch (Fit.of(counts, FitOptions.maximumLikelihood().withRidge(ridge))) {
            case Fit.Converged(var chain, _, _) -> chain;
            case Fit.NotConverged _, Fit.NotIdentifiable _, Fit.Separated _ ->
                    throw new IllegalArgumentException(
                            "ridge = %s is too small for a fit, must be larger".formatted(ridge));
        };
    }

    private static List<int[]> continuations(
            ContextConditionedChain chain, Trajectory first, int steps, int runs, long seed) {
        Prompt prompt = Prompt.of(first.toArray());
        List<int[]> predicted = new ArrayList<>();
        for (var random : CollapseRuns.generators(seed, runs)) {
            ContextWalk walk = chain.walk(prompt, random);
            int[] tokens = new int[steps];
            for (int t = 0; t < steps; t++) {
                tokens[t] = walk.step();
            }
            predicted.add(tokens);
        }
        return predicted;
    }
}
