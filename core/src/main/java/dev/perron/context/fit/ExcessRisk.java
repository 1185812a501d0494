package dev.perron.context.fit;

import dev.perron.context.ContextConditionedChain;
import dev.perron.context.Prompt;
import dev.perron.context.PromptLaw;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator.SplittableGenerator;
import java.util.stream.IntStream;

/// How much risk estimation costs: E[KL(next law ‖ its estimate)] over fresh prompts, for fits to n
/// samples, many times over. By Wilks it is K(K-1)/(2n) for large n: as many parameters as the
/// identifiable subspace has dimensions.
///
/// @param tokens K
/// @param samples n of each fit
/// @param excess of each fit that converged, in nats
/// @param failed how many didn't: not identifiable or separated
public record ExcessRisk(int tokens, int samples, List<Double> excess, int failed) {
    /// Copies the list.
    public ExcessRisk {
        excess = List.copyOf(excess);
    }

    /// Simulates fits, in parallel; the result doesn't depend on the number of threads.
    ///
    /// @param length of the prompts
    /// @param fresh prompts over which the risk is taken
    /// @throws IllegalArgumentException if a number is below 1
    public static ExcessRisk simulate(
            ContextConditionedChain chain,
            PromptLaw law,
            int length,
            int samples,
            int replicates,
            int fresh,
            long seed) {
        if (samples < 1 || replicates < 1 || fresh < 1) {
            throw new IllegalArgumentException(
                    "%d samples, %d replicates, %d fresh prompts, must be at least 1 each"
                            .formatted(samples, replicates, fresh));
        }
        SplittableRandom root = new SplittableRandom(seed);
        SplittableGenerator forPrompts = root.split();
        List<Prompt> prompts = new ArrayList<>();
        for (int i = 0; i < fresh; i++) {
            prompts.add(law.draw(length, forPrompts));
        }
        List<SplittableGenerator> generators = new ArrayList<>();
        for (int r = 0; r < replicates; r++) {
            generators.add(root.split());
        }
        List<Double> all =
                IntStream.range(0, replicates)
                        .parallel()
                        .mapToObj(
                                r ->
                                        excess(
                                                chain,
                                                law,
                                                length,
                                                samples,
                                                prompts,
                                                generators.get(r)))
                        .toList();
        List<Double> found = all.stream().filter(Double::isFinite).toList();
        return new ExcessRisk(chain.tokens(), samples, found, replicates - found.size());
    }

    /// Infinite where there is no fit.
    private static double excess(
            ContextConditionedChain chain,
            PromptLaw law,
            int length,
            int samples,
            List<Prompt> fresh,
            SplittableGenerator random) {
        ContextCounts.Builder counts = new ContextCounts.Builder(chain.tokens());
        for (int i = 0; i < samples; i++) {
            Prompt prompt = law.draw(length, random);
            counts.add(prompt, chain.draw(prompt, random));
        }
        return switch (Fit.of(counts.build(), FitOptions.maximumLikelihood())) {
            case Fit.Converged(ContextConditionedChain estimate, _, _) -> {
                double sum = 0;
                for (Prompt prompt : fresh) {
                    sum += divergence(chain, estimate, prompt);
                }
                yield sum / fresh.size();
            }
            case Fit.NotConverged _, Fit.NotIdentifiable _, Fit.Separated _ ->
                    Double.POSITIVE_INFINITY;
        };
    }

    private static double divergence(
            ContextConditionedChain chain, ContextConditionedChain estimate, Prompt prompt) {
        var law = chain.next(prompt);
        var other = estimate.next(prompt);
        double sum = 0;
        for (int j = 0; j < law.states(); j++) {
            if (law.mass(j) > 0) {
                sum += law.mass(j) * Math.log(law.mass(j) / other.mass(j));
            }
        }
        return sum;
    }

    /// Mean excess times 2n/(K(K-1)), which tends to 1.
    public double ratio() {
        return scale() * mean();
    }

    /// The standard error of [#ratio], from how the fits scatter.
    public double ratioError() {
        double mean = mean();
        double squares = excess.stream().mapToDouble(x -> (x - mean) * (x - mean)).sum();
        int n = excess.size();
        return scale() * Math.sqrt(squares / (n - 1) / n);
    }

    private double mean() {
        return excess.stream().mapToDouble(x -> x).average().orElse(Double.NaN);
    }

    private double scale() {
        return 2.0 * samples / (tokens * (tokens - 1.0));
    }
}
