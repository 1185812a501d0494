package dev.perron.kernel;

import java.util.Arrays;
import java.util.stream.IntStream;

/// The specification: the loops as one would write them on paper.
final class ScalarTransformerKernels implements TransformerKernels {
    private static final double LN_2 = Math.log(2);
    private static final double EPSILON = 1e-5;

    @Override
    public String describe() {
        return "scalar";
    }

    @Override
    public void linear(
            float[] w,
            int wAt,
            int out,
            int in,
            float[] x,
            int xAt,
            float[] y,
            int yAt,
            int stride,
            int from,
            int to,
            boolean add) {
        multiply(w, wAt, in, 1, out, in, x, xAt, y, yAt, stride, from, to, add);
    }

    @Override
    public void linearBackward(
            float[] w,
            int wAt,
            int out,
            int in,
            float[] dy,
            int dyAt,
            float[] dx,
            int dxAt,
            int stride,
            int from,
            int to,
            boolean add) {
        multiply(w, wAt, 1, in, in, out, dy, dyAt, dx, dxAt, stride, from, to, add);
    }

    /// With the weight of row r and column c at `wAt + r·rowStep + c·columnStep`.
    private static void multiply(
            float[] w,
            int wAt,
            int rowStep,
            int columnStep,
            int rows,
            int columns,
            float[] x,
            int xAt,
            float[] y,
            int yAt,
            int stride,
            int from,
            int to,
            boolean add) {
        for (int r = 0; r < rows; r++) {
            int row = yAt + r * stride;
            if (!add) {
                Arrays.fill(y, row + from, row + to, 0);
            }
            for (int c = 0; c < columns; c++) {
                float weight = w[wAt + r * rowStep + c * columnStep];
                int column = xAt + c * stride;
                for (int t = from; t < to; t++) {
                    y[row + t] += weight * x[column + t];
                }
            }
        }
    }

    @Override
    public void linearGradient(
            float[] dy,
            int dyAt,
            int out,
            float[] x,
            int xAt,
            int in,
            float[] dw,
            int dwAt,
            int stride,
            int from,
            int to) {
        for (int o = 0; o < out; o++) {
            for (int c = 0; c < in; c++) {
                double sum = 0;
                for (int t = from; t < to; t++) {
                    sum += dy[dyAt + o * stride + t] * x[xAt + c * stride + t];
                }
                dw[dwAt + o * in + c] += (float) sum;
            }
        }
    }

    @Override
    public void rowSums(
            float[] x, int xAt, int rows, float[] sums, int sumsAt, int stride, int from, int to) {
        for (int r = 0; r < rows; r++) {
            double sum = 0;
            for (int t = from; t < to; t++) {
                sum += x[xAt + r * stride + t];
            }
            sums[sumsAt + r] += (float) sum;
        }
    }

    @Override
    public void norm(
            float[] x,
            int xAt,
            int d,
            float[] gain,
            int gainAt,
            float[] y,
            int yAt,
            int stride,
            int from,
            int to) {
        for (int t = from; t < to; t++) {
            double mean = mean(x, xAt + t, d, stride);
            double scale = scale(x, xAt + t, d, stride, mean);
            for (int c = 0; c < d; c++) {
                y[yAt + c * stride + t] =
                        (float) (gain[gainAt + c] * (x[xAt + c * stride + t] - mean) * scale);
            }
        }
    }

    private static double mean(float[] x, int at, int d, int stride) {
        double sum = 0;
        for (int c = 0; c < d; c++) {
            sum += x[at + c * stride];
        }
        return sum / d;
    }

    /// One over the standard deviation.
    private static double scale(float[] x, int at, int d, int stride, double mean) {
        double sum = 0;
        for (int c = 0; c < d; c++) {
            double off = x[at + c * stride] - mean;
            sum += off * off;
        }
        return 1 / Math.sqrt(sum / d + EPSILON);
    }

    @Override
    public void normBackward(
            float[] x,
            int xAt,
            int d,
            float[] gain,
            int gainAt,
            float[] dy,
            int dyAt,
            float[] dx,
            int dxAt,
            float[] dgain,
            int dgainAt,
            int stride,
            int from,
            int to) {
        for (int t = from; t < to; t++) {
            double mean = mean(x, xAt + t, d, stride);
            double scale = scale(x, xAt + t, d, stride, mean);
            double sum = 0;
            double along = 0;
            for (int c = 0; c < d; c++) {
                double normal = (x[xAt + c * stride + t] - mean) * scale;
                double dNormal = dy[dyAt + c * stride + t] * gain[gainAt + c];
                sum += dNormal;
                along += dNormal * normal;
            }
            for (int c = 0; c < d; c++) {
                double normal = (x[xAt + c * stride + t] - mean) * scale;
                double dNormal = dy[dyAt + c * stride + t] * gain[gainAt + c];
                dx[dxAt + c * stride + t] +=
                        (float) (scale * (dNormal - sum / d - normal * along / d));
                dgain[dgainAt + c] += (float) (dy[dyAt + c * stride + t] * normal);
            }
        }
    }

    @Override
    public void gelu(
            float[] x, int xAt, float[] y, int yAt, int rows, int stride, int from, int to) {
        for (int r = 0; r < rows; r++) {
            for (int t = from; t < to; t++) {
                int at = r * stride + t;
                double input = x[xAt + at];
                double density = Math.exp(-input * input / 2) / Math.sqrt(2 * Math.PI);
                double below = NormalDistribution.below(input);
                y[yAt + at] = (float) (input * below);
                x[xAt + at] = (float) (below + input * density);
            }
        }
    }

    @Override
    public void multiply(
            float[] x, int xAt, float[] y, int yAt, int rows, int stride, int from, int to) {
        for (int r = 0; r < rows; r++) {
            for (int t = r * stride + from; t < r * stride + to; t++) {
                y[yAt + t] *= x[xAt + t];
            }
        }
    }

    @Override
    public void minusDots(
            float[] x,
            int xAt,
            float[] y,
            int yAt,
            int rows,
            float[] out,
            int outAt,
            int stride,
            int from,
            int to) {
        for (int t = from; t < to; t++) {
            double sum = 0;
            for (int r = 0; r < rows; r++) {
                sum -= (double) x[xAt + r * stride + t] * y[yAt + r * stride + t];
            }
            out[outAt + t] = (float) sum;
        }
    }

    @Override
    public double crossEntropy(
            float[] logits,
            int at,
            int tokens,
            int[] targets,
            int targetsAt,
            float weight,
            int stride,
            int from,
            int to) {
        double loss = 0;
        for (int t = from; t < to; t++) {
            int target = targets[targetsAt + t];
            double most = Double.NEGATIVE_INFINITY;
            for (int v = 0; v < tokens; v++) {
                most = Math.max(most, logits[at + v * stride + t]);
            }
            double sum = 0;
            for (int v = 0; v < tokens; v++) {
                sum += Math.exp(logits[at + v * stride + t] - most);
            }
            if (target >= 0) {
                loss += Math.log(sum) + most - logits[at + target * stride + t];
            }
            for (int v = 0; v < tokens; v++) {
                int entry = at + v * stride + t;
                double p = Math.exp(logits[entry] - most) / sum;
                logits[entry] = target < 0 ? 0 : (float) (weight * (p - (v == target ? 1 : 0)));
            }
        }
        return loss;
    }

    @Override
    public void attention(
            AttentionShape shape,
            float[] qkv,
            int qAt,
            int kAt,
            int vAt,
            float[] byDistance,
            float[] y,
            int yAt,
            float[] logSums,
            int logSumsAt,
            float[] scratch) {
        int stride = shape.stride();
        double[] scores = new double[shape.times()];
        double[] row = new double[shape.dHead()];
        for (int i = 0; i < shape.times(); i++) {
            int first = Math.max(0, i - shape.window() + 1);
            double most = Double.NEGATIVE_INFINITY;
            for (int j = first; j <= i; j++) {
                scores[j] = score(shape, qkv, qAt + i, kAt + j, byDistance, i - j);
                most = Math.max(most, scores[j]);
            }
            double sum = 0;
            Arrays.fill(row, 0);
            for (int j = first; j <= i; j++) {
                double p = Math.exp((scores[j] - most) * LN_2);
                sum += p;
                for (int c = 0; c < row.length; c++) {
                    row[c] += p * qkv[vAt + c * stride + j];
                }
            }
            for (int c = 0; c < row.length; c++) {
                y[yAt + c * stride + i] = (float) (row[c] / sum);
            }
            logSums[logSumsAt + i] = (float) (-most - Math.log(sum) / LN_2);
        }
    }

    private static double score(
            AttentionShape shape, float[] qkv, int q, int k, float[] byDistance, int distance) {
        double score = byDistance[shape.distanceAt(distance)];
        for (int c = 0; c < shape.dHead(); c++) {
            score += (double) qkv[q + c * shape.stride()] * qkv[k + c * shape.stride()];
        }
        return score;
    }

    @Override
    public void attentionBackward(
            AttentionShape shape,
            float[] qkv,
            int qAt,
            int kAt,
            int vAt,
            float[] byDistance,
            float[] logSums,
            int logSumsAt,
            float[] dy,
            int dyAt,
            float[] dot,
            int dotAt,
            float[] dqkv,
            int dqAt,
            int dkAt,
            int dvAt,
            float[] dByDistance,
            float[] scratch) {
        int stride = shape.stride();
        for (int c = 0; c < shape.dHead(); c++) {
            Arrays.fill(dqkv, dqAt + c * stride, dqAt + c * stride + shape.times(), 0);
            Arrays.fill(dqkv, dkAt + c * stride, dkAt + c * stride + shape.times(), 0);
            Arrays.fill(dqkv, dvAt + c * stride, dvAt + c * stride + shape.times(), 0);
        }
        for (int i = 0; i < shape.times(); i++) {
            for (int j = Math.max(0, i - shape.window() + 1); j <= i; j++) {
                double score = score(shape, qkv, qAt + i, kAt + j, byDistance, i - j);
                double p = Math.exp((score + logSums[logSumsAt + i]) * LN_2);
                double dp = dot[dotAt + i];
                for (int c = 0; c < shape.dHead(); c++) {
                    dp += (double) dy[dyAt + c * stride + i] * qkv[vAt + c * stride + j];
                }
                double ds = p * dp * LN_2;
                for (int c = 0; c < shape.dHead(); c++) {
                    int row = c * stride;
                    dqkv[dqAt + row + i] += (float) (ds * qkv[kAt + row + j]);
                    dqkv[dkAt + row + j] += (float) (ds * qkv[qAt + row + i]);
                    dqkv[dvAt + row + j] += (float) (p * dy[dyAt + row + i]);
                }
                if (shape.biased()) {
                    dByDistance[shape.distanceAt(i - j)] += (float) ds;
                }
            }
        }
    }

    @Override
    public void choose(
            float[] symbols,
            int symbolsAt,
            float[] x,
            int zeroAt,
            int oneAt,
            float[] y,
            int yAt,
            int rows,
            int stride,
            int from,
            int to) {
        for (int r = 0; r < rows; r++) {
            for (int t = from; t < to; t++) {
                int at = r * stride + t;
                y[yAt + at] = x[(symbols[symbolsAt + t] > 0 ? oneAt : zeroAt) + at];
            }
        }
    }

    @Override
    public void binaryAttention(
            BinaryAttentionShape shape,
            float[] qkv,
            int qAt,
            int kAt,
            float[] symbols,
            int symbolsAt,
            float[] values,
            int valuesAt,
            float[] y,
            int yAt,
            float[] sums,
            int sumsAt,
            int[] blocks,
            float[] scratch) {
        int stride = shape.head().stride();
        double[] row = new double[shape.head().dHead()];
        for (int s = 0; s < shape.sequences(); s++) {
            int symbol = symbolsAt + s * stride;
            int step = s * shape.sequenceStep();
            for (int i : queries(blocks)) {
                double sum = 0;
                Arrays.fill(row, 0);
                for (int j = Math.max(0, i - shape.head().window() + 1); j <= i; j++) {
                    double p = binaryWeight(shape, qkv, qAt, kAt, symbols, symbol, i, j);
                    sum += p;
                    for (int c = 0; c < row.length; c++) {
                        row[c] += p * values[valuesAt + step + c * stride + j];
                    }
                }
                for (int c = 0; c < row.length; c++) {
                    y[yAt + step + c * stride + i] = (float) (row[c] / sum);
                }
                sums[sumsAt + s * stride + i] = (float) (1 / sum);
            }
        }
    }

    private static int[] queries(int[] blocks) {
        return Arrays.stream(blocks)
                .flatMap(block -> IntStream.range(block, block + BLOCK))
                .toArray();
    }

    private static int rowsOf(float symbol, BinaryAttentionShape shape) {
        return symbol > 0 ? shape.symbolStep() : 0;
    }

    private static double binaryWeight(
            BinaryAttentionShape shape,
            float[] qkv,
            int qAt,
            int kAt,
            float[] symbols,
            int symbol,
            int i,
            int j) {
        int q = qAt + rowsOf(symbols[symbol + i], shape) + i;
        int k = kAt + rowsOf(symbols[symbol + j], shape) + j;
        double score = 0;
        for (int c = 0; c < shape.head().dHead(); c++) {
            score +=
                    (double) qkv[q + c * shape.head().stride()]
                            * qkv[k + c * shape.head().stride()];
        }
        return Math.exp(score * LN_2);
    }

    @Override
    public void binaryAttentionBackward(
            BinaryAttentionShape shape,
            float[] qkv,
            int qAt,
            int kAt,
            int vAt,
            float[] symbols,
            int symbolsAt,
            float[] dy,
            int dyAt,
            float[] dot,
            int dotAt,
            float[] dqkv,
            int dqAt,
            int dkAt,
            int dvAt,
            int[] blocks,
            float[] scratch) {
        int stride = shape.head().stride();
        for (int s = 0; s < shape.sequences(); s++) {
            int symbol = symbolsAt + s * stride;
            int step = s * shape.sequenceStep();
            for (int i : queries(blocks)) {
                int a = rowsOf(symbols[symbol + i], shape);
                for (int j = Math.max(0, i - shape.head().window() + 1); j <= i; j++) {
                    int b = rowsOf(symbols[symbol + j], shape);
                    double p = binaryWeight(shape, qkv, qAt, kAt, symbols, symbol, i, j);
                    double dp = dot[dotAt + s * stride + i];
                    for (int c = 0; c < shape.head().dHead(); c++) {
                        dp +=
                                (double) dy[dyAt + step + c * stride + i]
                                        * qkv[vAt + b + c * stride + j];
                    }
                    double ds = p * dp * LN_2;
                    for (int c = 0; c < shape.head().dHead(); c++) {
                        int row = c * stride;
                        dqkv[dqAt + a + row + i] += (float) (ds * qkv[kAt + b + row + j]);
                        dqkv[dkAt + b + row + j] += (float) (ds * qkv[qAt + a + row + i]);
                        dqkv[dvAt + b + row + j] += (float) (p * dy[dyAt + step + row + i]);
                    }
                }
            }
        }
    }

    @Override
    public int binaryAttentionScratch(BinaryAttentionShape shape) {
        return 0;
    }

    @Override
    public int attentionScratch(int dHead) {
        return 0;
    }
}
