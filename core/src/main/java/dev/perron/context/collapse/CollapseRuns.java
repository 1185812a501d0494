package dev.perron.context.collapse;

import dev.perron.context.ContextConditionedChain;
import dev.perron.context.ContextWalk;
import dev.perron.context.Prompt;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator.SplittableGenerator;
import java.util.stream.IntStream;

/// Runs of one chain from one prompt, each with its own generator, looked at now and then.
/// Immutable.
public final class CollapseRuns {
    private final Checkpoints checkpoints;
    private final int tokens;
    private final List<double[]> shares; // one a run, [checkpoints, K]

    private CollapseRuns(Checkpoints checkpoints, int tokens, List<double[]> shares) {
        this.checkpoints = checkpoints;
        this.tokens = tokens;
        this.shares = shares;
    }

    /// Simulates them, in parallel; the result doesn't depend on the number of threads.
    ///
    /// @param checkpoints the last of which ends the runs
    /// @param runs at least 1
    /// @throws IllegalArgumentException if the first checkpoint is before the prompt's end, there
    ///   are no runs, or the chain can't go on from the prompt
    public static CollapseRuns simulate(
            ContextConditionedChain chain,
            Prompt prompt,
            Checkpoints checkpoints,
            int runs,
            long seed) {
        if (runs < 1) {
            throw new IllegalArgumentException("%d runs, must be at least 1".formatted(runs));
        }
        if (checkpoints.times().getFirst() < prompt.length()) {
            throw new IllegalArgumentException(
                    "first checkpoint %d, must be at least %d, the prompt's length"
                            .formatted(checkpoints.times().getFirst(), prompt.length()));
        }
        List<SplittableGenerator> generators = generators(seed, runs);
        List<double[]> shares =
                IntStream.range(0, runs)
                        .parallel()
                        .mapToObj(
                                r ->
                                        run(
                                                chain.walk(prompt, generators.get(r)),
                                                checkpoints,
                                                chain.tokens()))
                        .toList();
        return new CollapseRuns(checkpoints, chain.tokens(), shares);
    }

    /// One generator a run, split from a seed in order.
    static List<SplittableGenerator> generators(long seed, int runs) {
        SplittableRandom root = new SplittableRandom(seed);
        List<SplittableGenerator> generators = new ArrayList<>();
        for (int r = 0; r < runs; r++) {
            generators.add(root.split());
        }
        return generators;
    }

    private static double[] run(ContextWalk walk, Checkpoints checkpoints, int tokens) {
        double[] shares = new double[checkpoints.times().size() * tokens];
        int at = 0;
        for (int time : checkpoints.times()) {
            while (walk.length() < time) {
                walk.step();
            }
            for (int k = 0; k < tokens; k++) {
                shares[at++] = (double) walk.count(k) / time;
            }
        }
        return shares;
    }

    /// When they were looked at.
    public Checkpoints checkpoints() {
        return checkpoints;
    }

    /// How many there are.
    public int runs() {
        return shares.size();
    }

    /// K.
    public int tokens() {
        return tokens;
    }

    /// The share of a token in a run.
    ///
    /// @param checkpoint its number, from 0
    public double share(int run, int checkpoint, int token) {
        return shares.get(run)[checkpoint * tokens + token];
    }

    /// The mean share of a token over some runs.
    public double meanShare(List<Integer> runs, int checkpoint, int token) {
        double sum = 0;
        for (int run : runs) {
            sum += share(run, checkpoint, token);
        }
        return sum / runs.size();
    }

    /// The token with the largest share at the end of a run.
    public int leader(int run) {
        int last = checkpoints.times().size() - 1;
        int best = 0;
        for (int k = 1; k < tokens; k++) {
            best = share(run, last, k) > share(run, last, best) ? k : best;
        }
        return best;
    }

    /// The runs, ascending, that a token leads at the end.
    public List<Integer> ledBy(int token) {
        return IntStream.range(0, runs()).filter(r -> leader(r) == token).boxed().toList();
    }

    /// The runs, ascending, that a token leads at the end with at least this share.
    public List<Integer> wonBy(int token, double share) {
        int last = checkpoints.times().size() - 1;
        return ledBy(token).stream().filter(r -> share(r, last, token) >= share).toList();
    }
}
