package dev.perron.onnx;

import dev.perron.transformer.Activation;
import dev.perron.transformer.OutputHead;
import dev.perron.transformer.Positions;
import dev.perron.transformer.TransformerConfig;
import dev.perron.transformer.TransformerWeights;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/// A model of ours as an ONNX model: `input_ids [batch, sequence]` in, `logits [batch, sequence,
/// V]` out, of the ops of opset 17, with attention as a Softmax before a MatMul, so that it is
/// found there. Logits are as the head gives them, also where probabilities aren't a softmax of
/// them.
public final class TransformerExport {
    private static final int IR_VERSION = 8;
    private static final int OPSET = 17;
    private static final int MODEL_IR_VERSION = 1;
    private static final int MODEL_PRODUCER = 2;
    private static final int MODEL_OPSET = 8;

    private static final double BASE = 10_000; // of the angles of positions
    private static final double NEVER = -1e30; // added to scores that don't count

    private final TransformerConfig config;
    private final TransformerWeights weights;
    private final GraphAddition graph = new GraphAddition();

    private TransformerExport(TransformerWeights weights) {
        this.weights = weights;
        config = weights.config();
    }

    /// The bytes of the ONNX file.
    public static byte[] model(TransformerWeights weights) {
        TransformerExport export = new TransformerExport(weights);
        export.build();
        byte[] head =
                new ProtobufWriter()
                        .number(MODEL_IR_VERSION, IR_VERSION)
                        .text(MODEL_PRODUCER, "perron")
                        .message(MODEL_OPSET, new ProtobufWriter().text(1, "").number(2, OPSET))
                        .toBytes();
        byte[] body = export.graph.message();
        return ByteBuffer.allocate(head.length + body.length).put(head).put(body).array();
    }

    private void build() {
        int d = config.dModel();
        graph.input("input_ids", "int64", List.of("batch", "sequence"));
        constants();
        double[] embeddings = weights.tensor("transformer.wte.weight");
        graph.floats("wte", List.of(config.dVocab(), d), withZero(embeddings));
        node("Gather", List.of("wte", "input_ids"), "tokens");
        String x = addPositions("tokens");
        for (int layer = 0; layer < config.nLayers(); layer++) {
            String prefix = "transformer.h." + layer + ".";
            if (config.attention()) {
                x = add(x, attention(prefix, norm(prefix + "ln_1", x)), prefix + "middle");
            }
            if (config.dMlp() > 0) {
                boolean after = config.normalisation().afterMlp();
                String in = after ? x : norm(prefix + "ln_2", x);
                String out = mlp(prefix, in);
                x = add(x, after ? norm(prefix + "ln_2", out) : out, prefix + "end");
            }
        }
        head(norm("transformer.ln_f", x), embeddings);
        graph.output("logits", "float", List.of("batch", "sequence", "vocabulary"));
    }

    /// A scalar head's token 0 is the zero vector.
    private double[] withZero(double[] embeddings) {
        if (!config.head().scalar()) {
            return embeddings;
        }
        double[] both = new double[2 * embeddings.length];
        System.arraycopy(embeddings, 0, both, embeddings.length, embeddings.length);
        return both;
    }

    private void constants() {
        graph.integers("axis.1", 1).integers("from.0", 0).integers("axis.0", 0);
        graph.integers("from.1", 1).integers("to.2", 2);
        graph.integer("zero", 0).integer("one", 1).integer("window", config.window());
        node("Shape", List.of("input_ids"), "shape");
        // [sequence], and the same without an axis
        node("Slice", List.of("shape", "from.1", "to.2", "axis.0"), "length");
        node("Squeeze", List.of("length", "axis.0"), "count");
        if (!config.attention()) {
            return;
        }
        node("Range", List.of("zero", "count", "one"), "times");
        node("Unsqueeze", List.of("times", "axis.1"), "queries");
        node("Unsqueeze", List.of("times", "axis.0"), "keys");
        node("Sub", List.of("queries", "keys"), "distance");
        node("Less", List.of("distance", "zero"), "future");
        node("GreaterOrEqual", List.of("distance", "window"), "past");
        node("Or", List.of("future", "past"), "unseen");
        graph.floats("never", List.of(1), NEVER).floats("nothing", List.of(1), 0);
        node("Where", List.of("unseen", "never", "nothing"), "mask");
        graph.floats("scale", List.of(1), 1 / Math.sqrt(config.dHead()));
        graph.integers("heads", 0, 0, config.nHeads(), config.dHead());
        graph.integers("joined", 0, 0, config.dModel());
        if (config.positions() == Positions.ROTARY) {
            rotaryTables();
        }
        if (config.positions() == Positions.RELATIVE) {
            node("Max", List.of("distance", "zero"), "distance.past");
        }
    }

    private String addPositions(String x) {
        int d = config.dModel();
        double[] table =
                switch (config.positions()) {
                    case LEARNED -> weights.tensor("transformer.wpe.weight");
                    case SINUSOIDAL -> sinusoids(d);
                    case ROTARY, RELATIVE, NONE -> new double[0];
                };
        if (table.length == 0) {
            return x;
        }
        graph.floats("wpe", List.of(config.nCtx(), d), table);
        node("Slice", List.of("wpe", "from.0", "length", "axis.0"), "positions");
        return add(x, "positions", "embedded");
    }

    private double[] sinusoids(int d) {
        double[] table = new double[config.nCtx() * d];
        for (int t = 0; t < config.nCtx(); t++) {
            for (int c = 0; c < d; c++) {
                double angle = t / Math.pow(BASE, (double) (c - c % 2) / d);
                table[t * d + c] = c % 2 == 0 ? Math.sin(angle) : Math.cos(angle);
            }
        }
        return table;
    }

    /// Cosines and sines of every channel, and the matrix that puts (-b, a) in the place of (a, b).
    private void rotaryTables() {
        int dHead = config.dHead();
        int half = dHead / 2;
        double[] cosines = new double[config.nCtx() * dHead];
        double[] sines = new double[cosines.length];
        for (int t = 0; t < config.nCtx(); t++) {
            for (int c = 0; c < dHead; c++) {
                double angle = t / Math.pow(BASE, 2.0 * (c % half) / dHead);
                cosines[t * dHead + c] = Math.cos(angle);
                sines[t * dHead + c] = Math.sin(angle);
            }
        }
        double[] turn = new double[dHead * dHead];
        for (int c = 0; c < half; c++) {
            turn[(c + half) * dHead + c] = -1;
            turn[c * dHead + c + half] = 1;
        }
        graph.floats("cosines.all", List.of(config.nCtx(), dHead), cosines)
                .floats("sines.all", List.of(config.nCtx(), dHead), sines)
                .floats("turn", List.of(dHead, dHead), turn);
        node("Slice", List.of("cosines.all", "from.0", "length", "axis.0"), "cosines");
        node("Slice", List.of("sines.all", "from.0", "length", "axis.0"), "sines");
    }

    private String attention(String prefix, String x) {
        String q = rotated(heads(prefix, x, "q", 0), prefix + "q");
        String k = rotated(heads(prefix, x, "k", 1), prefix + "k");
        String v = heads(prefix, x, "v", 2);
        graph.node(
                "Transpose",
                List.of(k),
                List.of(prefix + "kT"),
                List.of(GraphAddition.attribute("perm", 0, 1, 3, 2)));
        node("MatMul", List.of(q, prefix + "kT"), prefix + "products");
        node("Mul", List.of(prefix + "products", "scale"), prefix + "scaled");
        String scores = prefix + "scaled";
        if (config.positions() == Positions.RELATIVE) {
            String table = prefix + "attn.relative.weight";
            graph.floats(table, List.of(config.nHeads(), config.nCtx()), weights.tensor(table));
            graph.node(
                    "Gather",
                    List.of(table, "distance.past"),
                    List.of(prefix + "relative"),
                    List.of(GraphAddition.attribute("axis", 1)));
            scores = add(scores, prefix + "relative", prefix + "biased");
        }
        String masked = add(scores, "mask", prefix + "scores");
        graph.node(
                "Softmax",
                List.of(masked),
                List.of(prefix + "attention"),
                List.of(GraphAddition.attribute("axis", -1)));
        node("MatMul", List.of(prefix + "attention", v), prefix + "values");
        graph.node(
                "Transpose",
                List.of(prefix + "values"),
                List.of(prefix + "byTime"),
                List.of(GraphAddition.attribute("perm", 0, 2, 1, 3)));
        node("Reshape", List.of(prefix + "byTime", "joined"), prefix + "joined");
        return linear(prefix + "attn.c_proj", prefix + "joined", config.dModel(), config.dModel());
    }

    /// The part of c_attn for q, k or v, as `[batch, H, sequence, D]`.
    private String heads(String prefix, String x, String name, int part) {
        int d = config.dModel();
        double[] all = weights.tensor(prefix + "attn.c_attn.weight");
        String made = prefix + name + ".flat";
        graph.floats(
                made + ".weight",
                List.of(d, d),
                transposed(Arrays.copyOfRange(all, part * d * d, (part + 1) * d * d), d, d));
        node("MatMul", List.of(x, made + ".weight"), made + ".product");
        String flat = made + ".product";
        if (config.biases()) {
            double[] bias = weights.tensor(prefix + "attn.c_attn.bias");
            graph.floats(
                    made + ".bias", List.of(d), Arrays.copyOfRange(bias, part * d, (part + 1) * d));
            flat = add(flat, made + ".bias", made + ".biased");
        }
        node("Reshape", List.of(flat, "heads"), made + ".split");
        graph.node(
                "Transpose",
                List.of(made + ".split"),
                List.of(prefix + name),
                List.of(GraphAddition.attribute("perm", 0, 2, 1, 3)));
        return prefix + name;
    }

    private String rotated(String x, String name) {
        if (config.positions() != Positions.ROTARY) {
            return x;
        }
        node("MatMul", List.of(x, "turn"), name + ".turned");
        node("Mul", List.of(x, "cosines"), name + ".cosine");
        node("Mul", List.of(name + ".turned", "sines"), name + ".sine");
        return add(name + ".cosine", name + ".sine", name + ".rotated");
    }

    private String mlp(String prefix, String x) {
        String hidden = linear(prefix + "mlp.c_fc", x, config.dMlp(), config.dModel());
        String active = prefix + "active";
        if (config.activation() == Activation.RELU) {
            node("Relu", List.of(hidden), active);
        } else {
            graph.floats(prefix + "root", List.of(1), Math.sqrt(0.5))
                    .floats(prefix + "half", List.of(1), 0.5);
            node("Mul", List.of(hidden, prefix + "root"), prefix + "over");
            node("Erf", List.of(prefix + "over"), prefix + "erf");
            node("Mul", List.of(prefix + "erf", prefix + "half"), prefix + "erf.half");
            node("Add", List.of(prefix + "erf.half", prefix + "half"), prefix + "below");
            node("Mul", List.of(hidden, prefix + "below"), active);
        }
        return linear(prefix + "mlp.c_proj", active, config.dModel(), config.dMlp());
    }

    private void head(String x, double[] embeddings) {
        int d = config.dModel();
        int logits = config.logits();
        double[] matrix = config.head().tied() ? embeddings : weights.tensor("lm_head.weight");
        graph.floats("head", List.of(d, logits), transposed(matrix, logits, d))
                .floats("head.bias", List.of(logits), weights.tensor("lm_head.bias"));
        node("MatMul", List.of(x, "head"), "head.product");
        if (config.head() == OutputHead.SCALAR_TIED || config.head() == OutputHead.SCALAR_UNTIED) {
            add("head.product", "head.bias", "z");
            graph.floats("second", List.of(2), 0, 1);
            node("Mul", List.of("z", "second"), "logits");
        } else {
            add("head.product", "head.bias", "logits");
        }
    }

    private String norm(String name, String x) {
        if (weights.layout().find(name + ".weight").isEmpty()) {
            return x;
        }
        graph.floats(name + ".weight", List.of(config.dModel()), weights.tensor(name + ".weight"));
        List<String> from = List.of(x, name + ".weight");
        if (config.biases()) {
            graph.floats(name + ".bias", List.of(config.dModel()), weights.tensor(name + ".bias"));
            from = List.of(x, name + ".weight", name + ".bias");
        }
        node("LayerNormalization", from, name);
        return name;
    }

    private String linear(String name, String x, int out, int in) {
        graph.floats(
                name + ".weight",
                List.of(in, out),
                transposed(weights.tensor(name + ".weight"), out, in));
        node("MatMul", List.of(x, name + ".weight"), name + ".product");
        if (!config.biases()) {
            return name + ".product";
        }
        graph.floats(name + ".bias", List.of(out), weights.tensor(name + ".bias"));
        return add(name + ".product", name + ".bias", name + ".sum");
    }

    private String add(String a, String b, String sum) {
        node("Add", List.of(a, b), sum);
        return sum;
    }

    private void node(String op, List<String> from, String to) {
        graph.node(op, from, List.of(to), List.of());
    }

    /// `[rows, columns]` as `[columns, rows]`.
    private static double[] transposed(double[] matrix, int rows, int columns) {
        double[] turned = new double[matrix.length];
        for (int r = 0; r < rows; r++) {
            for (int c = 0; c < columns; c++) {
                turned[c * rows + r] = matrix[r * columns + c];
            }
        }
        return turned;
    }
}
