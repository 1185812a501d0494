package dev.perron.context;

import dev.perron.chain.Distribution;
import dev.perron.chain.Transition;
import dev.perron.chain.path.Draw;
import dev.perron.chain.path.Trajectory;

import java.util.random.RandomGenerator;

/// Where prompts come from.
public sealed interface PromptLaw {
    /// Tokens drawn one by one from the same law.
    ///
    /// @param frequencies of the tokens; [Distribution#uniform] for all alike
    record Independent(Distribution frequencies) implements PromptLaw {}

    /// A path of a Markov chain.
    ///
    /// @param chain on the tokens
    /// @param start the law of the first one
    record Path(Transition chain, Distribution start) implements PromptLaw {
        /// Checks that they fit.
        ///
        /// @throws IllegalArgumentException if `start` is on another number of tokens
        public Path {
            chain.requireSameStates(start);
        }
    }

    /// Stretches of a text, which begin anywhere in it.
    ///
    /// @param text its tokens
    record Stretches(Trajectory text) implements PromptLaw {}

    /// A prompt.
    ///
    /// @param length its number of tokens
    /// @throws IllegalArgumentException if `length` is below 1, or above that of the text
    default Prompt draw(int length, RandomGenerator random) {
        if (length < 1) {
            throw new IllegalArgumentException("length %d, must be at least 1".formatted(length));
        }
        return switch (this) {
            case Independent(Distribution frequencies) -> {
                double[] law = frequencies.toArray();
                int[] tokens = new int[length];
                for (int l = 0; l < length; l++) {
                    tokens[l] = Draw.from(law, random.nextDouble());
                }
                yield Prompt.of(tokens);
            }
            case Path(Transition chain, Distribution start) ->
                    Prompt.of(Trajectory.sampled(chain, start, length - 1, random).toArray());
            case Stretches(Trajectory text) -> {
                int places = text.steps() + 2 - length;
                if (places < 1) {
                    throw new IllegalArgumentException(
                            "length %d, must be at most %d, that of the text"
                                    .formatted(length, text.steps() + 1));
                }
                int from = random.nextInt(places);
                int[] tokens = new int[length];
                for (int l = 0; l < length; l++) {
                    tokens[l] = text.state(from + l);
                }
                yield Prompt.of(tokens);
            }
        };
    }
}
