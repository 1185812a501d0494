package dev.perron.onnx;

import java.util.Arrays;
import java.util.List;
import java.util.Random;

/// Models of one layer with random weights, in two forms that must agree: one with a fused op, one
/// with MatMul, Softmax and MatMul. Both look up their input in a table and make Q, K and V of it.
final class TwinModels {
    /// Tokens of the text that the models are for.
    static final int TOKENS = 6;

    static final int HEADS = 4;
    static final int CHANNELS = 16;

    private static final int VOCABULARY = 12;
    private static final int WIDTH = 24;
    private static final float MASKED = -1e9f;

    private final int keyHeads;
    private final long seed;

    /// @param keyHeads heads of K and V, a divisor of [#HEADS]
    TwinModels(int keyHeads, long seed) {
        this.keyHeads = keyHeads;
        this.seed = seed;
    }

    /// `input_ids` → `x` `[1, n, width]` → `q`, `k`, `v` `[1, n, heads · channels]`.
    ModelFile projected() {
        return embedded()
                .floats("wq", random("wq", WIDTH * HEADS * CHANNELS), WIDTH, HEADS * CHANNELS)
                .floats(
                        "wk",
                        random("wk", WIDTH * keyHeads * CHANNELS),
                        WIDTH,
                        (long) keyHeads * CHANNELS)
                .floats(
                        "wv",
                        random("wv", WIDTH * keyHeads * CHANNELS),
                        WIDTH,
                        (long) keyHeads * CHANNELS)
                .node("MatMul", List.of("x", "wq"), "q")
                .node("MatMul", List.of("x", "wk"), "k")
                .node("MatMul", List.of("x", "wv"), "v");
    }

    /// `input_ids` → `x`, and the weights of Q, K and V side by side: `w` `[width, 3 · heads ·
    /// channels]`.
    ModelFile packed() {
        int wide = HEADS * CHANNELS;
        float[] q = random("wq", WIDTH * wide);
        float[] k = random("wk", WIDTH * wide);
        float[] v = random("wv", WIDTH * wide);
        float[] all = new float[WIDTH * 3 * wide];
        for (int i = 0; i < WIDTH; i++) {
            System.arraycopy(q, i * wide, all, i * 3 * wide, wide);
            System.arraycopy(k, i * wide, all, (i * 3 + 1) * wide, wide);
            System.arraycopy(v, i * wide, all, (i * 3 + 2) * wide, wide);
        }
        return embedded().floats("w", all, WIDTH, 3L * wide);
    }

    private ModelFile embedded() {
        return new ModelFile()
                .input("input_ids", 7, "batch", "sequence")
                .floats("table", random("table", VOCABULARY * WIDTH), VOCABULARY, WIDTH)
                .node("Gather", List.of("table", "input_ids"), "x");
    }

    /// The plain form.
    ///
    /// @param model has `q`, `k` and `v`
    /// @param mask added to the scores, `[n, n]`
    ModelFile plain(ModelFile model, double scale, float[] mask) {
        return plain(model, List.of("q", "k"), scale, mask);
    }

    /// The plain form of other Q and K.
    ModelFile plain(ModelFile model, List<String> queriesAndKeys, double scale, float[] mask) {
        return scores(model, queriesAndKeys, scale)
                .floats("mask", mask, TOKENS, TOKENS)
                .node("Add", List.of("scaled", "mask"), "masked")
                .node("Softmax", List.of("masked"), "a", ModelFile.attribute("axis", -1))
                .node("MatMul", List.of("a", "vPerHead"), "y")
                .output("y", 1, "batch", "heads", "sequence", "channels");
    }

    /// Up to `scaled` `[1, heads, n, n]`, without softmax.
    ModelFile scores(ModelFile model, List<String> queriesAndKeys, double scale) {
        long[] groups = new long[HEADS];
        Arrays.setAll(groups, head -> head / (HEADS / keyHeads));
        return model.integers("heads", 0, 0, HEADS, CHANNELS)
                .integers("keyHeads", 0, 0, keyHeads, CHANNELS)
                .integers("groups", groups)
                .floats("scale", new float[] {(float) scale})
                .node("Reshape", List.of(queriesAndKeys.getFirst(), "heads"), "q4")
                .node("Reshape", List.of(queriesAndKeys.getLast(), "keyHeads"), "k4")
                .node("Reshape", List.of("v", "keyHeads"), "v4")
                .node("Transpose", List.of("q4"), "qh", ModelFile.attribute("perm", 0, 2, 1, 3))
                .node("Transpose", List.of("k4"), "kh", ModelFile.attribute("perm", 0, 2, 3, 1))
                .node("Transpose", List.of("v4"), "vh", ModelFile.attribute("perm", 0, 2, 1, 3))
                .node("Gather", List.of("kh", "groups"), "kPerHead", ModelFile.attribute("axis", 1))
                .node("Gather", List.of("vh", "groups"), "vPerHead", ModelFile.attribute("axis", 1))
                .node("MatMul", List.of("qh", "kPerHead"), "qk")
                .node("Mul", List.of("qk", "scale"), "scaled");
    }

    /// Standard normal over the square root of the model's width, the same for the same name.
    float[] random(String name, int count) {
        Random random = new Random(seed * 31 + name.hashCode());
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) (random.nextGaussian() / Math.sqrt(CHANNELS));
        }
        return values;
    }

    static float[] unmasked() {
        return new float[TOKENS * TOKENS];
    }

    /// Only the `window` latest keys, the query's own included.
    static float[] latest(int window) {
        float[] mask = new float[TOKENS * TOKENS];
        for (int i = 0; i < TOKENS; i++) {
            for (int j = 0; j < TOKENS; j++) {
                mask[i * TOKENS + j] = j <= i && j > i - window ? 0 : MASKED;
            }
        }
        return mask;
    }

    static float[] causal() {
        return latest(TOKENS);
    }

    static double usualScale() {
        return 1 / Math.sqrt(CHANNELS);
    }
}
