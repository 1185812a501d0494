package dev.perron.transformer;

import dev.perron.kernel.AttentionShape;
import dev.perron.kernel.BinaryAttentionShape;
import dev.perron.kernel.TransformerKernels;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// The first layer's attention of all sequences of a batch at once, where there are two symbols.
///
/// What comes into the first layer is the embedding of a symbol and that of a time. So its queries,
/// keys and values are, at each time, those of one of two sequences, all of 0 and all of 1; these
/// two are all that goes through the norm and the projection, and of the scores of two times there
/// are four, not one a sequence. The results are those of sequence after sequence, but for the
/// order in which numbers are added.
final class BinaryFirstLayer {
    private static final int SYMBOLS = 2;

    /// From this many sequences on it is the faster way: at d = 8 and 1024 tokens, 8 take 0.9 of
    /// the time of one by one, 6 take 1.3.
    private static final int LEAST_SEQUENCES = 8;

    /// Ranges of queries, one more or less the same work as the other, and where there are few,
    /// parts of the sequences. A gradient each, and their number doesn't depend on that of threads,
    /// nor does then the sum.
    private static final int MOST_TASKS = 8;

    /// Sequences that backward go together, at least.
    private static final int TOGETHER = 16;

    /// Floats of an array, at most.
    private static final double MOST_FLOATS = 1L << 29;

    /// Beyond this a power of two of a score could be lost, or a sum of them overflow.
    private static final double SAFE = 80;

    private final TransformerConfig config;
    private final TransformerKernels kernels;
    private final int length;
    private final int d;
    private final int stride;
    private final BinaryAttentionShape whole;
    private final int ranges;
    private final int parts; // of the sequences
    private final List<int[]> queries; // of each range, the first of each block
    private final List<KernelPass> constants; // sequences of one symbol
    private final float[] qkv; // [symbol][3d][stride]
    private final float[] symbols; // [sequence][stride], 0 or 1
    private final float[] values; // [sequence][d][stride], then gradients of what heads give
    private final float[] heads; // [sequence][d][stride]
    private final float[] sums; // [head][sequence][stride]
    private final float[] dots;
    private final float[][] gradients; // of each task: [symbol][3d][stride]
    private final float[][] scratch; // of each thread
    private int read; // sequences

    /// Whether a model and a batch can be computed, and are the faster computed so. Relative
    /// positions aren't: their gradient is that of each score.
    static boolean suits(TransformerConfig config, int sequences, int length) {
        return config.dVocab() == SYMBOLS
                && config.attention()
                && config.nLayers() > 0
                && config.positions() != Positions.RELATIVE
                && sequences >= LEAST_SEQUENCES
                && longest(config, sequences, length) <= MOST_FLOATS;
    }

    private static double longest(TransformerConfig config, double sequences, double length) {
        return Math.max(sequences, 6) * config.dModel() * (length + 2.0 * TransformerKernels.BLOCK);
    }

    /// Floats that it takes, without the two passes of its own: an upper bound.
    static double floats(TransformerConfig config, double sequences, double length, int threads) {
        double row = length + 2.0 * TransformerKernels.BLOCK;
        double d = config.dModel();
        double batch = sequences * row * (2 * d + 1 + 2 * config.nHeads());
        double queriesKeysValues = (1.0 + MOST_TASKS) * SYMBOLS * 3 * d * row;
        double scratch = threads * ((sequences + 8) * row + 4000 * (d + 4));
        return batch + queriesKeysValues + scratch;
    }

    /// @param sequences of a batch, at most
    BinaryFirstLayer(
            WeightLayout layout,
            TransformerKernels kernels,
            int length,
            int sequences,
            int threads) {
        this.config = layout.config();
        this.kernels = kernels;
        this.length = length;
        d = config.dModel();
        stride = KernelPass.stride(length);
        AttentionShape head =
                new AttentionShape(length, stride, config.dHead(), config.window(), false);
        whole = new BinaryAttentionShape(head, sequences, 3 * d * stride, d * stride);
        ranges = Math.min(MOST_TASKS, blocks());
        parts = Math.max(1, Math.min(MOST_TASKS / ranges, sequences / TOGETHER));
        queries = IntStream.range(0, ranges).mapToObj(this::blocksOf).toList();
        constants =
                IntStream.range(0, SYMBOLS)
                        .mapToObj(symbol -> constant(layout, kernels, length, symbol))
                        .toList();
        qkv = new float[SYMBOLS * 3 * d * stride];
        symbols = new float[sequences * stride];
        values = new float[sequences * d * stride];
        heads = new float[sequences * d * stride];
        sums = new float[config.nHeads() * sequences * stride];
        dots = new float[sums.length];
        gradients = new float[ranges * parts][qkv.length];
        scratch = new float[threads][kernels.binaryAttentionScratch(whole)];
    }

    private static KernelPass constant(
            WeightLayout layout, TransformerKernels kernels, int length, int symbol) {
        KernelPass pass = new KernelPass(layout, kernels, length);
        int[] tokens = new int[length + 1];
        Arrays.fill(tokens, symbol);
        pass.read(tokens, 0);
        return pass;
    }

    /// The blocks of a range, from the shorter and the longer ends in turn: a query looks at all
    /// before it.
    private int[] blocksOf(int range) {
        return IntStream.range(0, blocks())
                .filter(b -> (b / ranges % 2 == 0 ? b % ranges : ranges - 1 - b % ranges) == range)
                .map(b -> b * TransformerKernels.BLOCK)
                .toArray();
    }

    private int blocks() {
        return (length + TransformerKernels.BLOCK - 1) / TransformerKernels.BLOCK;
    }

    /// How many tasks [#attend] and [#attendBackward] are.
    int tasks() {
        return ranges * parts;
    }

    /// The first sequence of a part.
    private int begin(int part) {
        return part == parts ? read : read / parts / TOGETHER * TOGETHER * part;
    }

    /// Reads a batch, and prepares its queries, keys and values.
    ///
    /// @return whether [#attend] can compute it; if not, scores are too large for powers of two
    boolean read(float[] w, float[] positions, int[] tokens, int sequences) {
        for (int symbol = 0; symbol < SYMBOLS; symbol++) {
            constants.get(symbol).project(w, positions, qkv, symbol * whole.symbolStep());
        }
        if (!scoresAreSmall()) {
            return false;
        }
        read = sequences;
        for (int s = 0; s < sequences; s++) {
            for (int t = 0; t < length; t++) {
                symbols[s * stride + t] = tokens[s * (length + 1) + t];
            }
            int zero = 2 * d * stride;
            kernels.choose(
                    symbols,
                    s * stride,
                    qkv,
                    zero,
                    zero + whole.symbolStep(),
                    values,
                    s * whole.sequenceStep(),
                    d,
                    stride,
                    0,
                    blocks() * TransformerKernels.BLOCK);
        }
        return true;
    }

    /// By Cauchy and Schwarz, over whole blocks: what stands beyond T is computed, too.
    private boolean scoresAreSmall() {
        int channels = config.dHead() * stride;
        for (int h = 0; h < config.nHeads(); h++) {
            double bound = longest(h * channels) * longest(d * stride + h * channels);
            if (!(bound < SAFE)) { // nor NaN
                return false;
            }
        }
        return true;
    }

    private double longest(int at) {
        float most = 0;
        float[] squares = new float[stride];
        for (int symbol = 0; symbol < SYMBOLS; symbol++) {
            Arrays.fill(squares, 0);
            for (int c = 0; c < config.dHead(); c++) {
                int row = symbol * whole.symbolStep() + at + c * stride;
                for (int t = 0; t < blocks() * TransformerKernels.BLOCK; t++) {
                    squares[t] += qkv[row + t] * qkv[row + t];
                }
            }
            for (float square : squares) {
                most = Math.max(most, square);
            }
        }
        return Math.sqrt(most);
    }

    private BinaryAttentionShape part(int part) {
        return new BinaryAttentionShape(
                whole.head(),
                begin(part + 1) - begin(part),
                whole.symbolStep(),
                whole.sequenceStep());
    }

    /// Attention of some of the sequences for some of the queries.
    void attend(int thread, int task) {
        BinaryAttentionShape shape = part(task / ranges);
        int first = begin(task / ranges);
        for (int h = 0; h < config.nHeads(); h++) {
            int channels = h * config.dHead() * stride;
            kernels.binaryAttention(
                    shape,
                    qkv,
                    channels,
                    d * stride + channels,
                    symbols,
                    first * stride,
                    values,
                    first * whole.sequenceStep() + channels,
                    heads,
                    first * whole.sequenceStep() + channels,
                    sums,
                    h * symbols.length + first * stride,
                    queries.get(task % ranges),
                    scratch[thread]);
        }
    }

    /// The forward pass of one of the sequences.
    void forward(int sequence, KernelPass pass, float[] w, float[] positions) {
        pass.forward(w, positions, heads, sequence * whole.sequenceStep());
    }

    /// Takes over what the backward pass of one of the sequences, which ended at the heads, gives.
    void takeGradient(int sequence, KernelPass pass) {
        int at = sequence * whole.sequenceStep();
        pass.headGradient(values, at);
        for (int h = 0; h < config.nHeads(); h++) {
            int sum = h * symbols.length + sequence * stride;
            int channels = at + h * config.dHead() * stride;
            for (int c = 0; c < config.dHead(); c++) {
                int row = channels + c * stride;
                for (int t = 0; t < length; t++) {
                    values[row + t] *= sums[sum + t];
                }
            }
            kernels.minusDots(
                    values,
                    channels,
                    heads,
                    channels,
                    config.dHead(),
                    dots,
                    sum,
                    stride,
                    0,
                    blocks() * TransformerKernels.BLOCK);
        }
    }

    /// Gradients of queries, keys and values from some of the sequences and of the queries.
    void attendBackward(int thread, int task) {
        BinaryAttentionShape shape = part(task / ranges);
        int first = begin(task / ranges);
        float[] gradient = gradients[task];
        Arrays.fill(gradient, 0);
        for (int h = 0; h < config.nHeads(); h++) {
            int channels = h * config.dHead() * stride;
            kernels.binaryAttentionBackward(
                    shape,
                    qkv,
                    channels,
                    d * stride + channels,
                    2 * d * stride + channels,
                    symbols,
                    first * stride,
                    values,
                    first * whole.sequenceStep() + channels,
                    dots,
                    h * symbols.length + first * stride,
                    gradient,
                    channels,
                    d * stride + channels,
                    2 * d * stride + channels,
                    queries.get(task % ranges),
                    scratch[thread]);
        }
    }

    /// Adds what went through queries, keys and values to the gradient of the weights, and to that
    /// of positions from `positionsAt` on.
    void addGradient(float[] w, float[] dw, int positionsAt) {
        float[] sum = gradients[0];
        for (int task = 1; task < gradients.length; task++) {
            for (int i = 0; i < sum.length; i++) {
                sum[i] += gradients[task][i];
            }
        }
        for (int symbol = 0; symbol < SYMBOLS; symbol++) {
            constants
                    .get(symbol)
                    .projectBackward(sum, symbol * whole.symbolStep(), w, dw, positionsAt);
        }
    }
}
