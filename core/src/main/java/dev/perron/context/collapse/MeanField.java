package dev.perron.context.collapse;

import dev.perron.chain.StochasticMatrix;
import dev.perron.chain.stationary.StationaryDistribution;
import dev.perron.context.ContextConditionedChain;

import java.util.List;
import java.util.stream.IntStream;

/// The flow that shares follow but for their noise: df/dlog t = ν(f) - f. It keeps log f, so that
/// small shares keep their digits.
public final class MeanField {
    /// The longest step in log t; the fourth-order error is far below the noise of any simulation.
    private static final double STEP = 0.05;

    private final ContextConditionedChain chain;

    private MeanField(ContextConditionedChain chain) {
        this.chain = chain;
    }

    /// Of a base chain.
    ///
    /// @throws IllegalArgumentException as [ContextConditionedChain#of] does
    public static MeanField of(StochasticMatrix base) {
        return new MeanField(ContextConditionedChain.of(base));
    }

    /// dlog f/dlog t `[K]` at some shares: the local exponents.
    ///
    /// @param shares f `[K]`, all positive
    public double[] exponents(double... shares) {
        int k = chain.tokens();
        double[] rows = new double[k * k];
        for (int q = 0; q < k; q++) {
            System.arraycopy(chain.next(q, shares).toArray(), 0, rows, q * k, k);
        }
        double[] often =
                switch (StationaryDistribution.of(StochasticMatrix.proportionalTo(k, rows))) {
                    case StationaryDistribution.Unique(var pi, _, _) -> pi.toArray();
                    case StationaryDistribution.OnePerClass _ ->
                            throw new IllegalArgumentException(
                                    "shares must all be positive, above 1e-300");
                };
        double sum = 0;
        for (double share : shares) {
            sum += share;
        }
        double[] exponents = new double[k];
        for (int j = 0; j < k; j++) {
            exponents[j] = often[j] / (shares[j] / sum) - 1;
        }
        return exponents;
    }

    /// The shares `[times][K]` at later times.
    ///
    /// @param shares f `[K]` at the first of the times, all positive
    /// @param times ascending, positive
    public double[][] follow(double[] shares, double... times) {
        int k = chain.tokens();
        double[][] path = new double[times.length][];
        double[] y = new double[k];
        for (int j = 0; j < k; j++) {
            y[j] = Math.log(shares[j]);
        }
        for (int i = 0; i < times.length; i++) {
            if (i > 0) {
                double span = Math.log(times[i] / times[i - 1]);
                int steps = Math.max(1, (int) Math.ceil(span / STEP));
                for (int s = 0; s < steps; s++) {
                    rungeKutta(y, span / steps);
                }
            }
            path[i] = shares(y);
        }
        return path;
    }

    /// The slope that the mean share of a token would have from some time on if each run followed
    /// the flow from where it then is: what is left of a difference from the exponent is noise, and
    /// what isn't left is that t is finite.
    ///
    /// @param runs over which the mean is taken
    /// @param from the first time that counts
    /// @return NaN if a share is 0 then, or fewer than two checkpoints are left
    public double slope(CollapseRuns all, int token, List<Integer> runs, int from) {
        List<Integer> times = all.checkpoints().times();
        int first = (int) times.stream().filter(t -> t < from).count();
        double[] at = times.stream().skip(first).mapToDouble(t -> t).toArray();
        int k = chain.tokens();
        if (at.length < 2
                || runs.stream()
                        .anyMatch(
                                r ->
                                        IntStream.range(0, k)
                                                .anyMatch(j -> all.share(r, first, j) == 0))) {
            return Double.NaN;
        }
        List<double[][]> paths =
                runs.parallelStream()
                        .map(
                                r ->
                                        follow(
                                                IntStream.range(0, k)
                                                        .mapToDouble(j -> all.share(r, first, j))
                                                        .toArray(),
                                                at))
                        .toList();
        double[] mean = new double[at.length];
        for (double[][] path : paths) {
            for (int i = 0; i < at.length; i++) {
                mean[i] += path[i][token] / paths.size();
            }
        }
        return Slope.logLog(at, mean);
    }

    private void rungeKutta(double[] y, double h) {
        double[] k1 = exponents(shares(y));
        double[] k2 = exponents(shares(plus(y, h / 2, k1)));
        double[] k3 = exponents(shares(plus(y, h / 2, k2)));
        double[] k4 = exponents(shares(plus(y, h, k3)));
        for (int j = 0; j < y.length; j++) {
            y[j] += h / 6 * (k1[j] + 2 * k2[j] + 2 * k3[j] + k4[j]);
        }
    }

    private static double[] plus(double[] y, double h, double[] slope) {
        double[] out = y.clone();
        for (int j = 0; j < y.length; j++) {
            out[j] += h * slope[j];
        }
        return out;
    }

    private static double[] shares(double[] y) {
        double[] shares = new double[y.length];
        double sum = 0;
        for (int j = 0; j < y.length; j++) {
            shares[j] = Math.exp(y[j]);
            sum += shares[j];
        }
        for (int j = 0; j < y.length; j++) {
            shares[j] /= sum;
        }
        return shares;
    }
}
