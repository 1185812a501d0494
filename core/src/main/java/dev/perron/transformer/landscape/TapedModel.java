package dev.perron.transformer.landscape;

import dev.perron.kernel.NormalDistribution;
import dev.perron.transformer.Positions;
import dev.perron.transformer.Probabilities;
import dev.perron.transformer.TransformerConfig;
import dev.perron.transformer.WeightLayout;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;

/// A transformer on a [Tape], written as on paper: one token at a time, each looking back at the
/// keys and values of those before it. Since nothing looks ahead, sequences that begin alike share
/// what they have in common.
final class TapedModel {
    private static final double LAYER_NORM = 1e-5;

    private final Tape tape;
    private final TransformerConfig config;
    private final WeightLayout layout;
    private final int[] weights; // numbers of the tape, in the order of the layout

    TapedModel(Tape tape, WeightLayout layout, int[] weights) {
        this.tape = tape;
        this.config = layout.config();
        this.layout = layout;
        this.weights = weights;
    }

    /// A token at its place in a sequence: what later ones look back at, and what is predicted.
    static final class Place {
        private final @Nullable Place before;
        private final int time; // from 0
        private final int[][] keys; // [layer][d], turned if positions are rotary
        private final int[][] values; // [layer][d]
        private final int[] logits;

        private Place(@Nullable Place before, int layers, int logits) {
            this.before = before;
            this.time = before == null ? 0 : before.time + 1;
            this.keys = new int[layers][];
            this.values = new int[layers][];
            this.logits = new int[logits];
        }

        /// Where a logit stands on the tape.
        int logit(int v) {
            return logits[v];
        }
    }

    /// The place of a token after another, or of a first one.
    Place after(@Nullable Place before, int token) {
        Place place = new Place(before, config.nLayers(), config.logits());
        int[] x = embedded(token, place.time);
        for (int layer = 0; layer < config.nLayers(); layer++) {
            String name = "transformer.h." + layer + ".";
            if (config.attention()) {
                int[] read = attention(name + "attn.", layer, norm(name + "ln_1", x), place);
                x = sum(x, linear(name + "attn.c_proj", read));
            }
            if (config.dMlp() > 0) {
                x = sum(x, mlp(name, x));
            }
        }
        String head = config.head().tied() ? "transformer.wte.weight" : "lm_head.weight";
        int[] z = norm("transformer.ln_f", x);
        int vectors = layout.tensor(head).offset();
        int biases = layout.tensor("lm_head.bias").offset();
        for (int v = 0; v < place.logits.length; v++) {
            int score = tape.dot(weights, vectors + v * config.dModel(), z);
            place.logits[v] = tape.add(score, weights[biases + v]);
        }
        return place;
    }

    /// What the MLP of a layer adds, with its norm before or after it.
    private int[] mlp(String name, int[] x) {
        boolean after = config.normalisation().afterMlp();
        int[] in = after ? x : norm(name + "ln_2", x);
        int[] out = linear(name + "mlp.c_proj", activated(linear(name + "mlp.c_fc", in)));
        return after ? norm(name + "ln_2", out) : out;
    }

    /// The cross entropy of what is predicted at a place with a law `[V]`.
    int crossEntropy(Place place, double[] law) {
        return switch (config.probabilities()) {
            case SOFTMAX -> softmaxCrossEntropy(place, law);
            case RELU -> reluCrossEntropy(place, law);
        };
    }

    /// log Σ (max(logit, 0) + floor) - Σ law·log(max(logit, 0) + floor).
    private int reluCrossEntropy(Place place, double[] law) {
        int[] terms = new int[place.logits.length];
        int[] wanted = new int[place.logits.length];
        int floor = tape.constant(Probabilities.FLOOR);
        for (int v = 0; v < terms.length; v++) {
            terms[v] = tape.add(relu(place.logits[v]), floor);
            wanted[v] = tape.scale(tape.log(terms[v]), law[v]);
        }
        return tape.subtract(tape.log(tape.sum(terms)), tape.sum(wanted));
    }

    /// log Σ exp(logit) - Σ law·logit.
    private int softmaxCrossEntropy(Place place, double[] law) {
        int[] logits = place.logits;
        if (config.head().scalar()) {
            logits = new int[] {tape.constant(0), logits[0]};
        }
        double most = Double.NEGATIVE_INFINITY;
        for (int logit : logits) {
            most = Math.max(most, tape.value(logit));
        }
        int[] terms = new int[logits.length];
        int[] wanted = new int[logits.length];
        int shift = tape.constant(most);
        for (int v = 0; v < logits.length; v++) {
            int shifted = tape.subtract(logits[v], shift);
            terms[v] = tape.exp(shifted);
            wanted[v] = tape.scale(shifted, law[v]);
        }
        return tape.subtract(tape.log(tape.sum(terms)), tape.sum(wanted));
    }

    private int[] embedded(int token, int time) {
        int d = config.dModel();
        int[] x = new int[d];
        int row = layout.tensor("transformer.wte.weight").offset() + token * d;
        if (config.head().scalar()) {
            row -= d; // token 0 is the zero vector, token 1 the one embedding
        }
        for (int c = 0; c < d; c++) {
            x[c] = config.head().scalar() && token == 0 ? tape.constant(0) : weights[row + c];
            switch (config.positions()) {
                case LEARNED -> {
                    int at = layout.tensor("transformer.wpe.weight").offset() + time * d + c;
                    x[c] = tape.add(x[c], weights[at]);
                }
                case SINUSOIDAL -> x[c] = tape.add(x[c], tape.constant(waves(time, d)[c]));
                case ROTARY, RELATIVE, NONE -> {}
            }
        }
        return x;
    }

    /// Sines in the even channels, cosines in the odd ones.
    static double[] waves(int time, int d) {
        double[] waves = new double[d];
        for (int c = 0; c < d; c++) {
            double angle = time / Math.pow(10_000, (c & ~1) / (double) d);
            waves[c] = c % 2 == 0 ? Math.sin(angle) : Math.cos(angle);
        }
        return waves;
    }

    private int[] attention(String name, int layer, int[] x, Place place) {
        int d = config.dModel();
        int size = config.dHead();
        int[] qkv = linear(name + "c_attn", x);
        int[] query = part(qkv, 0, d);
        place.keys[layer] = part(qkv, d, d);
        place.values[layer] = part(qkv, 2 * d, d);
        if (config.positions() == Positions.ROTARY) {
            turn(query, place.time);
            turn(place.keys[layer], place.time);
        }
        int[] read = new int[d];
        int seen = Math.min(config.window(), place.time + 1);
        for (int head = 0; head < config.nHeads(); head++) {
            int[] scores = new int[seen];
            int[] own = part(query, head * size, size);
            Place key = place;
            for (int back = 0; back < seen; back++) {
                int dot = tape.dot(key.keys[layer], head * size, own);
                scores[back] = tape.scale(dot, 1 / Math.sqrt(size));
                if (config.positions() == Positions.RELATIVE) {
                    int at = layout.tensor(name + "relative.weight").offset();
                    scores[back] =
                            tape.add(scores[back], weights[at + head * config.nCtx() + back]);
                }
                key = key.before == null ? key : key.before;
            }
            int[] shares = softmax(scores);
            for (int c = head * size; c < (head + 1) * size; c++) {
                int[] values = new int[seen];
                Place value = place;
                for (int back = 0; back < seen; back++) {
                    values[back] = value.values[layer][c];
                    value = value.before == null ? value : value.before;
                }
                read[c] = tape.dot(values, 0, shares);
            }
        }
        return read;
    }

    /// Channels c and c + D/2 of each head, turned by their angle at this time.
    private void turn(int[] x, int time) {
        int size = config.dHead();
        for (int head = 0; head < x.length; head += size) {
            for (int c = 0; c < size / 2; c++) {
                double angle = time / Math.pow(10_000, 2.0 * c / size);
                double cos = Math.cos(angle);
                double sin = Math.sin(angle);
                int first = x[head + c];
                int second = x[head + c + size / 2];
                x[head + c] = tape.subtract(tape.scale(first, cos), tape.scale(second, sin));
                x[head + c + size / 2] = tape.add(tape.scale(first, sin), tape.scale(second, cos));
            }
        }
    }

    private int[] softmax(int[] scores) {
        double most = Double.NEGATIVE_INFINITY;
        for (int score : scores) {
            most = Math.max(most, tape.value(score));
        }
        int shift = tape.constant(most);
        int[] shares = new int[scores.length];
        for (int i = 0; i < scores.length; i++) {
            shares[i] = tape.exp(tape.subtract(scores[i], shift));
        }
        int sum = tape.sum(shares);
        for (int i = 0; i < scores.length; i++) {
            shares[i] = tape.divide(shares[i], sum);
        }
        return shares;
    }

    private int[] norm(String name, int[] x) {
        if (layout.find(name + ".weight").isEmpty()) {
            return x;
        }
        int d = x.length;
        int mean = tape.scale(tape.sum(x), 1.0 / d);
        int[] centred = new int[d];
        for (int c = 0; c < d; c++) {
            centred[c] = tape.subtract(x[c], mean);
        }
        int variance = tape.scale(tape.dot(centred, 0, centred), 1.0 / d);
        int scale = tape.inverseRoot(tape.add(variance, tape.constant(LAYER_NORM)));
        int gains = layout.tensor(name + ".weight").offset();
        int[] y = new int[d];
        for (int c = 0; c < d; c++) {
            y[c] = tape.multiply(tape.multiply(centred[c], scale), weights[gains + c]);
        }
        return biased(name, y);
    }

    private int[] linear(String name, int[] x) {
        var matrix = layout.tensor(name + ".weight");
        int[] y = new int[matrix.shape().getFirst()];
        for (int o = 0; o < y.length; o++) {
            y[o] = tape.dot(weights, matrix.offset() + o * x.length, x);
        }
        return biased(name, y);
    }

    private int[] biased(String name, int[] y) {
        if (config.biases()) {
            int at = layout.tensor(name + ".bias").offset();
            for (int o = 0; o < y.length; o++) {
                y[o] = tape.add(y[o], weights[at + o]);
            }
        }
        return y;
    }

    private int[] activated(int[] x) {
        int[] y = new int[x.length];
        for (int o = 0; o < x.length; o++) {
            double v = tape.value(x[o]);
            y[o] =
                    switch (config.activation()) {
                        case RELU -> relu(x[o]);
                        case GELU -> {
                            double below = NormalDistribution.below(v);
                            double density = Math.exp(-v * v / 2) / Math.sqrt(2 * Math.PI);
                            yield tape.apply(
                                    x[o], v * below, below + v * density, density * (2 - v * v));
                        }
                    };
        }
        return y;
    }

    private int relu(int x) {
        double v = tape.value(x);
        return tape.apply(x, Math.max(v, 0), v > 0 ? 1 : 0, 0);
    }

    private int[] sum(int[] x, int[] y) {
        int[] sum = new int[x.length];
        for (int c = 0; c < x.length; c++) {
            sum[c] = tape.add(x[c], y[c]);
        }
        return sum;
    }

    private static int[] part(int[] x, int from, int length) {
        return Arrays.copyOfRange(x, from, from + length);
    }
}
