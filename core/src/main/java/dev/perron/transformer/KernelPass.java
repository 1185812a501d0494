package dev.perron.transformer;

import dev.perron.kernel.AttentionShape;
import dev.perron.kernel.TransformerKernels;

import java.util.Arrays;
import java.util.List;
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
    private final float[] cosines; // [D/2][stride], rotary positions only
    private final float[] sines;
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
        boolean rotary = config.positions() == Positions.ROTARY;
        cosines = rotary ? turns(Math::cos) : new float[0];
        sines = rotary ? turns(Math::sin) : new float[0];
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

    private float[] turns(java.util.function.DoubleUnaryOperator of) {
        int half = config.dHead() / 2;
        float[] table = new float[half * stride];
        for (int c = 0; c < half; c++) {
            for (int t = 0; t < length; t++) {
                table[c * stride + t] =
                        (float) of.applyAsDouble(PositionTables.angle(t, c, config.dHead()));
            }
        }
        return table;
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
            norm(w, offsets.norm(), offsets.normBias(), last, normal, from, to);
            linear(
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
            norm(w, at.norm1(), at.norm1Bias(), r.x(), r.y1(), from, to);
            linear(w, at.qkv(), at.qkvBias(), 3 * d, r.y1(), d, r.qkv(), from, to);
            scale(r.qkv(), d, scale, from, to);
        }
        rotate(r.qkv(), 1);
        rotate(r.qkv() + d * stride, 1);
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
                addLinear(
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
                    norm(w, at.norm2(), at.norm2Bias(), r.xm(), r.y2(), from, to);
                }
                linear(
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
                copy(r.xm(), out, from, to);
            }
        }
    }

    /// Adds what the MLP gives to the residual stream, through a norm if there is one after it.
    private void addMlp(float[] w, WeightOffsets.Layer at, Rows r, int out, int from, int to) {
        int m = config.dMlp();
        if (!config.normalisation().afterMlp()) {
            addLinear(w, at.out(), at.outBias(), r.xm(), r.active(), m, out, from, to);
            return;
        }
        linear(w, at.out(), at.outBias(), d, r.active(), m, r.added(), from, to);
        norm(w, at.norm2(), at.norm2Bias(), r.added(), out, from, to);
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
            case RELU -> relu(a, r.hidden(), r.active(), config.dMlp(), stride, from, to);
        }
    }

    /// As [TransformerKernels#gelu]: the input becomes the derivative.
    private static void relu(float[] a, int x, int y, int rows, int stride, int from, int to) {
        for (int r = 0; r < rows; r++) {
            for (int t = r * stride + from; t < r * stride + to; t++) {
                float input = a[x + t];
                a[y + t] = Math.max(input, 0);
                a[x + t] = input > 0 ? 1 : 0;
            }
        }
    }

    /// `-log softmax(logits)[target]`, summed; the logits become their gradient times `weight`.
    double loss(float weight) {
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
        linearGradient(firstLogit(), config.logits(), normal, d, offsets.head(), dw);
        bias(firstLogit(), config.logits(), offsets.headBias(), dw);
        for (int from = 0; from < end; from += PIECE) {
            int to = Math.min(end, from + PIECE);
            clear(dx, from, to);
            throughNorm(
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
        clear(dx, 0, end);
        projectBackward(w, offsets.layers().getFirst(), rows.getFirst(), dw);
        embedBackward(dw, positionsAt);
    }

    private void embedBackward(float[] dw, int positionsAt) {
        for (int i = 0; i < d * stride; i++) {
            dw[positionsAt + i] += a[dx + i];
        }
        if (fewTokens()) {
            linearGradient(oneHot, config.logits(), dx, d, offsets.tokens(), dw);
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
            linearGradient(dAdded, d, r.active(), m, at.out(), dw);
            bias(dAdded, d, at.outBias(), dw);
            for (int from = 0; from < end; from += PIECE) {
                int to = Math.min(end, from + PIECE);
                kernels.linearBackward(
                        w, at.out(), d, m, a, dAdded, a, dHidden, stride, from, to, false);
                kernels.multiply(a, r.hidden(), a, dHidden, m, stride, from, to);
                throughNorm(
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
            linearGradient(dHidden, m, r.y2(), d, at.hidden(), dw);
            bias(dHidden, m, at.hiddenBias(), dw);
        }
        if (config.attention()) {
            linearGradient(dx, d, r.heads(), d, at.projection(), dw);
            bias(dx, d, at.projectionBias(), dw);
            kernels.linearBackward(
                    w, at.projection(), d, d, a, dx, a, dHeads, stride, 0, end, false);
        }
    }

    /// The gradient of what the MLP gave, from that of the norm after it.
    private int beforeNorm(float[] w, WeightOffsets.Layer at, Rows r, float[] dw) {
        clear(dy, 0, end);
        bias(dx, d, at.norm2Bias(), dw);
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
        rotate(dQkv, -1);
        rotate(dQkv + d * stride, -1);
        for (int from = 0; from < end; from += PIECE) {
            int to = Math.min(end, from + PIECE);
            scale(dQkv, d, scale, from, to);
            throughNorm(w, at.qkv(), 3 * d, dQkv, at.norm1(), at.norm1Bias(), r.x(), dw, from, to);
        }
        linearGradient(dQkv, 3 * d, r.y1(), d, at.qkv(), dw);
        bias(dQkv, 3 * d, at.qkvBias(), dw);
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

    /// Adds to dx the gradient that goes through a linear layer and the norm before it, and to dw
    /// that of the norm.
    private void throughNorm(
            float[] w,
            int weight,
            int out,
            int dOut,
            int gain,
            int gainBias,
            int x,
            float[] dw,
            int from,
            int to) {
        if (gain == NONE) {
            kernels.linearBackward(w, weight, out, d, a, dOut, a, dx, stride, from, to, true);
            return;
        }
        kernels.linearBackward(w, weight, out, d, a, dOut, a, dy, stride, from, to, false);
        if (gainBias != NONE) {
            kernels.rowSums(a, dy, d, dw, gainBias, stride, from, to);
        }
        kernels.normBackward(a, x, d, w, gain, a, dy, a, dx, dw, gain, stride, from, to);
    }

    private void norm(float[] w, int gain, int gainBias, int x, int y, int from, int to) {
        if (gain != NONE) {
            kernels.norm(a, x, d, w, gain, a, y, stride, from, to);
            addBias(w, gainBias, d, y, from, to);
        }
    }

    private void linear(
            float[] w, int weight, int bias, int out, int x, int in, int y, int from, int to) {
        kernels.linear(w, weight, out, in, a, x, a, y, stride, from, to, false);
        addBias(w, bias, out, y, from, to);
    }

    /// `y = skip + Wx + b`, d rows.
    private void addLinear(
            float[] w, int weight, int bias, int skip, int x, int in, int y, int from, int to) {
        copy(skip, y, from, to);
        kernels.linear(w, weight, d, in, a, x, a, y, stride, from, to, true);
        addBias(w, bias, d, y, from, to);
    }

    private void linearGradient(int dOut, int out, int x, int in, int weight, float[] dw) {
        kernels.linearGradient(a, dOut, out, a, x, in, dw, weight, stride, 0, end);
    }

    private void bias(int dOut, int out, int bias, float[] dw) {
        if (bias != NONE) {
            kernels.rowSums(a, dOut, out, dw, bias, stride, 0, end);
        }
    }

    private void addBias(float[] w, int bias, int count, int y, int from, int to) {
        if (bias != NONE) {
            for (int r = 0; r < count; r++) {
                float b = w[bias + r];
                for (int t = y + r * stride + from; t < y + r * stride + to; t++) {
                    a[t] += b;
                }
            }
        }
    }

    private void copy(int x, int y, int from, int to) {
        for (int c = 0; c < d; c++) {
            System.arraycopy(a, x + c * stride + from, a, y + c * stride + from, to - from);
        }
    }

    private void clear(int x, int from, int to) {
        for (int c = 0; c < d; c++) {
            Arrays.fill(a, x + c * stride + from, x + c * stride + to, 0);
        }
    }

    private void scale(int x, int count, float by, int from, int to) {
        for (int r = 0; r < count; r++) {
            for (int t = x + r * stride + from; t < x + r * stride + to; t++) {
                a[t] *= by;
            }
        }
    }

    /// Turns queries or keys by the angles of rotary positions, or back.
    private void rotate(int x, int sign) {
        if (config.positions() != Positions.ROTARY) {
            return;
        }
        int half = config.dHead() / 2;
        for (int h = 0; h < config.nHeads(); h++) {
            for (int c = 0; c < half; c++) {
                int one = x + (h * config.dHead() + c) * stride;
                int other = one + half * stride;
                for (int t = 0; t < length; t++) {
                    float cosine = cosines[c * stride + t];
                    float sine = sign * sines[c * stride + t];
                    float first = a[one + t];
                    float second = a[other + t];
                    a[one + t] = first * cosine - second * sine;
                    a[other + t] = first * sine + second * cosine;
                }
            }
        }
    }
}
