package dev.perron.bench;

import dev.perron.chain.StochasticMatrix;
import dev.perron.context.ContextConditionedChain;
import dev.perron.context.ContextWalk;
import dev.perron.context.Prompt;

import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/// How many steps a second a context-conditioned chain makes on one core, and how the time of a
/// step grows with the number of tokens. Rows are drawn evenly from all laws; each run begins with
/// every token once. Beside it the time of a random read of as many bytes as the base chain has: a
/// step reads a row that the one before it chose.
record ContextWalkComparison() implements Comparison {
    @Override
    public String name() {
        return "contextwalk";
    }

    @Override
    public void compare(Setting setting, Consumer<Line> results) {
        int steps = setting.choose(1_000_000, 2_000);
        int most = setting.choose(4096, 16);
        double fewSeconds = 0;
        double fewWork = 0;
        for (int k = 2; k <= most; k *= 2) {
            ContextConditionedChain chain = chain(k);
            double seconds = seconds(setting, chain, steps);
            double work = work(chain, steps);
            fewSeconds = k == 2 ? seconds : fewSeconds;
            fewWork = k == 2 ? work : fewWork;
            double log = Math.log(k) / Math.log(2);
            String data = "K = %d, %d steps".formatted(k, steps);
            Optional<Target> growth = k == most ? Optional.of(Target.atMost(1)) : Optional.empty();
            note(results, data, "steps a second, one core", 1 / seconds, target(k));
            note(
                    results,
                    data,
                    "seconds a step and log₂ K, to those of K = 2",
                    seconds / fewSeconds / log,
                    growth);
            note(
                    results,
                    data,
                    "draws and table entries a step and log₂ K, to those of K = 2",
                    work / fewWork / log,
                    growth);
            note(
                    results,
                    data,
                    "seconds of a random read of its matrix",
                    randomRead(setting, k),
                    Optional.empty());
        }
    }

    private void note(
            Consumer<Line> results,
            String data,
            String what,
            double value,
            Optional<Target> target) {
        results.accept(new Line.Measured(name(), data, what, value, target));
    }

    private static Optional<Target> target(int tokens) {
        return switch (tokens) {
            case 2 -> Optional.of(Target.atLeast(1e7));
            case 512 -> Optional.of(Target.atLeast(5e6));
            default -> Optional.empty();
        };
    }

    /// Rows drawn evenly from all laws.
    private static ContextConditionedChain chain(int tokens) {
        SplittableRandom random = new SplittableRandom(tokens);
        return ContextConditionedChain.of(
                StochasticMatrix.proportionalTo(
                        tokens,
                        IntStream.range(0, tokens * tokens)
                                .mapToDouble(
                                        _ -> Double.MIN_NORMAL - Math.log1p(-random.nextDouble()))
                                .toArray()));
    }

    private static ContextWalk walk(ContextConditionedChain chain, int steps, long seed) {
        ContextWalk walk =
                chain.walk(
                        Prompt.of(IntStream.range(0, chain.tokens()).toArray()),
                        new SplittableRandom(seed));
        for (int t = 0; t < steps; t++) {
            walk.step();
        }
        return walk;
    }

    /// Of a step: the median of the rounds.
    private static double seconds(Setting setting, ContextConditionedChain chain, int steps) {
        SplittableRandom seeds = new SplittableRandom(1);
        Stopwatch watch =
                Stopwatch.warmedUp(setting.warmUp(), () -> walk(chain, steps, seeds.nextLong()));
        return Rounds.of(setting.rounds(), watch).getFirst().median() / steps;
    }

    private static double work(ContextConditionedChain chain, int steps) {
        return (double) walk(chain, steps, 1).work() / steps;
    }

    /// One that waits for the one before it, as those of a step do.
    private static double randomRead(Setting setting, int tokens) {
        int[] next = new int[Math.max(1024, 2 * tokens * tokens)]; // as many bytes, a power of two
        SplittableRandom random = new SplittableRandom(2);
        for (int i = 0; i < next.length; i++) {
            next[i] = random.nextInt(next.length);
        }
        int reads = setting.choose(1_000_000, 1_000);
        int[] at = {0};
        Stopwatch watch =
                Stopwatch.warmedUp(
                        setting.warmUp() / 4,
                        () -> {
                            int place = at[0];
                            for (int i = 0; i < reads; i++) {
                                place = (next[place] + i) & (next.length - 1);
                            }
                            at[0] = place;
                        });
        return Rounds.of(setting.rounds(), watch).getFirst().median() / reads;
    }
}
