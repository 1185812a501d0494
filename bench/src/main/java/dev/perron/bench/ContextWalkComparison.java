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
/// every token once.
record ContextWalkComparison() implements Comparison {
    @Override
    public String name() {
        return "contextwalk";
    }

    @Override
    public void compare(Setting setting, Consumer<Line> results) {
        int steps = setting.choose(1_000_000, 2_000);
        int most = setting.choose(4096, 16);
        Samples few = of(setting, 2, steps);
        double perLog = few.median();
        for (int k = 2; k <= most; k *= 2) {
            Samples samples = k == 2 ? few : of(setting, k, steps);
            String data = "K = %d, %d steps".formatted(k, steps);
            results.accept(
                    new Line.Measured(
                            name(),
                            data,
                            "steps a second, one core",
                            1 / samples.median(),
                            target(k)));
            results.accept(
                    new Line.Measured(
                            name(),
                            data,
                            "seconds a step and log₂ K, to those of K = 2",
                            samples.median() / perLog / (Math.log(k) / Math.log(2)),
                            k == most ? Optional.of(Target.atMost(1)) : Optional.empty()));
        }
    }

    private static Optional<Target> target(int tokens) {
        return switch (tokens) {
            case 2 -> Optional.of(Target.atLeast(1e7));
            case 512 -> Optional.of(Target.atLeast(5e6));
            default -> Optional.empty();
        };
    }

    /// Seconds a step.
    private static Samples of(Setting setting, int tokens, int steps) {
        SplittableRandom random = new SplittableRandom(tokens);
        ContextConditionedChain chain =
                ContextConditionedChain.of(
                        StochasticMatrix.proportionalTo(
                                tokens,
                                IntStream.range(0, tokens * tokens)
                                        .mapToDouble(
                                                _ ->
                                                        Double.MIN_NORMAL
                                                                - Math.log1p(-random.nextDouble()))
                                        .toArray()));
        Prompt prompt = Prompt.of(IntStream.range(0, tokens).toArray());
        Stopwatch watch =
                Stopwatch.warmedUp(
                        setting.warmUp(),
                        () -> {
                            ContextWalk walk = chain.walk(prompt, random.split());
                            for (int t = 0; t < steps; t++) {
                                walk.step();
                            }
                        });
        return new Samples(
                Rounds.of(setting.rounds(), watch).getFirst().seconds().stream()
                        .map(seconds -> seconds / steps)
                        .toList());
    }
}
