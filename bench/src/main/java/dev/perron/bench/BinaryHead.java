package dev.perron.bench;

import dev.perron.kernel.AttentionShape;
import dev.perron.kernel.BinaryAttentionShape;
import dev.perron.kernel.TransformerKernels;

import java.util.SplittableRandom;
import java.util.stream.IntStream;

/// One head's attention of many sequences of two symbols at once, with what it works on.
final class BinaryHead {
    /// Ranges of queries, as a training has them.
    private static final int RANGES = 8;

    private final TransformerKernels kernels = TransformerKernels.active();
    private final BinaryAttentionShape shape;
    private final int blocks;
    private final int stride;
    private final float[] qkv;
    private final float[] symbols;
    private final float[] values;
    private final float[] out;
    private final float[] sums;
    private final float[] dots;
    private final float[][] gradients;
    private final float[][] scratch;

    BinaryHead(int d, int context, int sequences) {
        int block = TransformerKernels.BLOCK;
        blocks = (context + block - 1) / block;
        stride = blocks * block + block / 2;
        AttentionShape head = new AttentionShape(context, stride, d, context, false);
        shape = new BinaryAttentionShape(head, sequences, 3 * d * stride, d * stride);
        SplittableRandom random = new SplittableRandom(1);
        qkv = new float[2 * 3 * d * stride];
        for (int i = 0; i < qkv.length; i++) {
            qkv[i] = (float) random.nextGaussian();
        }
        symbols = new float[sequences * stride];
        for (int i = 0; i < symbols.length; i++) {
            symbols[i] = random.nextInt(2);
        }
        values = new float[sequences * d * stride];
        out = new float[values.length];
        sums = new float[symbols.length];
        dots = new float[symbols.length];
        gradients = new float[RANGES][qkv.length];
        scratch = new float[RANGES][kernels.binaryAttentionScratch(shape)];
    }

    void run() {
        int k = shape.sequenceStep();
        int d = shape.head().dHead();
        int end = blocks * TransformerKernels.BLOCK;
        for (int s = 0; s < shape.sequences(); s++) {
            kernels.choose(
                    symbols, s * stride, qkv, 2 * k, 5 * k, values, s * k, d, stride, 0, end);
        }
        Cores.forEach(RANGES, this::forward);
        Cores.forEach(RANGES, this::backward);
    }

    private void forward(int range) {
        int k = shape.sequenceStep();
        kernels.binaryAttention(
                shape,
                qkv,
                0,
                k,
                symbols,
                0,
                values,
                0,
                out,
                0,
                sums,
                0,
                queries(range),
                scratch[range]);
    }

    /// From what came out, as if it were a gradient.
    private void backward(int range) {
        int k = shape.sequenceStep();
        kernels.binaryAttentionBackward(
                shape,
                qkv,
                0,
                k,
                2 * k,
                symbols,
                0,
                out,
                0,
                dots,
                0,
                gradients[range],
                0,
                k,
                2 * k,
                queries(range),
                scratch[range]);
    }

    private int[] queries(int range) {
        return IntStream.iterate(range, block -> block < blocks, block -> block + RANGES)
                .map(block -> block * TransformerKernels.BLOCK)
                .toArray();
    }
}
