package dev.perron.context.fit;

import dev.perron.chain.path.Trajectory;
import dev.perron.context.Prompt;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// All that a likelihood needs to know of samples: for each query the distinct contexts, and what
/// followed them how often. Memory grows with distinct contexts, not with samples. Immutable.
public final class ContextCounts {
    private final List<RowCounts> rows;

    private ContextCounts(List<RowCounts> rows) {
        this.rows = rows;
    }

    /// K.
    public int tokens() {
        return rows.size();
    }

    /// The samples of a query.
    public RowCounts row(int query) {
        return rows.get(query);
    }

    /// The samples of each query, in order.
    public List<RowCounts> rows() {
        return rows;
    }

    /// How many samples there are.
    public long samples() {
        return rows.stream().mapToLong(RowCounts::samples).sum();
    }

    /// How many distinct contexts there are.
    public long contexts() {
        return rows.stream().mapToLong(RowCounts::contexts).sum();
    }

    /// Samples on their way in. Not for several threads at once.
    public static final class Builder {
        private final int tokens;
        private final List<Map<Context, int[]>> rows = new ArrayList<>();

        /// For a vocabulary.
        ///
        /// @param tokens K, at least 2
        /// @throws IllegalArgumentException if it is less
        public Builder(int tokens) {
            if (tokens < 2) {
                throw new IllegalArgumentException(
                        "%d token, must be at least 2: one can only follow itself"
                                .formatted(tokens));
            }
            this.tokens = tokens;
            for (int q = 0; q < tokens; q++) {
                rows.add(new HashMap<>());
            }
        }

        /// A prompt, and what followed.
        ///
        /// @throws IllegalArgumentException if a token isn't in the vocabulary, or `next` not in
        ///   the prompt, which the law gives no probability
        public Builder add(Prompt prompt, int next) {
            return add(prompt, next, 1);
        }

        /// The same several times.
        ///
        /// @throws IllegalArgumentException as [#add(Prompt, int)] says, or if `times` is below 1
        public Builder add(Prompt prompt, int next, int times) {
            prompt.requireWithin(tokens);
            if (times < 1) {
                throw new IllegalArgumentException("%d times, must be at least 1".formatted(times));
            }
            add(prompt.query(), Context.of(prompt.toArray()), next, times);
            return this;
        }

        /// Every step of a trajectory after its prompt: the context is all that was before.
        ///
        /// @param prompt how many of its tokens were given, at least 1
        /// @throws IllegalArgumentException as [#add(Prompt, int)] says, or if there aren't that
        ///   many
        public Builder add(Trajectory trajectory, int prompt) {
            return add(trajectory, prompt, false);
        }

        /// The same of a text that something else wrote: steps to a token that wasn't there before,
        /// which the law can't make, are left out.
        ///
        /// @throws IllegalArgumentException as [#add(Trajectory, int)] says, but for those
        public Builder addRepeats(Trajectory trajectory, int prompt) {
            return add(trajectory, prompt, true);
        }

        private Builder add(Trajectory trajectory, int prompt, boolean repeatsOnly) {
            if (prompt < 1 || prompt > trajectory.steps() + 1) {
                throw new IllegalArgumentException(
                        "a prompt of %d tokens, must be from 1 to %d, the trajectory's"
                                .formatted(prompt, trajectory.steps() + 1));
            }
            int[] counts = new int[tokens];
            for (int t = 0; t <= trajectory.steps(); t++) {
                int token = trajectory.state(t);
                if (token >= tokens) {
                    throw new IllegalArgumentException(
                            "token %d at position %d, must be from 0 to %d"
                                    .formatted(token, t, tokens - 1));
                }
                if (t >= prompt && !(repeatsOnly && counts[token] == 0)) {
                    add(trajectory.state(t - 1), Context.ofCounts(counts), token, 1);
                }
                counts[token]++;
            }
            return this;
        }

        private void add(int query, Context context, int next, int times) {
            int place = context.place(next);
            if (place < 0) {
                throw new IllegalArgumentException(
                        "next token %d isn't in its prompt, must be: nothing else can follow"
                                .formatted(next));
            }
            int[] wins = rows.get(query).computeIfAbsent(context, c -> new int[c.size()]);
            wins[place] = Math.addExact(wins[place], times);
        }

        /// The counts so far.
        public ContextCounts build() {
            List<RowCounts> built = new ArrayList<>();
            for (int q = 0; q < tokens; q++) {
                built.add(new RowCounts(q, tokens, rows.get(q)));
            }
            return new ContextCounts(List.copyOf(built));
        }
    }
}
