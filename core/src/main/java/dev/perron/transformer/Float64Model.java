package dev.perron.transformer;

import java.util.Arrays;
import java.util.stream.IntStream;

/// A model trained in double by [PlainPass], one sequence after the other.
final class Float64Model implements TrainableModel {
    private final WeightLayout layout;
    private final boolean[] decayed;
    private final boolean[] frozen;
    private final int length;
    private final double[] w;
    private final double[] dw;
    private final double[] first;
    private final double[] second;
    private final PlainPass pass;

    Float64Model(TransformerWeights weights, double[][] moments, TrainingPlan plan) {
        layout = weights.layout();
        length = plan.length();
        w = weights.toArray();
        dw = new double[w.length];
        first = moments[0].clone();
        second = moments[1].clone();
        pass = new PlainPass(layout, w);
        decayed = new boolean[w.length];
        frozen = new boolean[w.length];
        for (WeightTensor tensor : layout.tensors()) {
            Arrays.fill(decayed, tensor.offset(), tensor.end(), tensor.decayed());
            Arrays.fill(frozen, tensor.offset(), tensor.end(), plan.freezes(tensor));
        }
    }

    @Override
    public void clearGradient() {
        Arrays.fill(dw, 0);
    }

    @Override
    public double addGradient(int[] tokens, int sequences, double weight) {
        double loss = 0;
        for (int s = 0; s < sequences; s++) {
            loss += forward(tokens, s);
            pass.backward(targets(tokens, s), weight / ((double) sequences * length), dw);
        }
        return loss / sequences;
    }

    @Override
    public double loss(int[] tokens, int sequences, LogitReader readings) {
        double loss = 0;
        for (int s = 0; s < sequences; s++) {
            loss += forward(tokens, s);
            double[][] logits = pass.logits();
            readings.read(s * (length + 1), (time, token) -> logits[time][token]);
        }
        return loss / sequences;
    }

    private double forward(int[] tokens, int s) {
        int at = s * (length + 1);
        pass.forward(Arrays.copyOfRange(tokens, at, at + length));
        return pass.loss(targets(tokens, s)) / length;
    }

    private int[] targets(int[] tokens, int s) {
        int at = s * (length + 1) + 1;
        return Arrays.copyOfRange(tokens, at, at + length);
    }

    @Override
    public double[] gradientArray() {
        return dw.clone();
    }

    @Override
    public double gradientNorm() {
        return Math.sqrt(
                IntStream.range(0, dw.length)
                        .filter(i -> !frozen[i])
                        .mapToDouble(i -> dw[i] * dw[i])
                        .sum());
    }

    @Override
    public void scaleGradient(double by) {
        Arrays.setAll(dw, i -> dw[i] * by);
    }

    @Override
    public void step(Optimiser optimiser, double rate, int number) {
        for (int i = 0; i < w.length; i++) {
            if (!frozen[i]) {
                double decay = decayed[i] ? optimiser.decay() : 0;
                switch (optimiser) {
                    case Optimiser.AdamW adam -> adam(adam, i, rate, number, decay);
                    case Optimiser.Sgd sgd -> {
                        first[i] = sgd.momentum() * first[i] + dw[i] + decay * w[i];
                        w[i] -= rate * first[i];
                    }
                }
            }
        }
    }

    private void adam(Optimiser.AdamW adam, int i, double rate, int number, double decay) {
        w[i] *= 1 - rate * decay;
        first[i] = adam.beta1() * first[i] + (1 - adam.beta1()) * dw[i];
        second[i] = adam.beta2() * second[i] + (1 - adam.beta2()) * dw[i] * dw[i];
        double mean = first[i] / (1 - Math.pow(adam.beta1(), number));
        double square = second[i] / (1 - Math.pow(adam.beta2(), number));
        w[i] -= rate * mean / (Math.sqrt(square) + adam.epsilon());
    }

    @Override
    public TransformerWeights weights() {
        return TransformerWeights.of(layout, w);
    }

    @Override
    public double[][] moments() {
        return new double[][] {first.clone(), second.clone()};
    }

    @Override
    public void close() {}
}
