package dev.perron.onnx;

import dev.perron.attention.Token;
import dev.perron.attention.model.ModelException;
import dev.perron.attention.model.TextInput;
import dev.perron.chain.path.Draw;

import java.util.List;
import java.util.function.IntConsumer;
import java.util.random.RandomGenerator;

/// What a language model wrote after a prompt.
///
/// @param text the prompt and what followed, as the model takes it
/// @param prompt how many of its tokens were given, special ones included
public record Generation(TextInput text, int prompt) {
    /// How the next token is chosen.
    public sealed interface Choice {
        /// The likeliest one; of equal ones the first.
        record Greedy() implements Choice {}

        /// Drawn from the softmax of the logits divided by a temperature.
        ///
        /// @param temperature above 0: near it as greedy, 1 the model's own law
        /// @param random a number a token is drawn from it
        record Sampled(double temperature, RandomGenerator random) implements Choice {
            /// Checks the temperature.
            ///
            /// @throws IllegalArgumentException if it isn't positive and finite
            public Sampled {
                if (!(temperature > 0 && temperature < Double.POSITIVE_INFINITY)) {
                    throw new IllegalArgumentException(
                            "temperature = %s, must be positive and finite".formatted(temperature));
                }
            }
        }
    }

    /// Lets a model go on from a prompt, the whole text run again for each token.
    ///
    /// @param steps how many tokens are written, at least 0; fewer if the context is full
    /// @param progress is told how many are done
    /// @throws ModelException as [OnnxModel#nextTokenLogits] says
    public static Generation of(
            OnnxModel model, TextInput prompt, int steps, Choice choice, IntConsumer progress) {
        int room = model.description().contextLength().orElse(Integer.MAX_VALUE);
        TextInput text = prompt;
        for (int done = 0; done < steps && text.size() < room; done++) {
            int next = chosen(model.nextTokenLogits(text), choice);
            text = text.followedBy(next, new Token.Piece("#" + next));
            progress.accept(done + 1);
        }
        return new Generation(text, prompt.size());
    }

    /// The token ids that the model wrote.
    public List<Integer> written() {
        return text.ids().subList(prompt, text.size());
    }

    private static int chosen(float[] logits, Choice choice) {
        int best = 0;
        for (int i = 1; i < logits.length; i++) {
            best = logits[i] > logits[best] ? i : best;
        }
        return switch (choice) {
            case Choice.Greedy() -> best;
            case Choice.Sampled(double temperature, RandomGenerator random) ->
                    drawn(logits, logits[best], temperature, random.nextDouble());
        };
    }

    private static int drawn(float[] logits, double most, double temperature, double u) {
        double[] weights = new double[logits.length];
        for (int i = 0; i < logits.length; i++) {
            weights[i] = Math.exp((logits[i] - most) / temperature);
        }
        return Draw.from(weights, u);
    }
}
