package dev.perron.transformer;

import dev.perron.kernel.TransformerKernels;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// A model trained in float32 by [KernelPass]. A batch is split into the same few parts whatever
/// the number of threads is; each has a gradient of its own, and these are added in their order, so
/// that the threads don't change a bit.
final class Float32Model implements TrainableModel {
    /// At most; a gradient each.
    static final int MOST_PARTS = 8;

    private final WeightLayout layout;
    private final int length;
    private final int stride;
    private final List<Tensor> trained;
    private final float[] w;
    private final float[] dw;
    private final float[] first;
    private final float[] second;
    private final float[] positions; // [d][stride]
    private final float[][] parts; // [weights, then positions as above]
    private final double[] losses; // of each part
    private final KernelPass[] passes; // one a thread
    private final @Nullable BinaryFirstLayer firstLayer; // where all sequences can share it
    private final Workers workers;

    /// A tensor that isn't frozen.
    private record Tensor(int from, int to, boolean decayed) {}

    Float32Model(TransformerWeights weights, double[][] moments, TrainingPlan plan, int threads) {
        layout = weights.layout();
        TransformerConfig config = layout.config();
        length = plan.length();
        stride = KernelPass.stride(length);
        trained =
                layout.tensors().stream()
                        .filter(tensor -> !plan.freezes(tensor))
                        .map(t -> new Tensor(t.offset(), t.offset() + t.size(), t.decayed()))
                        .toList();
        w = weights.toFloats();
        dw = new float[w.length];
        first = narrowed(moments[0]);
        second = narrowed(moments[1]);
        positions = new float[config.dModel() * stride];
        losses = new double[Math.min(MOST_PARTS, plan.batch())];
        parts = new float[losses.length][w.length + positions.length];
        workers = new Workers(Math.min(threads, losses.length));
        TransformerKernels kernels = TransformerKernels.active();
        passes =
                IntStream.range(0, workers.threads())
                        .mapToObj(_ -> new KernelPass(layout, kernels, length))
                        .toArray(KernelPass[]::new);
        firstLayer =
                BinaryFirstLayer.suits(config, plan.batch(), length)
                        ? new BinaryFirstLayer(
                                layout, kernels, length, plan.batch(), workers.threads())
                        : null;
        if (config.positions() == Positions.SINUSOIDAL) {
            for (int c = 0; c < config.dModel(); c++) {
                for (int t = 0; t < length; t++) {
                    positions[c * stride + t] =
                            (float) PositionTables.sinusoid(t, c, config.dModel());
                }
            }
        }
    }

    private static float[] narrowed(double[] values) {
        float[] narrow = new float[values.length];
        for (int i = 0; i < narrow.length; i++) {
            narrow[i] = (float) values[i];
        }
        return narrow;
    }

    @Override
    public void clearGradient() {
        Arrays.fill(dw, 0);
    }

    @Override
    public double addGradient(int[] tokens, int sequences, double weight) {
        readPositions();
        float each = (float) (weight / ((double) sequences * length));
        int count = Math.min(parts.length, sequences);
        BinaryFirstLayer shared = firstLayer;
        if (shared != null && shared.read(w, positions, tokens, sequences)) {
            workers.run(shared.ranges(), shared::attend);
            eachSequence(
                    tokens,
                    sequences,
                    (s, pass, part) -> {
                        shared.forward(s, pass, w, positions);
                        losses[part] += pass.loss(each);
                        pass.backward(w, parts[part], w.length, true);
                        shared.takeGradient(s, pass);
                    });
            workers.run(shared.ranges(), shared::attendBackward);
            shared.addGradient(w, parts[0], w.length);
        } else {
            eachSequence(
                    tokens,
                    sequences,
                    (_, pass, part) -> {
                        pass.forward(w, positions);
                        losses[part] += pass.loss(each);
                        pass.backward(w, parts[part], w.length, false);
                    });
        }
        double loss = 0;
        for (int part = 0; part < count; part++) {
            loss += losses[part];
            add(parts[part], dw);
        }
        addPositions(count);
        return loss / ((double) sequences * length);
    }

    /// What is done with a sequence that a pass has read, in a part.
    private interface SequenceTask {
        void run(int sequence, KernelPass pass, int part);
    }

    private void eachSequence(int[] tokens, int sequences, SequenceTask task) {
        int count = Math.min(parts.length, sequences);
        workers.run(
                count,
                (thread, part) -> {
                    KernelPass pass = passes[thread];
                    Arrays.fill(parts[part], 0);
                    losses[part] = 0;
                    for (int s = begin(part, count, sequences);
                            s < begin(part + 1, count, sequences);
                            s++) {
                        pass.read(tokens, s * (length + 1));
                        task.run(s, pass, part);
                    }
                });
    }

    /// The first sequence of a part.
    private static int begin(int part, int count, int sequences) {
        return (int) ((long) part * sequences / count);
    }

    private static void add(float[] x, float[] y) {
        for (int i = 0; i < y.length; i++) {
            y[i] += x[i];
        }
    }

    /// Learned positions, `[T][d]`, as rows of times.
    private void readPositions() {
        int at = WeightOffsets.of(layout).positions();
        if (at != WeightOffsets.NONE) {
            int d = layout.config().dModel();
            for (int c = 0; c < d; c++) {
                for (int t = 0; t < length; t++) {
                    positions[c * stride + t] = w[at + t * d + c];
                }
            }
        }
    }

    private void addPositions(int count) {
        int at = WeightOffsets.of(layout).positions();
        if (at != WeightOffsets.NONE) {
            int d = layout.config().dModel();
            float[] sums = parts[0];
            for (int part = 1; part < count; part++) {
                for (int i = w.length; i < sums.length; i++) {
                    sums[i] += parts[part][i];
                }
            }
            for (int c = 0; c < d; c++) {
                for (int t = 0; t < length; t++) {
                    dw[at + t * d + c] += sums[w.length + c * stride + t];
                }
            }
        }
    }

    @Override
    public double loss(int[] tokens, int sequences, LogitReader readings) {
        readPositions();
        KernelPass pass = passes[0];
        double loss = 0;
        for (int s = 0; s < sequences; s++) {
            int at = s * (length + 1);
            pass.read(tokens, at);
            pass.forward(w, positions);
            readings.read(at, (time, token) -> pass.logit(token, time));
            loss += pass.loss(0);
        }
        return loss / ((double) sequences * length);
    }

    @Override
    public double[] gradientArray() {
        return widened(dw);
    }

    @Override
    public double gradientNorm() {
        double sum = 0;
        for (Tensor tensor : trained) {
            for (int i = tensor.from(); i < tensor.to(); i++) {
                sum += (double) dw[i] * dw[i];
            }
        }
        return Math.sqrt(sum);
    }

    @Override
    public void scaleGradient(double by) {
        float factor = (float) by;
        for (int i = 0; i < dw.length; i++) {
            dw[i] *= factor;
        }
    }

    @Override
    public void step(Optimiser optimiser, double rate, int number) {
        for (Tensor tensor : trained) {
            float decay = (float) (tensor.decayed() ? optimiser.decay() : 0);
            switch (optimiser) {
                case Optimiser.AdamW adam ->
                        adam(
                                tensor.from(),
                                tensor.to(),
                                (float) adam.beta1(),
                                (float) adam.beta2(),
                                (float) (rate / (1 - Math.pow(adam.beta1(), number))),
                                (float) (1 / Math.sqrt(1 - Math.pow(adam.beta2(), number))),
                                (float) adam.epsilon(),
                                (float) (1 - rate * decay));
                case Optimiser.Sgd sgd ->
                        descend(
                                tensor.from(),
                                tensor.to(),
                                (float) sgd.momentum(),
                                (float) rate,
                                decay);
            }
        }
    }

    private void adam(
            int from,
            int to,
            float beta1,
            float beta2,
            float rate,
            float widening,
            float epsilon,
            float kept) {
        for (int i = from; i < to; i++) {
            first[i] = beta1 * first[i] + (1 - beta1) * dw[i];
            second[i] = beta2 * second[i] + (1 - beta2) * dw[i] * dw[i];
            float deviation = (float) Math.sqrt(second[i]) * widening + epsilon;
            w[i] = kept * w[i] - rate * first[i] / deviation;
        }
    }

    private void descend(int from, int to, float momentum, float rate, float decay) {
        for (int i = from; i < to; i++) {
            first[i] = momentum * first[i] + dw[i] + decay * w[i];
            w[i] -= rate * first[i];
        }
    }

    @Override
    public TransformerWeights weights() {
        return TransformerWeights.of(layout, w);
    }

    @Override
    public double[][] moments() {
        return new double[][] {widened(first), widened(second)};
    }

    private static double[] widened(float[] values) {
        double[] wide = new double[values.length];
        for (int i = 0; i < wide.length; i++) {
            wide[i] = values[i];
        }
        return wide;
    }

    @Override
    public void close() {
        workers.close();
    }
}
