package dev.perron.transformer;

import dev.perron.chain.Distribution;
import dev.perron.chain.Elimination;
import dev.perron.chain.path.HigherOrderChain;
import dev.perron.chain.stationary.StationaryDistribution;
import dev.perron.chain.stationary.StationaryDistribution.OnePerClass;
import dev.perron.chain.stationary.StationaryDistribution.Unique;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/// A new kernel for each sequence: its laws of the next symbol are independent, each from a
/// symmetric Dirichlet law. A model can know them only from the sequence itself, so what it learns
/// is to learn in context. "The Evolution of Statistical Induction Heads", Edelman et al.,
/// arXiv:2402.11004, has order 1 and concentration 1.
public final class RandomKernelSource implements MarkovSource {
    private final int symbols;
    private final int order;
    private final int contexts;
    private final double concentration;
    private final StartLaw start;

    private RandomKernelSource(
            int symbols, int order, int contexts, double concentration, StartLaw start) {
        this.symbols = symbols;
        this.order = order;
        this.contexts = contexts;
        this.concentration = concentration;
        this.start = start;
    }

    /// Kernels of order k with this law.
    ///
    /// @param symbols S, at least 2
    /// @param order k, at least 1
    /// @param concentration all S parameters of the Dirichlet law: 1 is uniform on all laws, less
    ///   makes them more certain
    /// @param start of each sequence; stationary means that of its own kernel
    /// @throws IllegalArgumentException if one is out of its range, there are more than
    ///   [KernelSource#MAX_CONTEXTS] contexts, or a given start isn't on the blocks
    public static RandomKernelSource of(
            int symbols, int order, double concentration, StartLaw start) {
        if (symbols < 2 || order < 1) {
            throw new IllegalArgumentException(
                    "%d symbols and order %d, must be at least 2 and 1".formatted(symbols, order));
        }
        if (!(concentration > 0 && concentration < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    "concentration = %s, must be positive and finite".formatted(concentration));
        }
        double contexts = Math.pow(symbols, order);
        if (contexts > KernelSource.MAX_CONTEXTS) {
            throw new IllegalArgumentException(
                    "%d symbols to the power %d contexts, must be at most %d"
                            .formatted(symbols, order, KernelSource.MAX_CONTEXTS));
        }
        if (start instanceof StartLaw.Given(var law) && law.states() != (int) contexts) {
            throw new IllegalArgumentException(
                    "start law on %d states, must be on %d"
                            .formatted(law.states(), (int) contexts));
        }
        return new RandomKernelSource(symbols, order, (int) contexts, concentration, start);
    }

    @Override
    public int symbols() {
        return symbols;
    }

    /// The order k.
    public int order() {
        return order;
    }

    /// All S parameters of the Dirichlet law.
    public double concentration() {
        return concentration;
    }

    /// A tally of how far a model is from the strategies that may be of use on this source: those
    /// of order 1 to k, and the two that look at no context.
    StrategyDistances strategies() {
        return new StrategyDistances(symbols, order, concentration);
    }

    /// A kernel as a sequence has it, as a source of its own. Draws what [#fill] draws before the
    /// symbols of a sequence.
    ///
    /// @throws IllegalArgumentException if concentration is so small that this kernel has several
    ///   recurrent classes, and the start is stationary
    public KernelSource kernel(RandomGenerator random) {
        double[] kernel = new double[contexts * symbols];
        Dirichlet.draw(random, concentration, symbols, kernel);
        return KernelSource.ofKernel(order, laws(kernel), start);
    }

    /// Draws each sequence's kernel and then its symbols, one `nextDouble` each.
    @Override
    public void fill(RandomGenerator random, int[] tokens, int batch, int length) {
        MarkovSource.requireRoom(tokens, batch, length);
        double[] kernel = new double[contexts * symbols];
        double[] first = new double[contexts];
        int kept = contexts / symbols;
        for (int row = 0; row < batch; row++) {
            Dirichlet.draw(random, concentration, symbols, kernel);
            startLaw(kernel, first);
            int begin = row * length;
            int context = drawn(first, 0, contexts, random.nextDouble());
            int earlier = context;
            for (int t = order - 1; t >= 0; t--, earlier /= symbols) {
                if (t < length) {
                    tokens[begin + t] = earlier % symbols;
                }
            }
            for (int t = begin + order; t < begin + length; t++) {
                int symbol = drawn(kernel, context * symbols, symbols, random.nextDouble());
                tokens[t] = symbol;
                context = context % kept * symbols + symbol;
            }
        }
    }

    private void startLaw(double[] kernel, double[] out) {
        Distribution law =
                switch (start) {
                    case StartLaw.Uniform() -> Distribution.uniform(contexts);
                    case StartLaw.Given(var given) -> given;
                    case StartLaw.Stationary() -> stationary(kernel);
                };
        System.arraycopy(law.toArray(), 0, out, 0, contexts);
    }

    /// The stationary law of blocks. All masses of a kernel are positive unless concentration is so
    /// small that they underflow; only then the structure is looked at, and of several recurrent
    /// classes each has the share that it gets from a uniform start.
    private Distribution stationary(double[] kernel) {
        double[] dense = new double[contexts * contexts];
        int kept = contexts / symbols;
        for (int c = 0; c < contexts; c++) {
            System.arraycopy(
                    kernel, c * symbols, dense, c * contexts + c % kept * symbols, symbols);
        }
        Elimination elimination = new Elimination(contexts, dense);
        if (elimination.downTo(1) < 0) {
            return Distribution.proportionalTo(elimination.visits());
        }
        HigherOrderChain chain =
                HigherOrderChain.of(order, laws(kernel).toArray(Distribution[]::new));
        return switch (StationaryDistribution.of(chain)) {
            case Unique(var pi, _, _) -> pi;
            case OnePerClass several -> several.startedFrom(Distribution.uniform(contexts));
        };
    }

    private List<Distribution> laws(double[] kernel) {
        List<Distribution> laws = new ArrayList<>();
        double[] law = new double[symbols];
        for (int c = 0; c < contexts; c++) {
            System.arraycopy(kernel, c * symbols, law, 0, symbols);
            laws.add(Distribution.proportionalTo(law));
        }
        return laws;
    }

    /// The outcome whose share of `[0, 1)` holds `u`; what rounding leaves beyond all shares goes
    /// to the last outcome that has one.
    private static int drawn(double[] law, int at, int n, double u) {
        double sum = 0;
        int last = 0;
        for (int i = 0; i < n; i++) {
            if (law[at + i] > 0) {
                sum += law[at + i];
                last = i;
                if (u < sum) {
                    break;
                }
            }
        }
        return last;
    }
}
