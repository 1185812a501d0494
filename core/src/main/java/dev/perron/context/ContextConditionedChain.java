package dev.perron.context;

import dev.perron.chain.Distribution;
import dev.perron.chain.StochasticMatrix;
import dev.perron.chain.path.Draw;
import dev.perron.chain.path.Trajectory;

import org.jspecify.annotations.Nullable;

import java.util.Optional;
import java.util.random.RandomGenerator.SplittableGenerator;

/// A context-conditioned Markov chain: the row of the base chain that belongs to the last token,
/// weighed by how often each token stands in the context. Immutable.
///
/// Not a Markov chain on tokens: the law of the next one depends on all before it, though only
/// through their counts (or, with position weights, their places).
///
/// @see <a href="https://arxiv.org/abs/2402.13512">Ildiz et al. 2024, arXiv:2402.13512</a>
public final class ContextConditionedChain {
    private final StochasticMatrix base;
    private final double[] rows; // [K,K] of the base
    private final ContextWalk.Keeping keeping;
    private final @Nullable PositionWeights positions;

    private ContextConditionedChain(
            StochasticMatrix base,
            double[] rows,
            ContextWalk.Keeping keeping,
            @Nullable PositionWeights positions) {
        this.base = base;
        this.rows = rows;
        this.keeping = keeping;
        this.positions = positions;
    }

    /// The chain with this base, in which all positions count alike.
    ///
    /// @throws IllegalArgumentException if the base has fewer than two tokens, or an entry that
    ///   isn't positive
    public static ContextConditionedChain of(StochasticMatrix base) {
        int k = base.states();
        if (k < 2) {
            throw new IllegalArgumentException(
                    "%d token, must be at least 2: one can only follow itself".formatted(k));
        }
        double[] rows = new double[Math.multiplyExact(k, k)];
        double[] row = new double[k];
        for (int q = 0; q < k; q++) {
            base.row(q, row);
            System.arraycopy(row, 0, rows, q * k, k);
            for (int j = 0; j < k; j++) {
                if (!(row[j] > 0)) {
                    throw new IllegalArgumentException(
                            "row %d: probability[%d] = %s, must be > 0: softmax gives no zeros"
                                    .formatted(q, j, row[j]));
                }
            }
        }
        return new ContextConditionedChain(base, rows, new ContextWalk.Keeping(k, rows), null);
    }

    /// The same chain with position weights.
    ///
    /// @throws IllegalArgumentException if they are for another number of tokens
    public ContextConditionedChain withPositions(PositionWeights weights) {
        if (weights.tokens() != tokens()) {
            throw new IllegalArgumentException(
                    "position weights for %d queries, must be for %d"
                            .formatted(weights.tokens(), tokens()));
        }
        return new ContextConditionedChain(base, rows, keeping, weights);
    }

    /// K.
    public int tokens() {
        return base.states();
    }

    /// P.
    public StochasticMatrix base() {
        return base;
    }

    /// The position weights, if positions don't count alike.
    public Optional<PositionWeights> positions() {
        return Optional.ofNullable(positions);
    }

    /// The law `[K]` of the next token.
    ///
    /// @throws IllegalArgumentException if the prompt has another token, or is longer than there
    ///   are position weights for
    public Distribution next(Prompt prompt) {
        if (positions != null) {
            return next(prompt.query(), positions.masses(prompt));
        }
        int[] counts = prompt.counts(tokens());
        double[] masses = new double[counts.length];
        for (int j = 0; j < counts.length; j++) {
            masses[j] = counts[j];
        }
        return next(prompt.query(), masses);
    }

    /// The law `[K]` of the token after `query` where tokens have these masses in the context.
    ///
    /// @param masses m `[K]`, not negative, not all 0; only their ratios matter
    /// @throws IllegalArgumentException if the query is no token, or the masses aren't such
    public Distribution next(int query, double... masses) {
        if (masses.length != tokens()) {
            throw new IllegalArgumentException(
                    "%d masses, must be %d, one a token".formatted(masses.length, tokens()));
        }
        double[] law = new double[masses.length];
        base.requireState(query);
        base.row(query, law);
        for (int j = 0; j < law.length; j++) {
            law[j] *= masses[j];
        }
        return Distribution.proportionalTo(law);
    }

    /// A walk that goes on from a prompt, the whole context kept.
    ///
    /// @param random drawn from at each step; one a run, split from one seed, makes runs that don't
    ///   depend on each other
    /// @throws IllegalArgumentException if the prompt has another token, or positions don't count
    ///   alike: then a walk has no weights beyond the last of them
    public ContextWalk walk(Prompt prompt, SplittableGenerator random) {
        if (positions != null) {
            throw new IllegalArgumentException(
                    "a chain with weights for %d positions can't go on for long; leave them out"
                            .formatted(positions.positions()));
        }
        return new ContextWalk(rows, keeping, prompt, random);
    }

    /// The prompt and what follows it.
    ///
    /// @param steps how many tokens are drawn, at least 0
    /// @throws IllegalArgumentException as [#walk] says, or if `steps` is negative
    public Trajectory simulate(Prompt prompt, int steps, SplittableGenerator random) {
        if (steps < 0) {
            throw new IllegalArgumentException("%d steps, must be at least 0".formatted(steps));
        }
        int[] tokens = new int[Math.addExact(prompt.length(), steps)];
        System.arraycopy(prompt.toArray(), 0, tokens, 0, prompt.length());
        ContextWalk walk = walk(prompt, random);
        for (int t = prompt.length(); t < tokens.length; t++) {
            tokens[t] = walk.step();
        }
        return Trajectory.of(tokens);
    }

    /// One next token, drawn from the law after a prompt; with position weights, too.
    ///
    /// @throws IllegalArgumentException as [#next] does
    public int draw(Prompt prompt, SplittableGenerator random) {
        return Draw.from(next(prompt).toArray(), random.nextDouble());
    }
}
