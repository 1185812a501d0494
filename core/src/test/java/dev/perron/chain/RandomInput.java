package dev.perron.chain;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/// Random distributions and chains for laws. A law that fails names the seed that it failed on, and
/// `-Dperron.seed=THAT` runs it first.
public final class RandomInput {
    private static final long FIRST_SEED = Long.getLong("perron.seed", 20260501);

    private final SplittableRandom random;

    public RandomInput(long seed) {
        this.random = new SplittableRandom(seed);
    }

    /// Tries the law on `count` seeds.
    public static void times(int count, Consumer<RandomInput> law) {
        for (long seed = FIRST_SEED; seed < FIRST_SEED + count; seed++) {
            try {
                law.accept(new RandomInput(seed));
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("on -Dperron.seed=" + seed + ": " + e.getMessage(), e);
            }
        }
    }

    /// From `least` to `most`, both included.
    public int between(int least, int most) {
        return random.nextInt(least, most + 1);
    }

    public double between(double least, double most) {
        return random.nextDouble(least, most);
    }

    public Distribution distribution(int n) {
        return Distribution.proportionalTo(random.doubles(n).map(x -> -Math.log1p(-x)).toArray());
    }

    /// A function of the state, or any vector, with entries from -1 to 1.
    public double[] function(int n) {
        return random.doubles(n, -1, 1).toArray();
    }

    /// Every entry positive.
    public StochasticMatrix dense(int n) {
        return softmax(n, 2);
    }

    /// Rows as attention makes them: from nearly uniform (0) to nearly one-hot (30).
    public StochasticMatrix softmax(int n, double sharpness) {
        return rows(n, (i, j) -> Math.exp(sharpness * between(-1.0, 1.0)));
    }

    /// The same, looking only at the past.
    public StochasticMatrix causal(int n, double sharpness) {
        return rows(n, (i, j) -> j > i ? 0 : Math.exp(sharpness * between(-1.0, 1.0)));
    }

    /// About three links a state, over many orders of magnitude; anything may be reducible.
    public StochasticMatrix sparse(int n) {
        int certain = between(0, n - 1);
        return rows(
                n,
                (i, j) ->
                        j == (i + certain) % n || random.nextInt(n) < 3
                                ? Math.pow(10, between(-12.0, 0.0))
                                : 0);
    }

    /// The same with a cycle through all states.
    public StochasticMatrix sparseIrreducible(int n) {
        return rows(
                n,
                (i, j) ->
                        j == (i + 1) % n || random.nextInt(n) < 3
                                ? Math.pow(10, between(-6.0, 0.0))
                                : 0);
    }

    /// 0, ..., n-1 in random order.
    public int[] permutation(int n) {
        List<Integer> order = new ArrayList<>(IntStream.range(0, n).boxed().toList());
        Collections.shuffle(order, new Random(random.nextLong()));
        return order.stream().mapToInt(Integer::intValue).toArray();
    }

    /// The chain whose state `order[i]` is state i of `chain`.
    public static StochasticMatrix permuted(StochasticMatrix chain, int[] order) {
        double[][] rows = new double[order.length][order.length];
        for (int i = 0; i < order.length; i++) {
            for (int j = 0; j < order.length; j++) {
                rows[order[i]][order[j]] = chain.probability(i, j);
            }
        }
        return StochasticMatrix.ofRows(rows);
    }

    /// The distribution whose state `order[i]` is state i of `distribution`.
    public static Distribution permuted(Distribution distribution, int[] order) {
        double[] mass = new double[order.length];
        for (int i = 0; i < order.length; i++) {
            mass[order[i]] = distribution.mass(i);
        }
        return Distribution.of(mass);
    }

    /// What an entry weighs before its row is scaled to sum to one.
    public interface Weight {
        double of(int from, int to);
    }

    /// The chain with these weights, each row scaled to sum to one.
    public static StochasticMatrix rows(int n, Weight weight) {
        double[][] rows = new double[n][n];
        for (int i = 0; i < n; i++) {
            int from = i;
            Arrays.setAll(rows[i], j -> weight.of(from, j));
            rows[i] = Distribution.proportionalTo(rows[i]).toArray();
        }
        return StochasticMatrix.ofRows(rows);
    }
}
