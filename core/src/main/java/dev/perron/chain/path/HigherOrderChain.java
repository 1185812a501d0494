package dev.perron.chain.path;

import dev.perron.chain.Distribution;
import dev.perron.chain.Transition;

import java.util.Arrays;

/// A chain whose next symbol depends on the last k symbols, as a first-order chain on blocks of k
/// symbols: from (x₁, ..., xₖ) to (x₂, ..., xₖ, y). Of q symbols there are n = qᵏ blocks, numbered
/// with the latest symbol as the lowest digit: Σ xᵢ qᵏ⁻ⁱ. Immutable.
///
/// Its stationary distribution is the law of k symbols in a row; [#latestSymbol(Distribution)]
/// makes that of one.
public final class HigherOrderChain implements Transition {
    private final int symbols;
    private final int order;
    private final int blocks;
    private final double[] next; // [blocks, symbols]

    private HigherOrderChain(int symbols, int order, int blocks, double[] next) {
        this.symbols = symbols;
        this.order = order;
        this.blocks = blocks;
        this.next = next;
    }

    /// The chain with these laws of the next symbol.
    ///
    /// @param order k, at least 1
    /// @param laws one for each block, in the order of the blocks, each on all q symbols
    /// @throws IllegalArgumentException if there aren't qᵏ of them, or k isn't at least 1
    public static HigherOrderChain of(int order, Distribution... laws) {
        if (order < 1) {
            throw new IllegalArgumentException("order %d, must be at least 1".formatted(order));
        }
        if (laws.length == 0) {
            throw new IllegalArgumentException("no laws, must be one for each block");
        }
        int symbols = laws[0].states();
        double blocks = Math.pow(symbols, order);
        if (blocks != laws.length) {
            throw new IllegalArgumentException(
                    "%d laws on %d symbols, must be %d to the power %d"
                            .formatted(laws.length, symbols, symbols, order));
        }
        double[] next = new double[Math.multiplyExact(laws.length, symbols)];
        for (int b = 0; b < laws.length; b++) {
            if (laws[b].states() != symbols) {
                throw new IllegalArgumentException(
                        "law %d is on %d symbols, must be on %d"
                                .formatted(b, laws[b].states(), symbols));
            }
            System.arraycopy(laws[b].toArray(), 0, next, b * symbols, symbols);
        }
        return new HigherOrderChain(symbols, order, laws.length, next);
    }

    /// The number of symbols q.
    public int symbols() {
        return symbols;
    }

    /// The order k.
    public int order() {
        return order;
    }

    /// The block of these symbols, the latest last.
    ///
    /// @throws IllegalArgumentException if there aren't k, or one is no symbol
    public int block(int... latest) {
        if (latest.length != order) {
            throw new IllegalArgumentException(
                    "%d symbols, must be %d".formatted(latest.length, order));
        }
        int block = 0;
        for (int symbol : latest) {
            if (symbol < 0 || symbol >= symbols) {
                throw new IllegalArgumentException(
                        "symbol %d, must be from 0 to %d".formatted(symbol, symbols - 1));
            }
            block = block * symbols + symbol;
        }
        return block;
    }

    /// The latest symbol of a block.
    ///
    /// @throws IllegalArgumentException if it is no block
    public int latestSymbol(int block) {
        requireState(block);
        return block % symbols;
    }

    /// The law `[q]` of the latest symbol, given that of the block.
    ///
    /// @throws IllegalArgumentException if `mu` isn't on the blocks
    public Distribution latestSymbol(Distribution mu) {
        requireSameStates(mu);
        double[] law = new double[symbols];
        for (int b = 0; b < blocks; b++) {
            law[b % symbols] += mu.mass(b);
        }
        return Distribution.proportionalTo(law);
    }

    @Override
    public int states() {
        return blocks;
    }

    @Override
    public void step(double[] mu, double[] out) {
        Arrays.fill(out, 0, blocks, 0);
        for (int b = 0; b < blocks; b++) {
            for (int y = 0; y < symbols; y++) {
                out[shifted(b) + y] += mu[b] * next[b * symbols + y];
            }
        }
    }

    @Override
    public void expectation(double[] f, double[] out) {
        for (int b = 0; b < blocks; b++) {
            double sum = 0;
            for (int y = 0; y < symbols; y++) {
                sum += next[b * symbols + y] * f[shifted(b) + y];
            }
            out[b] = sum;
        }
    }

    @Override
    public void row(int from, double[] out) {
        requireState(from);
        Arrays.fill(out, 0, blocks, 0);
        System.arraycopy(next, from * symbols, out, shifted(from), symbols);
    }

    @Override
    public boolean lowerTriangular() {
        for (int b = 0; b < blocks; b++) {
            for (int y = 0; y < symbols; y++) {
                if (shifted(b) + y > b && next[b * symbols + y] != 0) {
                    return false;
                }
            }
        }
        return true;
    }

    /// The block that `block` goes to with symbol 0.
    private int shifted(int block) {
        return block % (blocks / symbols) * symbols;
    }
}
