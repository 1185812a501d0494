package dev.perron.transformer;

import dev.perron.kernel.AttentionShape;
import dev.perron.kernel.TransformerKernels;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// One sequence through a model and back, in float32, by kernels. What it computes is written down
/// in [PlainPass].
///
/// All activations are rows of times, a row a channel, in one array; what goes from one operation
/// of a layer to the next goes there by short pieces of time that stay in the nearest cache. Of use
/// to one thread at a time; nothing is allocated for a sequence.
final class KernelPass {
    /// Times of a piece.
    private static final int PIECE = 4 * TransformerKernels.BLOCK;

    /// So many tokens at most are told apart by rows of zeros and ones, and embedded by a product.
    private static final int FEW_TOKENS = 8;

    private static final double LOG2_E = 1 / Math.log(2);

    private static final int NONE = WeightOffsets.NONE;

    private final TransformerConfig config;
    private final WeightOffsets offsets;
    private final TransformerKernels kernels;
    private final AttentionShape shape;
    private final int length;
    private final int end; // of the last block
    private final int stride;
    private final int d;
    private final float scale; // of queries, so that scores are in powers of two

    private final int[] tokens;
    private final int[] targets;
    private final float[] a; // all rows
    private final List<Rows> rows; // of each layer
    private final int oneHot;
    private final int last;
    private final int normal;
    private final int logits;
    private final int dx;
    private final int dy;
    private final int dHidden;
    private final int dQkv;
    private final int dHeads;
    private final int dot;
    private final RowOperations ops;
    private final Optional<Rotary> rotary;
    private final float[] mask;
    private final float[] scratch;

    /// Where the rows of one layer begin. Where a configuration lacks an operation, what comes out
    /// of it is what goes in.
    private record Rows(
            int x,
            int y1,
            int qkv,
            int heads,
            int logSums,
            int xm,
            int y2,
            int hidden,
            int active,
            int added) {}

    /// @param length tokens of every sequence
    KernelPass(WeightLayout layout, TransformerKernels kernels, int length) {
        this.config = layout.config();
        this.offsets = WeightOffsets.of(layout);
        this.kernels = kernels;
        this.length = length;
        d = config.dModel();
        end =
                (length + TransformerKernels.BLOCK - 1)
                        / TransformerKernels.BLOCK
                        * TransformerKernels.BLOCK;
        stride = stride(length);
        scale = (float) (LOG2_E / Math.sqrt(config.dHead()));
        shape =
                new AttentionShape(
                        length,
                        stride,
                        config.dHead(),
                        config.window(),
                        config.positions() == Positions.RELATIVE);
        tokens = new int[end];
        targets = new int[end];

        RowAllocation next = new RowAllocation(stride);
        oneHot = next.rows(fewTokens() ? config.logits() : 0);
        rows = IntStream.range(0, config.nLayers()).mapToObj(_ -> layerRows(next)).toList();
        last = next.rows(d);
        normal = config.normalisation().beforeHead() ? next.rows(d) : last;
        logits = next.rows(config.dVocab());
        dx = next.rows(d);
        dy = next.rows(d);
        dHidden = next.rows(config.dMlp());
        dQkv = next.rows(3 * d);
        dHeads = next.rows(d);
        dot = next.rows(1);
        a = new float[next.floats()];
        ops = new RowOperations(kernels, a, d, stride, end, dx, dy);
        rotary =
                config.positions() == Positions.ROTARY
                        ? Optional.of(new Rotary(config, length, stride))
                        : Optional.empty();
        mask = shape.mask();
        scratch = new float[kernels.attentionScratch(config.dHead())];
    }

    private Rows layerRows(RowAllocation next) {
        int x = next.rows(d);
        Normalisation normed = config.normalisation();
        int y1 = normed.beforeAttention() && config.attention() ? next.rows(d) : x;
        int qkv = next.rows(config.attention() ? 3 * d : 0);
        int heads = next.rows(config.attention() ? d : 0);
        int logSums = next.rows(config.attention() ? config.nHeads() : 0);
        int xm = config.attention() ? next.rows(d) : x;
        int y2 = normed.beforeMlp() ? next.rows(d) : xm;
        return new Rows(
                x,
                y1,
                qkv,
                heads,
                logSums,
                xm,
                y2,
                next.rows(config.dMlp()),
                next.rows(config.dMlp()),
                next.rows(normed.afterMlp() ? d : 0));
    }

    private boolean fewTokens() {
        return config.dVocab() <= FEW_TOKENS;
    }

    /// Floats from one row to the next: whole blocks and half a block more, so that rows don't all
    /// fall on the same lines of a cache.
    static int stride(int length) {
        int block = TransformerKernels.BLOCK;
        return (length + block - 1) / block * block + block / 2;
    }

    /// Reads one sequence: its tokens but the last, and each one's next as its target.
    void read(int[] batch, int at) {
        Arrays.fill(targets, -1);
        for (int t = 0; t < length; t++) {
            tokens[t] = batch[at + t];
            targets[t] = batch[at + t + 1];
        }
    }

    /// Logits of the sequence that was read, `[token][stride]`.
    ///
    /// @param positions `[d][stride]`, what is added to embeddings
    void forward(float[] w, float[] positions) {
        embed(w, positions);
        for (int layer = 0; layer < rows.size(); layer++) {
            if (config.attention()) {
                project(w, offsets.layers().get(layer), rows.get(layer));
                attend(w, offsets.layers().get(layer), rows.get(layer));
            }
            fromHeads(w, layer);
        }
        head(w);
    }

    /// The same where what the heads of the first layer give is known.
    ///
    /// @param heads `[d][stride]`, from `at` on
    void forward(float[] w, float[] positions, float[] heads, int at) {
        embed(w, positions);
        System.arraycopy(heads, at, a, rows.getFirst().heads(), d * stride);
        fromHeads(w, 0);
        for (int layer = 1; layer < rows.size(); layer++) {
            project(w, offsets.layers().get(layer), rows.get(layer));
            attend(w, offsets.layers().get(layer), rows.get(layer));
            fromHeads(w, layer);
        }
        head(w);
    }

    /// Queries, keys and values of the first layer, and nothing that comes after.
    ///
    /// @param qkv `[3d][stride]`, from `at` on: becomes them
    void project(float[] w, float[] positions, float[] qkv, int at) {
        embed(w, positions);
        Rows first = rows.getFirst();
        project(w, offsets.layers().getFirst(), first);
        System.arraycopy(a, first.qkv(), qkv, at, 3 * d * stride);
    }

    private void head(float[] w) {
        for (int from = 0; from < end; from += PIECE) {
            int to = Math.min(end, from + PIECE);
            ops.norm(w, offsets.norm(), offsets.normBias(), last, normal, from, to);
            ops.linear(
                    w,
                    offsets.head(),
                    offsets.headBias(),
                    config.logits(),
                    normal,
                    d,
                    firstLogit(),
                    from,
                    to);
        }
    }

    /// A scalar head's logits are (0, z).
    private int firstLogit() {
        return config.head().scalar() ? logits + stride : logits;
    }

    private void embed(float[] w, float[] positions) {
        int x = offsets.layers().isEmpty() ? last : rows.getFirst().x();
        System.arraycopy(positions, 0, a, x, d * stride);
        if (fewTokens()) {
            int first = config.head().scalar() ? 1 : 0;
            for (int v = 0; v < config.logits(); v++) {
                for (int t = 0; t < length; t++) {
                    a[oneHot + v * stride + t] = tokens[t] == v + first ? 1 : 0;
                }
            }
            kernels.linearBackward(
                    w, offsets.tokens(), config.logits(), d, a, oneHot, a, x, stride, 0, end, true);
            return;
        }
        for (int c = 0; c < d; c++) {
            for (int t = 0; t < length; t++) {
                a[x + c * stride + t] += w[offsets.tokens() + tokens[t] * d + c];
            }
        }
    }

    private void project(float[] w, WeightOffsets.Layer at, Rows r) {
        for (int from = 0; from < end; from += PIECE) {
            int to = Math.min(end, from + PIECE);
            ops.norm(w, at.norm1(), at.norm1Bias(), r.x(), r.y1(), from, to);
            ops.linear(w, at.qkv(), at.qkvBias(), 3 * d, r.y1(), d, r.qkv(), from, to);
            ops.scale(r.qkv(), d, scale, from, to);
        }
        rotary.ifPresent(turn -> turn.queriesAndKeys(a, r.qkv(), 1));
    }

    private void attend(float[] w, WeightOffsets.Layer at, Rows r) {
        for (int h = 0; h < config.nHeads(); h++) {
            biasByDistance(w, at, h);
            int channels = h * config.dHead() * stride;
            kernels.attention(
                    shape,
                    a,
                    r.qkv() + channels,
                    r.qkv() + d * stride + channels,
                    r.qkv() + 2 * d * stride + channels,
                    mask,
                    a,
                    r.heads() + channels,
                    a,
                    r.logSums() + h * stride,
                    scratch);
        }
    }

    private void fromHeads(float[] w, int layer) {
        WeightOffsets.Layer at = offsets.layers().get(layer);
        Rows r = rows.get(layer);
        int out = layer + 1 < rows.size() ? rows.get(layer + 1).x() : last;
        for (int from = 0; from < end; from += PIECE) {
            int to = Math.min(end, from + PIECE);
            if (config.attention()) {
                ops.addLinear(
                        w,
                        at.projection(),
                        at.projectionBias(),
                        r.x(),
                        r.heads(),
                        d,
                        r.xm(),
                        from,
                        to);
            }
            if (config.dMlp() > 0) {
                if (config.normalisation().beforeMlp()) {
                    ops.norm(w, at.norm2(), at.norm2Bias(), r.xm(), r.y2(), from, to);
                }
                ops.linear(
                        w,
                        at.hidden(),
                        at.hiddenBias(),
                        config.dMlp(),
                        r.y2(),
                        d,
                        r.hidden(),
                        from,
                        to);
                activate(r, from, to);
                addMlp(w, at, r, out, from, to);
            } else {
                ops.copy(r.xm(), out, from, to);
            }
        }
    }

    /// Adds what the MLP gives to the residual stream, through a norm if there is one after it.
    private void addMlp(float[] w, WeightOffsets.Layer at, Rows r, int out, int from, int to) {
        int m = config.dMlp();
        if (!config.normalisation().afterMlp()) {
            ops.addLinear(w, at.out(), at.outBias(), r.xm(), r.active(), m, out, from, to);
            return;
        }
        ops.linear(w, at.out(), at.outBias(), d, r.active(), m, r.added(), from, to);
        ops.norm(w, at.norm2(), at.norm2Bias(), r.added(), out, from, to);
        for (int c = 0; c < d; c++) {
            for (int t = c * stride + from; t < c * stride + to; t++) {
                a[out + t] += a[r.xm() + t];
            }
        }
    }

    private void activate(Rows r, int from, int to) {
        switch (config.activation()) {
            case GELU ->
                    kernels.gelu(a, r.hidden(), a, r.active(), config.dMlp(), stride, from, to);
            case RELU -> ops.relu(r.hidden(), r.active(), config.dMlp(), from, to);
        }
    }

    /// `-log` of the targets' probabilities, summed; the logits become their gradient times
    /// `weight`.
    double loss(float weight) {
        if (config.probabilities() == Probabilities.RELU) {
            return ReluCrossEntropy.of(a, logits, config.dVocab(), targets, weight, stride, end);
        }
        if (config.head().scalar()) {
            Arrays.fill(a, logits, logits + end, 0);
        }
        return kernels.crossEntropy(a, logits, config.dVocab(), targets, 0, weight, stride, 0, end);
    }

    /// The logit of a token at a time, before [#loss] is asked.
    float logit(int token, int t) {
        return config.head().scalar() && token == 0 ? 0 : a[logits + token * stride + t];
    }

    /// Adds the gradient of what [#loss] gave to dw, and that of positions to what comes from
    /// `positionsAt` on in it.
    ///
    /// @param headsGiven whether to end at the heads of the first layer, with what goes around them
    void backward(float[] w, float[] dw, int positionsAt, boolean headsGiven) {
        ops.linearGradient(firstLogit(), config.logits(), normal, d, offsets.head(), dw);
        ops.bias(firstLogit(), config.logits(), offsets.headBias(), dw);
        for (int from = 0; from < end; from += PIECE) {
            int to = Math.min(end, from + PIECE);
            ops.clear(dx, from, to);
            ops.throughNorm(
                    w,
                    offsets.head(),
                    config.logits(),
                    firstLogit(),
                    offsets.norm(),
                    offsets.normBias(),
                    last,
                    dw,
                    from,
                    to);
        }
        for (int layer = rows.size() - 1; layer >= 0; layer--) {
            toHeads(w, offsets.layers().get(layer), rows.get(layer), dw);
            if (config.attention() && (layer > 0 || !headsGiven)) {
                attendBackward(w, offsets.layers().get(layer), rows.get(layer), dw);
                projectBackward(w, offsets.layers().get(layer), rows.get(layer), dw);
            }
        }
        embedBackward(dw, positionsAt);
    }

    /// What the heads of the first layer gave to the loss, after a backward pass that ended there.
    ///
    /// @param gradient `[d][stride]`, from `at` on: becomes it
    void headGradient(float[] gradient, int at) {
        System.arraycopy(a, dHeads, gradient, at, d * stride);
    }

    /// Goes on from gradients of queries, keys and values of the first layer, after [#project].
    ///
    /// @param gradient `[3d][stride]`, from `at` on
    void projectBackward(float[] gradient, int at, float[] w, float[] dw, int positionsAt) {
        System.arraycopy(gradient, at, a, dQkv, 3 * d * stride);
        ops.clear(dx, 0, end);
        projectBackward(w, offsets.layers().getFirst(), rows.getFirst(), dw);
        embedBackward(dw, positionsAt);
    }

    private void embedBackward(float[] dw, int positionsAt) {
        for (int i = 0; i < d * stride; i++) {
            dw[positionsAt + i] += a[dx + i];
        }
        if (fewTokens()) {
            ops.linearGradient(oneHot, config.logits(), dx, d, offsets.tokens(), dw);
            return;
        }
        for (int c = 0; c < d; c++) {
            for (int t = 0; t < length; t++) {
                dw[offsets.tokens() + tokens[t] * d + c] += a[dx + c * stride + t];
            }
        }
    }

    private void toHeads(float[] w, WeightOffsets.Layer at, Rows r, float[] dw) {
        if (config.dMlp() > 0) {
            int m = config.dMlp();
            boolean after = config.normalisation().afterMlp();
            int dAdded = after ? beforeNorm(w, at, r, dw) : dx;
            ops.linearGradient(dAdded, d, r.active(), m, at.out(), dw);
            ops.bias(dAdded, d, at.outBias(), dw);
            for (int from = 0; from < end; from += PIECE) {
                int to = Math.min(end, from + PIECE);
                kernels.linearBackward(
                        w, at.out(), d, m, a, dAdded, a, dHidden, stride, from, to, false);
                kernels.multiply(a, r.hidden(), a, dHidden, m, stride, from, to);
                ops.throughNorm(
                        w,
                        at.hidden(),
                        m,
                        dHidden,
                        after ? NONE : at.norm2(),
                        at.norm2Bias(),
                        r.xm(),
                        dw,
                        from,
                        to);
            }
            ops.linearGradient(dHidden, m, r.y2(), d, at.hidden(), dw);
            ops.bias(dHidden, m, at.hiddenBias(), dw);
        }
        if (config.attention()) {
            ops.linearGradient(dx, d, r.heads(), d, at.projection(), dw);
            ops.bias(dx, d, at.projectionBias(), dw);
            kernels.linearBackward(
                    w, at.projection(), d, d, a, dx, a, dHeads, stride, 0, end, false);
        }
    }

    /// The gradient of what the MLP gave, from that of the norm after it.
    private int beforeNorm(float[] w, WeightOffsets.Layer at, Rows r, float[] dw) {
        ops.clear(dy, 0, end);
        ops.bias(dx, d, at.norm2Bias(), dw);
        kernels.normBackward(
                a, r.added(), d, w, at.norm2(), a, dx, a, dy, dw, at.norm2(), stride, 0, end);
        return dy;
    }

    private void attendBackward(float[] w, WeightOffsets.Layer at, Rows r, float[] dw) {
        for (int h = 0; h < config.nHeads(); h++) {
            headBackward(w, at, r, h, dw);
        }
    }

    private void projectBackward(float[] w, WeightOffsets.Layer at, Rows r, float[] dw) {
        rotary.ifPresent(turn -> turn.queriesAndKeys(a, dQkv, -1));
        for (int from = 0; from < end; from += PIECE) {
            int to = Math.min(end, from + PIECE);
            ops.scale(dQkv, d, scale, from, to);
            ops.throughNorm(
                    w, at.qkv(), 3 * d, dQkv, at.norm1(), at.norm1Bias(), r.x(), dw, from, to);
        }
        ops.linearGradient(dQkv, 3 * d, r.y1(), d, at.qkv(), dw);
        ops.bias(dQkv, 3 * d, at.qkvBias(), dw);
    }

    private void headBackward(float[] w, WeightOffsets.Layer at, Rows r, int h, float[] dw) {
        int channels = h * config.dHead() * stride;
        biasByDistance(w, at, h);
        kernels.minusDots(
                a,
                dHeads + channels,
                a,
                r.heads() + channels,
                config.dHead(),
                a,
                dot,
                stride,
                0,
                end);
        float[] dByDistance = shape.biased() ? new float[shape.distances()] : mask;
        kernels.attentionBackward(
                shape,
                a,
                r.qkv() + channels,
                r.qkv() + d * stride + channels,
                r.qkv() + 2 * d * stride + channels,
                mask,
                a,
                r.logSums() + h * stride,
                a,
                dHeads + channels,
                a,
                dot,
                a,
                dQkv + channels,
                dQkv + d * stride + channels,
                dQkv + 2 * d * stride + channels,
                dByDistance,
                scratch);
        if (shape.biased()) {
            for (int distance = 0; distance < config.window(); distance++) {
                if (distance < length) {
                    dw[at.relative() + h * config.nCtx() + distance] +=
                            (float) (dByDistance[shape.distanceAt(distance)] * LOG2_E);
                }
            }
        }
    }

    /// Puts a head's learned numbers into the table by distance, in powers of two.
    private void biasByDistance(float[] w, WeightOffsets.Layer at, int h) {
        if (shape.biased()) {
            for (int distance = 0; distance < Math.min(config.window(), length); distance++) {
                mask[shape.distanceAt(distance)] =
                        (float) (w[at.relative() + h * config.nCtx() + distance] * LOG2_E);
            }
        }
    }
}
