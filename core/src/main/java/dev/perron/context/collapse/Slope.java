package dev.perron.context.collapse;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/// How fast a token's share falls: the slope of its logarithm against that of t, by least squares
/// over the checkpoints from some time on, with a bootstrap interval over runs.
///
/// Of the mean share, or of that in a typical run (the mean of the logarithms). They differ for
/// long: near q = 1/2 the mean is that of the few runs that haven't collapsed yet, while typical
/// runs have; near q = 0 a typical run has hardly seen the loser again, and the mean is nearer to
/// the exponent.
///
/// @param value the slope
/// @param low end of the 95 % interval
/// @param high end of the 95 % interval
/// @param from the first checkpoint that counts
/// @param to the last one
public record Slope(double value, double low, double high, int from, int to) {
    private static final int RESAMPLES = 2000;
    private static final double TAIL = 0.025;

    /// Over which the slope is taken.
    public enum Average {
        /// Of shares.
        MEAN,
        /// Of their logarithms.
        TYPICAL
    }

    /// Of some runs.
    ///
    /// @param average of the shares of these runs
    /// @param runs over which the mean is taken, and which are drawn again
    /// @param from the first time that counts
    /// @param seed of the resampling
    /// @return nothing if fewer than two checkpoints or runs are left, or the average share is 0
    public static Optional<Slope> of(
            CollapseRuns all, Average average, int token, List<Integer> runs, int from, long seed) {
        List<Integer> times = all.checkpoints().times();
        int first = (int) times.stream().filter(t -> t < from).count();
        int points = times.size() - first;
        if (points < 2 || runs.size() < 2) {
            return Optional.empty();
        }
        double[] x = IntStream.range(first, times.size()).mapToDouble(times::get).toArray();
        double[][] shares = new double[runs.size()][points];
        for (int r = 0; r < shares.length; r++) {
            for (int i = 0; i < points; i++) {
                double share = all.share(runs.get(r), first + i, token);
                shares[r][i] = average == Average.MEAN ? share : Math.log(share);
            }
        }
        int[] each = IntStream.range(0, shares.length).toArray();
        double value = ofMean(x, shares, each, average);
        if (!Double.isFinite(value)) {
            return Optional.empty();
        }
        SplittableRandom random = new SplittableRandom(seed);
        double[] again = new double[RESAMPLES];
        int[] drawn = new int[shares.length];
        for (int b = 0; b < RESAMPLES; b++) {
            Arrays.setAll(drawn, _ -> random.nextInt(drawn.length));
            again[b] = ofMean(x, shares, drawn, average);
        }
        Arrays.sort(again);
        return Optional.of(
                new Slope(
                        value,
                        again[(int) (TAIL * RESAMPLES)],
                        again[(int) ((1 - TAIL) * RESAMPLES) - 1],
                        times.get(first),
                        times.getLast()));
    }

    private static double ofMean(double[] x, double[][] shares, int[] runs, Average average) {
        double[] mean = new double[x.length];
        for (int run : runs) {
            for (int i = 0; i < x.length; i++) {
                mean[i] += shares[run][i];
            }
        }
        for (int i = 0; i < x.length; i++) {
            mean[i] /= runs.length;
            mean[i] = average == Average.MEAN ? mean[i] : Math.exp(mean[i]);
        }
        return logLog(x, mean);
    }

    /// The least-squares slope of log y against log x.
    ///
    /// @param x at least two different, positive
    /// @param y as many, positive
    public static double logLog(double[] x, double[] y) {
        double meanX = Arrays.stream(x).map(Math::log).average().orElse(0);
        double meanY = Arrays.stream(y).map(Math::log).average().orElse(0);
        double xy = 0;
        double xx = 0;
        for (int i = 0; i < x.length; i++) {
            double dx = Math.log(x[i]) - meanX;
            xy += dx * (Math.log(y[i]) - meanY);
            xx += dx * dx;
        }
        return xy / xx;
    }
}
