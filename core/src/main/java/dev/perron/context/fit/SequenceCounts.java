package dev.perron.context.fit;

import dev.perron.context.Prompt;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Samples with the order of their prompts, which position weights need: distinct prompts with what
/// followed, and how often. Immutable.
///
/// @param tokens K
/// @param positions the length of the longest prompt
/// @param samples in a fixed order
public record SequenceCounts(int tokens, int positions, List<Sample> samples) {
    /// Copies the list.
    public SequenceCounts {
        samples = List.copyOf(samples);
    }

    /// A prompt and what followed.
    ///
    /// @param times how often that was seen
    public record Sample(Prompt prompt, int next, int times) {}

    /// Those of one query.
    List<Sample> of(int query) {
        return samples.stream().filter(sample -> sample.prompt().query() == query).toList();
    }

    /// Samples on their way in. Not for several threads at once.
    public static final class Builder {
        private record Seen(Prompt prompt, int next) {}

        private final int tokens;
        private final Map<Seen, Integer> times = new HashMap<>();
        private int positions = 1;

        /// For a vocabulary of K tokens.
        public Builder(int tokens) {
            this.tokens = tokens;
        }

        /// A prompt, and what followed.
        ///
        /// @throws IllegalArgumentException if a token isn't in the vocabulary, or `next` not in
        ///   the prompt
        public Builder add(Prompt prompt, int next) {
            prompt.requireWithin(tokens);
            boolean there = false;
            for (int l = 0; l < prompt.length(); l++) {
                there |= prompt.token(l) == next;
            }
            if (!there) {
                throw new IllegalArgumentException(
                        "next token %d isn't in its prompt, must be: nothing else can follow"
                                .formatted(next));
            }
            positions = Math.max(positions, prompt.length());
            times.merge(new Seen(prompt, next), 1, Integer::sum);
            return this;
        }

        /// The counts so far.
        public SequenceCounts build() {
            List<Sample> samples = new ArrayList<>();
            times.forEach((seen, n) -> samples.add(new Sample(seen.prompt(), seen.next(), n)));
            samples.sort(
                    Comparator.comparing(
                                    (Sample s) -> s.prompt().toArray(), java.util.Arrays::compare)
                            .thenComparingInt(Sample::next));
            return new SequenceCounts(tokens, positions, samples);
        }
    }
}
