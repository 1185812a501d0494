package dev.perron.transformer;

import dev.perron.chain.CommunicatingClass;
import dev.perron.chain.Distribution;
import dev.perron.chain.StochasticMatrix;
import dev.perron.chain.Structure;
import dev.perron.chain.Transition;
import dev.perron.chain.path.AliasTables;
import dev.perron.chain.path.HigherOrderChain;
import dev.perron.chain.stationary.StationaryDistribution;
import dev.perron.chain.stationary.StationaryDistribution.OnePerClass;
import dev.perron.chain.stationary.StationaryDistribution.Unique;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// A source of order k with any kernel: the law of the next symbol depends on all of the last k.
/// Its contexts are the blocks of k symbols, numbered as those of [HigherOrderChain]; for k = 1
/// they are the symbols.
///
/// The stationary law of blocks is that of the chain on blocks, by elimination, for every order.
public final class KernelSource implements KnownSource {
    /// The largest number of contexts: elimination takes time with its cube.
    public static final int MAX_CONTEXTS = 4096;

    private final HigherOrderChain chain;
    private final List<Distribution> next; // [contexts], each on the symbols
    private final Distribution first; // law of the first block
    private final Distribution contextLaw;
    private final Structure structure;
    private final AliasTables draws;
    private final AliasTables start;
    private final int[] shifted; // [contexts], the context that a symbol 0 leads to

    private KernelSource(HigherOrderChain chain, List<Distribution> next, StartLaw start) {
        this.chain = chain;
        this.next = next;
        this.structure = Structure.of(chain);
        StationaryDistribution stationary = StationaryDistribution.of(chain, structure);
        this.first = startLaw(start, chain, stationary);
        this.contextLaw =
                switch (stationary) {
                    case Unique(var pi, _, _) -> pi;
                    case OnePerClass several -> several.startedFrom(first);
                };
        this.draws = AliasTables.of(next);
        this.start = AliasTables.of(List.of(first));
        this.shifted = new int[chain.states()];
        int kept = chain.states() / chain.symbols();
        Arrays.setAll(shifted, c -> c % kept * chain.symbols());
    }

    /// The binary source of order 1 that goes from 0 to 1 with probability p and from 1 to 0 with
    /// q. Where p and q are 0 or 1 it may get stuck or alternate; [#remark()] says so.
    ///
    /// @throws IllegalArgumentException if p or q isn't from 0 to 1, or both are 0 and the start is
    ///   stationary
    public static KernelSource binary(double p, double q, StartLaw start) {
        requireProbability("p", p);
        requireProbability("q", q);
        return ofMatrix(StochasticMatrix.ofRows(new double[][] {{1 - p, p}, {q, 1 - q}}), start);
    }

    /// The symmetric source of order 1 that leaves each symbol with probability p, for each other
    /// one equally likely.
    ///
    /// @throws IllegalArgumentException if there aren't at least 2 symbols, p isn't from 0 to 1, or
    ///   p is 0 and the start is stationary
    public static KernelSource switching(int symbols, double p, StartLaw start) {
        return ofMatrix(switchingMatrix(symbols, p), start);
    }

    /// The source of order 1 with this matrix.
    ///
    /// @param matrix P `[S,S]`
    /// @throws IllegalArgumentException if it has several recurrent classes and the start is
    ///   stationary, a given start isn't on S symbols, or S is above [#MAX_CONTEXTS]
    public static KernelSource ofMatrix(StochasticMatrix matrix, StartLaw start) {
        return ofKernel(1, rows(matrix), start);
    }

    /// The source of order k with these laws of the next symbol.
    ///
    /// @param order k, at least 1
    /// @param kernel one law for each block, in the order of the blocks, each on all S symbols
    /// @throws IllegalArgumentException if there aren't Sᵏ laws or more than [#MAX_CONTEXTS], the
    ///   blocks have several recurrent classes and the start is stationary, or a given start isn't
    ///   on the blocks
    public static KernelSource ofKernel(int order, List<Distribution> kernel, StartLaw start) {
        if (kernel.size() > MAX_CONTEXTS) {
            throw new IllegalArgumentException(
                    "%d contexts, must be at most %d".formatted(kernel.size(), MAX_CONTEXTS));
        }
        List<Distribution> next = List.copyOf(kernel);
        return new KernelSource(
                HigherOrderChain.of(order, next.toArray(Distribution[]::new)), next, start);
    }

    /// The chain on blocks of k symbols.
    public HigherOrderChain chain() {
        return chain;
    }

    /// How the blocks hang together.
    public Structure structure() {
        return structure;
    }

    @Override
    public int symbols() {
        return chain.symbols();
    }

    @Override
    public int order() {
        return chain.order();
    }

    @Override
    public int contexts() {
        return chain.states();
    }

    @Override
    public int contextAt(int[] tokens, int last) {
        int context = 0;
        for (int t = last - order() + 1; t <= last; t++) {
            context = context * symbols() + tokens[t];
        }
        return context;
    }

    @Override
    public Distribution next(int context) {
        return next.get(context);
    }

    @Override
    public Distribution contextLaw() {
        return contextLaw;
    }

    @Override
    public Distribution unigram() {
        return chain.latestSymbol(contextLaw);
    }

    @Override
    public double probability(int[] tokens, int length) {
        int given = Math.min(order(), length);
        int begin = 0;
        for (int t = 0; t < given; t++) {
            begin = begin * symbols() + tokens[t];
        }
        int alike = contexts() / (int) Math.round(Math.pow(symbols(), given));
        double probability = 0;
        for (int block = begin * alike; block < (begin + 1) * alike; block++) {
            probability += first.mass(block);
        }
        for (int t = given; t < length; t++) {
            probability *= next(contextAt(tokens, t - 1)).mass(tokens[t]);
        }
        return probability;
    }

    @Override
    public Optional<String> remark() {
        return remark(structure, order() == 1 ? "symbols" : "blocks");
    }

    /// The first k symbols are one draw, each later one another: one `nextLong` a draw.
    @Override
    public void fill(RandomGenerator random, int[] tokens, int batch, int length) {
        MarkovSource.requireRoom(tokens, batch, length);
        int order = order();
        for (int row = 0; row < batch; row++) {
            int begin = row * length;
            int context = start.draw(0, random.nextLong());
            int earlier = context;
            for (int t = order - 1; t >= 0; t--, earlier /= symbols()) {
                if (t < length) {
                    tokens[begin + t] = earlier % symbols();
                }
            }
            for (int t = begin + order; t < begin + length; t++) {
                int symbol = draws.draw(context, random.nextLong());
                tokens[t] = symbol;
                context = shifted[context] + symbol;
            }
        }
    }

    /// The matrix of [#switching(int, double, StartLaw)].
    static StochasticMatrix switchingMatrix(int symbols, double p) {
        requireProbability("p", p);
        if (symbols < 2) {
            throw new IllegalArgumentException(
                    "%d symbols, must be at least 2 to switch".formatted(symbols));
        }
        double[][] rows = new double[symbols][symbols];
        for (int i = 0; i < symbols; i++) {
            Arrays.fill(rows[i], p / (symbols - 1));
            rows[i][i] = 1 - p;
        }
        return StochasticMatrix.ofRows(rows);
    }

    /// The rows of a matrix as laws.
    static List<Distribution> rows(StochasticMatrix matrix) {
        Distribution[] rows = new Distribution[matrix.states()];
        double[] row = new double[rows.length];
        for (int i = 0; i < rows.length; i++) {
            matrix.row(i, row);
            rows[i] = Distribution.of(row);
        }
        return List.of(rows);
    }

    /// The law of the first block.
    static Distribution startLaw(
            StartLaw start, Transition chain, StationaryDistribution stationary) {
        return switch (start) {
            case StartLaw.Uniform() -> Distribution.uniform(chain.states());
            case StartLaw.Given(var law) -> {
                chain.requireSameStates(law);
                yield law;
            }
            case StartLaw.Stationary() ->
                    switch (stationary) {
                        case Unique(var pi, _, _) -> pi;
                        case OnePerClass several ->
                                throw new IllegalArgumentException(
                                        "%d recurrent classes, so no stationary law is the one to start from: start from the uniform law or a given one"
                                                .formatted(several.extremes().size()));
                    };
        };
    }

    /// What is worth knowing of a chain on blocks.
    static Optional<String> remark(Structure structure, String states) {
        List<CommunicatingClass> recurrent = structure.recurrent();
        if (recurrent.size() > 1) {
            return Optional.of(
                    "%d recurrent classes: a sequence stays in the one that it enters, and long-run laws depend on the start"
                            .formatted(recurrent.size()));
        }
        CommunicatingClass only = recurrent.getFirst();
        if (only.absorbing() && structure.states() > 1) {
            return Optional.of(
                    "all %s but %d are transient: in the long run every symbol is the same"
                            .formatted(states, only.states().getFirst()));
        }
        if (!structure.transientStates().isEmpty()) {
            return Optional.of(
                    "%d of the %d %s are transient: they don't occur in the long run"
                            .formatted(
                                    structure.transientStates().size(),
                                    structure.states(),
                                    states));
        }
        if (only.period() > 1) {
            return Optional.of(
                    "period %d: a sequence goes round in a cycle".formatted(only.period()));
        }
        return Optional.empty();
    }

    private static void requireProbability(String name, double value) {
        if (!(value >= 0 && value <= 1)) {
            throw new IllegalArgumentException(
                    "%s = %s, must be from 0 to 1".formatted(name, value));
        }
    }
}
