package dev.perron.transformer;

import dev.perron.chain.Distribution;
import dev.perron.chain.StochasticMatrix;
import dev.perron.chain.Structure;
import dev.perron.chain.path.AliasTables;
import dev.perron.chain.stationary.StationaryDistribution;
import dev.perron.chain.stationary.StationaryDistribution.OnePerClass;
import dev.perron.chain.stationary.StationaryDistribution.Unique;

import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// The lag chain: the law of the next symbol depends on the one symbol that lies k places back, its
/// context. These are k chains of order 1 that take turns, each started on its own; the code of
/// "Attention with Markov" calls it a chain of order k, of which it is a special case (see
/// [KernelSource] for the others). Its contexts are the S symbols, whatever k is.
public final class LagSource implements KnownSource {
    private final List<Distribution> rows;
    private final int lag;
    private final Distribution first; // law of each of the first k symbols
    private final Distribution unigram;
    private final Structure structure;
    private final AliasTables draws;
    private final AliasTables start;

    private LagSource(StochasticMatrix matrix, int lag, StartLaw start) {
        this.rows = KernelSource.rows(matrix);
        this.lag = lag;
        this.structure = Structure.of(matrix);
        StationaryDistribution stationary = StationaryDistribution.of(matrix, structure);
        this.first = KernelSource.startLaw(start, matrix, stationary);
        this.unigram =
                switch (stationary) {
                    case Unique(var pi, _, _) -> pi;
                    case OnePerClass several -> several.startedFrom(first);
                };
        this.draws = AliasTables.of(rows);
        this.start = AliasTables.of(List.of(first));
    }

    /// The lag chain with this matrix.
    ///
    /// @param matrix P `[S,S]`, from the symbol k places back to the next
    /// @param lag k, at least 1
    /// @throws IllegalArgumentException if k isn't at least 1, P has several recurrent classes and
    ///   the start is stationary, or a given start isn't on S symbols
    public static LagSource of(StochasticMatrix matrix, int lag, StartLaw start) {
        if (lag < 1) {
            throw new IllegalArgumentException("lag %d, must be at least 1".formatted(lag));
        }
        return new LagSource(matrix, lag, start);
    }

    @Override
    public int symbols() {
        return rows.size();
    }

    @Override
    public int order() {
        return lag;
    }

    @Override
    public int contexts() {
        return rows.size();
    }

    @Override
    public int contextAt(int[] tokens, int last) {
        return tokens[last - lag + 1];
    }

    @Override
    public Distribution next(int context) {
        return rows.get(context);
    }

    @Override
    public Distribution contextLaw() {
        return unigram;
    }

    @Override
    public Distribution unigram() {
        return unigram;
    }

    @Override
    public double probability(int[] tokens, int length) {
        double probability = 1;
        for (int t = 0; t < length; t++) {
            Distribution law = t < lag ? first : rows.get(tokens[t - lag]);
            probability *= law.mass(tokens[t]);
        }
        return probability;
    }

    @Override
    public Optional<String> remark() {
        return KernelSource.remark(structure, "symbols");
    }

    @Override
    public void fill(RandomGenerator random, int[] tokens, int batch, int length) {
        MarkovSource.requireRoom(tokens, batch, length);
        for (int row = 0; row < batch; row++) {
            int begin = row * length;
            int end = begin + length;
            int chains = Math.min(begin + lag, end);
            for (int t = begin; t < chains; t++) {
                tokens[t] = start.draw(0, random.nextLong());
            }
            for (int t = chains; t < end; t++) {
                tokens[t] = draws.draw(tokens[t - lag], random.nextLong());
            }
        }
    }
}
