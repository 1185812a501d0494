package dev.perron.transformer;

import dev.perron.kernel.NormalDistribution;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/// One sequence through a model and back, in double, as one would write it on paper: activations
/// are `[time][channel]`, attention is kept as `[query][key]`. It says what the float32 passes must
/// give, and is what models are trained by in double.
final class PlainPass {
    private final TransformerConfig config;
    private final WeightOffsets offsets;
    private final double[] w;
    private final PlainOperations operations;

    // What forward leaves for backward.
    private int[] tokens = {};
    private final List<LayerTrace> traces = new ArrayList<>();
    private double[][] last = {}; // x after the last layer
    private double[][] normal = {}; // and what the head sees of it
    private double[][] logits = {}; // [T][V]

    /// Activations of one layer.
    private static final class LayerTrace {
        double[][] x = {}; // [T][d], what comes in
        double[][] y1 = {}; // after the first norm
        double[][] q = {}; // [T][d], as turned by rotary positions
        double[][] k = {};
        double[][] v = {};
        double[][][] attention = {}; // [H][query][key]
        double[][] heads = {}; // [T][d], what the heads give
        double[][] xm = {}; // after the attention
        double[][] y2 = {}; // after the second norm
        double[][] hidden = {}; // [T][m], before the activation
        double[][] active = {};
        double[][] added = {}; // what the MLP adds, before a norm
    }

    /// @param w the weights, read whenever they are needed
    PlainPass(WeightLayout layout, double[] w) {
        this.config = layout.config();
        this.offsets = WeightOffsets.of(layout);
        this.w = w;
        this.operations = new PlainOperations(w);
    }

    /// Logits `[T][V]` for the token after each.
    double[][] forward(int[] sequence) {
        tokens = sequence.clone();
        traces.clear();
        double[][] x = embedded();
        for (WeightOffsets.Layer at : offsets.layers()) {
            LayerTrace trace = new LayerTrace();
            traces.add(trace);
            x = layer(at, trace, x);
        }
        last = x;
        normal = operations.norm(x, offsets.norm(), offsets.normBias());
        double[][] out =
                operations.linear(normal, offsets.head(), offsets.headBias(), config.logits());
        logits = config.head().scalar() ? beside(out) : out;
        return logits;
    }

    /// Logits `(0, z)` from z.
    private static double[][] beside(double[][] z) {
        return Arrays.stream(z).map(row -> new double[] {0, row[0]}).toArray(double[][]::new);
    }

    private double[][] embedded() {
        int d = config.dModel();
        double[][] x = new double[tokens.length][d];
        for (int t = 0; t < tokens.length; t++) {
            for (int c = 0; c < d; c++) {
                x[t][c] =
                        switch (config.positions()) {
                            case LEARNED -> w[offsets.positions() + t * d + c];
                            case SINUSOIDAL -> PositionTables.sinusoid(t, c, d);
                            case ROTARY, RELATIVE, NONE -> 0;
                        };
                int row = embedding(tokens[t]);
                if (row >= 0) {
                    x[t][c] += w[row + c];
                }
            }
        }
        return x;
    }

    /// Where the embedding of a token begins; negative for token 0 of a scalar head, which is zero.
    private int embedding(int token) {
        int row = config.head().scalar() ? token - 1 : token;
        return row < 0 ? row : offsets.tokens() + row * config.dModel();
    }

    private double[][] layer(WeightOffsets.Layer at, LayerTrace trace, double[][] x) {
        trace.x = x;
        trace.xm = x;
        if (config.attention()) {
            trace.y1 = operations.norm(x, at.norm1(), at.norm1Bias());
            double[][] qkv =
                    operations.linear(trace.y1, at.qkv(), at.qkvBias(), 3 * config.dModel());
            attend(at, trace, qkv);
            trace.xm =
                    PlainOperations.sum(
                            x,
                            operations.linear(
                                    trace.heads,
                                    at.projection(),
                                    at.projectionBias(),
                                    config.dModel()));
        }
        if (config.dMlp() == 0) {
            return trace.xm;
        }
        trace.y2 =
                config.normalisation().beforeMlp()
                        ? operations.norm(trace.xm, at.norm2(), at.norm2Bias())
                        : trace.xm;
        trace.hidden = operations.linear(trace.y2, at.hidden(), at.hiddenBias(), config.dMlp());
        trace.active =
                Arrays.stream(trace.hidden)
                        .map(row -> Arrays.stream(row).map(this::activation).toArray())
                        .toArray(double[][]::new);
        trace.added = operations.linear(trace.active, at.out(), at.outBias(), config.dModel());
        return PlainOperations.sum(
                trace.xm,
                config.normalisation().afterMlp()
                        ? operations.norm(trace.added, at.norm2(), at.norm2Bias())
                        : trace.added);
    }

    private double activation(double x) {
        return switch (config.activation()) {
            case GELU -> x * NormalDistribution.below(x);
            case RELU -> Math.max(x, 0);
        };
    }

    private double slope(double x) {
        return switch (config.activation()) {
            case GELU ->
                    NormalDistribution.below(x) + x * Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
            case RELU -> x > 0 ? 1 : 0;
        };
    }

    private void attend(WeightOffsets.Layer at, LayerTrace trace, double[][] qkv) {
        int d = config.dModel();
        trace.q = PlainOperations.columns(qkv, 0, d);
        trace.k = PlainOperations.columns(qkv, d, 2 * d);
        trace.v = PlainOperations.columns(qkv, 2 * d, 3 * d);
        if (config.positions() == Positions.ROTARY) {
            rotate(trace.q, 1);
            rotate(trace.k, 1);
        }
        trace.attention = new double[config.nHeads()][tokens.length][tokens.length];
        trace.heads = new double[tokens.length][d];
        for (int h = 0; h < config.nHeads(); h++) {
            for (int i = 0; i < tokens.length; i++) {
                double[] row = trace.attention[h][i];
                softmax(at, trace, h, i, row);
                for (int j = first(i); j <= i; j++) {
                    for (int c = head(h); c < head(h + 1); c++) {
                        trace.heads[i][c] += row[j] * trace.v[j][c];
                    }
                }
            }
        }
    }

    private void softmax(WeightOffsets.Layer at, LayerTrace trace, int h, int i, double[] row) {
        double most = Double.NEGATIVE_INFINITY;
        for (int j = first(i); j <= i; j++) {
            for (int c = head(h); c < head(h + 1); c++) {
                row[j] += trace.q[i][c] * trace.k[j][c];
            }
            row[j] /= Math.sqrt(config.dHead());
            if (config.positions() == Positions.RELATIVE) {
                row[j] += w[at.relative() + h * config.nCtx() + i - j];
            }
            most = Math.max(most, row[j]);
        }
        double sum = 0;
        for (int j = first(i); j <= i; j++) {
            row[j] = Math.exp(row[j] - most);
            sum += row[j];
        }
        for (int j = first(i); j <= i; j++) {
            row[j] /= sum;
        }
    }

    /// The first key that a query sees.
    private int first(int query) {
        return Math.max(0, query - config.window() + 1);
    }

    /// The first channel of a head.
    private int head(int h) {
        return h * config.dHead();
    }

    /// Turns each head's channels c and c + D/2 by their angle, or back by `sign` -1.
    private void rotate(double[][] x, int sign) {
        int half = config.dHead() / 2;
        for (int t = 0; t < x.length; t++) {
            for (int h = 0; h < config.nHeads(); h++) {
                for (int c = 0; c < half; c++) {
                    double angle = sign * PositionTables.angle(t, c, config.dHead());
                    int one = head(h) + c;
                    double a = x[t][one];
                    double b = x[t][one + half];
                    x[t][one] = a * Math.cos(angle) - b * Math.sin(angle);
                    x[t][one + half] = a * Math.sin(angle) + b * Math.cos(angle);
                }
            }
        }
    }

    /// Attention of some layers, ascending, each `[head][query][key]` as it is made. Nothing is
    /// computed behind the last of them, and nothing kept.
    void attention(int[] sequence, List<Integer> layers, Consumer<double[][][]> each) {
        tokens = sequence.clone();
        double[][] x = embedded();
        for (int layer = 0; layer <= layers.getLast(); layer++) {
            LayerTrace trace = new LayerTrace();
            x = layer(offsets.layers().get(layer), trace, x);
            if (layers.contains(layer)) {
                each.accept(trace.attention);
            }
        }
    }

    /// The mean over times of ‖attention's output‖ / ‖residual stream after it‖ in a layer, of the
    /// last sequence.
    double attentionRatio(int layer) {
        LayerTrace trace = traces.get(layer);
        double sum = 0;
        for (int t = 0; t < tokens.length; t++) {
            double added = 0;
            double after = 0;
            for (int c = 0; c < config.dModel(); c++) {
                double difference = trace.xm[t][c] - trace.x[t][c];
                added += difference * difference;
                after += trace.xm[t][c] * trace.xm[t][c];
            }
            sum += Math.sqrt(added / after);
        }
        return sum / tokens.length;
    }

    /// The sum of `-log` of the targets' probabilities over the times of the last sequence.
    double loss(int[] targets) {
        double loss = 0;
        for (int t = 0; t < logits.length; t++) {
            loss += config.probabilities().surprise(logits[t], targets[t]);
        }
        return loss;
    }

    /// Logits `[T][V]` of the last sequence.
    double[][] logits() {
        return logits;
    }

    /// Adds the gradient of `weight · loss(targets)` to dw.
    void backward(int[] targets, double weight, double[] dw) {
        double[][] dLogits = new double[logits.length][];
        for (int t = 0; t < logits.length; t++) {
            double[] row = config.probabilities().surpriseGradient(logits[t], targets[t]);
            for (int v = 0; v < row.length; v++) {
                row[v] *= weight;
            }
            dLogits[t] = config.head().scalar() ? new double[] {row[1]} : row;
        }
        double[][] dNormal =
                operations.linearBackward(normal, dLogits, offsets.head(), offsets.headBias(), dw);
        double[][] dx =
                operations.normBackward(last, dNormal, offsets.norm(), offsets.normBias(), dw);
        for (int l = config.nLayers() - 1; l >= 0; l--) {
            dx = layerBackward(offsets.layers().get(l), traces.get(l), dx, dw);
        }
        for (int t = 0; t < tokens.length; t++) {
            for (int c = 0; c < config.dModel(); c++) {
                if (config.positions() == Positions.LEARNED) {
                    dw[offsets.positions() + t * config.dModel() + c] += dx[t][c];
                }
                int row = embedding(tokens[t]);
                if (row >= 0) {
                    dw[row + c] += dx[t][c];
                }
            }
        }
    }

    private double[][] layerBackward(
            WeightOffsets.Layer at, LayerTrace trace, double[][] dOut, double[] dw) {
        double[][] dxm = dOut;
        if (config.dMlp() > 0) {
            boolean after = config.normalisation().afterMlp();
            double[][] dAdded =
                    after
                            ? operations.normBackward(
                                    trace.added, dOut, at.norm2(), at.norm2Bias(), dw)
                            : dOut;
            double[][] dHidden =
                    operations.linearBackward(trace.active, dAdded, at.out(), at.outBias(), dw);
            for (int t = 0; t < dHidden.length; t++) {
                for (int u = 0; u < config.dMlp(); u++) {
                    dHidden[t][u] *= slope(trace.hidden[t][u]);
                }
            }
            double[][] dy =
                    operations.linearBackward(trace.y2, dHidden, at.hidden(), at.hiddenBias(), dw);
            double[][] dIn =
                    after
                            ? dy
                            : operations.normBackward(trace.xm, dy, at.norm2(), at.norm2Bias(), dw);
            dxm = PlainOperations.sum(dOut, dIn);
        }
        if (!config.attention()) {
            return dxm;
        }
        double[][] dHeads =
                operations.linearBackward(
                        trace.heads, dxm, at.projection(), at.projectionBias(), dw);
        double[][] dQkv = attendBackward(at, trace, dHeads, dw);
        double[][] dy = operations.linearBackward(trace.y1, dQkv, at.qkv(), at.qkvBias(), dw);
        return PlainOperations.sum(
                dxm, operations.normBackward(trace.x, dy, at.norm1(), at.norm1Bias(), dw));
    }

    private double[][] attendBackward(
            WeightOffsets.Layer at, LayerTrace trace, double[][] dHeads, double[] dw) {
        int d = config.dModel();
        double[][] dq = new double[tokens.length][d];
        double[][] dk = new double[tokens.length][d];
        double[][] dv = new double[tokens.length][d];
        double scale = 1 / Math.sqrt(config.dHead());
        for (int h = 0; h < config.nHeads(); h++) {
            for (int i = 0; i < tokens.length; i++) {
                double[] row = trace.attention[h][i];
                double[] dRow = new double[i + 1];
                double mean = 0;
                for (int j = first(i); j <= i; j++) {
                    for (int c = head(h); c < head(h + 1); c++) {
                        dRow[j] += dHeads[i][c] * trace.v[j][c];
                        dv[j][c] += row[j] * dHeads[i][c];
                    }
                    mean += row[j] * dRow[j];
                }
                for (int j = first(i); j <= i; j++) {
                    double dScore = row[j] * (dRow[j] - mean);
                    for (int c = head(h); c < head(h + 1); c++) {
                        dq[i][c] += dScore * scale * trace.k[j][c];
                        dk[j][c] += dScore * scale * trace.q[i][c];
                    }
                    if (config.positions() == Positions.RELATIVE) {
                        dw[at.relative() + h * config.nCtx() + i - j] += dScore;
                    }
                }
            }
        }
        if (config.positions() == Positions.ROTARY) {
            rotate(dq, -1);
            rotate(dk, -1);
        }
        double[][] all = new double[tokens.length][3 * d];
        for (int t = 0; t < tokens.length; t++) {
            System.arraycopy(dq[t], 0, all[t], 0, d);
            System.arraycopy(dk[t], 0, all[t], d, d);
            System.arraycopy(dv[t], 0, all[t], 2 * d, d);
        }
        return all;
    }
}
