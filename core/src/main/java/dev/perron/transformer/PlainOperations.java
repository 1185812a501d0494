package dev.perron.transformer;

import java.util.Arrays;

/// The operations of a [PlainPass], each with its gradient below it, on activations
/// `[time][channel]`. A gradient of weights is added to dw; one of an input is returned.
final class PlainOperations {
    private static final double EPSILON = 1e-5; // of LayerNorm

    private final double[] w;

    /// @param w the weights, read whenever they are needed
    PlainOperations(double[] w) {
        this.w = w;
    }

    /// `Wx + b` at each time.
    double[][] linear(double[][] x, int weight, int bias, int out) {
        double[][] y = new double[x.length][out];
        for (int t = 0; t < x.length; t++) {
            for (int o = 0; o < out; o++) {
                double sum = bias == WeightOffsets.NONE ? 0 : w[bias + o];
                for (int c = 0; c < x[t].length; c++) {
                    sum += w[weight + o * x[t].length + c] * x[t][c];
                }
                y[t][o] = sum;
            }
        }
        return y;
    }

    double[][] linearBackward(double[][] x, double[][] dy, int weight, int bias, double[] dw) {
        double[][] dx = new double[x.length][x[0].length];
        for (int t = 0; t < x.length; t++) {
            for (int o = 0; o < dy[t].length; o++) {
                for (int c = 0; c < x[t].length; c++) {
                    dx[t][c] += w[weight + o * x[t].length + c] * dy[t][o];
                    dw[weight + o * x[t].length + c] += dy[t][o] * x[t][c];
                }
                if (bias != WeightOffsets.NONE) {
                    dw[bias + o] += dy[t][o];
                }
            }
        }
        return dx;
    }

    /// LayerNorm, or x itself where the configuration has none.
    double[][] norm(double[][] x, int gain, int bias) {
        if (gain == WeightOffsets.NONE) {
            return x;
        }
        double[][] y = new double[x.length][];
        for (int t = 0; t < x.length; t++) {
            y[t] = normalised(x[t]);
            for (int c = 0; c < y[t].length; c++) {
                y[t][c] = y[t][c] * w[gain + c] + (bias == WeightOffsets.NONE ? 0 : w[bias + c]);
            }
        }
        return y;
    }

    double[][] normBackward(double[][] x, double[][] dy, int gain, int bias, double[] dw) {
        if (gain == WeightOffsets.NONE) {
            return dy;
        }
        int d = x[0].length;
        double[][] dx = new double[x.length][d];
        for (int t = 0; t < x.length; t++) {
            double[] unit = normalised(x[t]);
            double mean = 0;
            double along = 0;
            for (int c = 0; c < d; c++) {
                dw[gain + c] += dy[t][c] * unit[c];
                if (bias != WeightOffsets.NONE) {
                    dw[bias + c] += dy[t][c];
                }
                mean += dy[t][c] * w[gain + c] / d;
                along += dy[t][c] * w[gain + c] * unit[c] / d;
            }
            double scale = 1 / deviation(x[t]);
            for (int c = 0; c < d; c++) {
                dx[t][c] = scale * (dy[t][c] * w[gain + c] - mean - along * unit[c]);
            }
        }
        return dx;
    }

    private static double[] normalised(double[] x) {
        double mean = Arrays.stream(x).average().orElseThrow();
        double deviation = deviation(x);
        return Arrays.stream(x).map(value -> (value - mean) / deviation).toArray();
    }

    private static double deviation(double[] x) {
        double mean = Arrays.stream(x).average().orElseThrow();
        double sum = Arrays.stream(x).map(value -> (value - mean) * (value - mean)).sum();
        return Math.sqrt(sum / x.length + EPSILON);
    }

    static double[][] columns(double[][] x, int from, int to) {
        return Arrays.stream(x)
                .map(row -> Arrays.copyOfRange(row, from, to))
                .toArray(double[][]::new);
    }

    static double[][] sum(double[][] a, double[][] b) {
        double[][] sum = new double[a.length][];
        for (int t = 0; t < a.length; t++) {
            sum[t] = a[t].clone();
            for (int c = 0; c < sum[t].length; c++) {
                sum[t][c] += b[t][c];
            }
        }
        return sum;
    }
}
