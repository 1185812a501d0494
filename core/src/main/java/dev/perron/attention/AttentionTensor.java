package dev.perron.attention;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// Attention `[layer, head, query, key]` of one input, after the softmax, float32, in the layers
/// that were asked for. Every row has been checked: finite, not negative, sum 1 within the
/// tolerance. Immutable.
public final class AttentionTensor {
    private final List<Token> tokens;
    private final List<Integer> layers;
    private final int heads;
    private final List<AttentionHead> all; // [layer, head], row-major

    private AttentionTensor(
            List<Token> tokens, List<Integer> layers, int heads, List<AttentionHead> all) {
        this.tokens = tokens;
        this.layers = layers;
        this.heads = heads;
        this.all = all;
    }

    /// Attention as a model gave it in float32, checked; see the other factories.
    ///
    /// @throws IllegalArgumentException if a size doesn't fit, or a row isn't a distribution
    public static AttentionTensor of(
            List<Token> tokens, List<Integer> layers, int heads, List<float[]> rows) {
        return of(tokens, layers, heads, rows, Precision.FLOAT32);
    }

    /// Attention as a model gave it, checked.
    ///
    /// @param tokens what the n states stand for
    /// @param layers the layers' numbers in the model, ascending from 0 or later, not empty
    /// @param heads heads of each layer, at least 1
    /// @param rows `[layer, head][query · n + key]`: one array of n² floats a head, copied
    /// @param precision in which the model computed them
    /// @throws IllegalArgumentException if a size doesn't fit, or a row isn't a distribution: the
    ///   message names head, row and value
    public static AttentionTensor of(
            List<Token> tokens,
            List<Integer> layers,
            int heads,
            List<float[]> rows,
            Precision precision) {
        if (tokens.isEmpty()) {
            throw new IllegalArgumentException("no tokens, must be at least 1");
        }
        if (layers.isEmpty() || heads < 1) {
            throw new IllegalArgumentException(
                    "%d layers of %d heads, must be at least 1".formatted(layers.size(), heads));
        }
        for (int i = 0; i < layers.size(); i++) {
            if (layers.get(i) <= (i == 0 ? -1 : layers.get(i - 1))) {
                throw new IllegalArgumentException(
                        "layers %s, must be ascending, each at least 0".formatted(layers));
            }
        }
        if (rows.size() != (long) layers.size() * heads) {
            throw new IllegalArgumentException(
                    "%d matrices, must be %d layers x %d heads"
                            .formatted(rows.size(), layers.size(), heads));
        }
        List<Token> owned = List.copyOf(tokens);
        List<AttentionHead> all =
                IntStream.range(0, rows.size())
                        .mapToObj(
                                i ->
                                        AttentionHead.of(
                                                layers.get(i / heads),
                                                i % heads,
                                                owned,
                                                rows.get(i),
                                                precision))
                        .toList();
        return new AttentionTensor(owned, List.copyOf(layers), heads, all);
    }

    /// Attention as nested arrays, checked: all layers of a model, from 0.
    ///
    /// @param tokens what the n states stand for
    /// @param attention `[layer][head][query][key]`, as many heads in every layer, copied
    /// @throws IllegalArgumentException if a size doesn't fit, or a row isn't a distribution
    public static AttentionTensor of(List<Token> tokens, float[][][][] attention) {
        int heads = attention.length == 0 ? 0 : attention[0].length;
        List<float[]> rows = new ArrayList<>();
        for (int layer = 0; layer < attention.length; layer++) {
            if (attention[layer].length != heads) {
                throw new IllegalArgumentException(
                        "layer %d has %d heads, layer 0 has %d, must be as many"
                                .formatted(layer, attention[layer].length, heads));
            }
            for (int head = 0; head < heads; head++) {
                rows.add(flat(layer, head, attention[layer][head], tokens.size()));
            }
        }
        return of(tokens, IntStream.range(0, attention.length).boxed().toList(), heads, rows);
    }

    /// Attention of heads that were made one by one; nothing is copied.
    ///
    /// @param tokens what the n states stand for
    /// @param heads layer by layer, in each layer from 0 and as many
    /// @throws IllegalArgumentException if a head is missing, or has another number of tokens
    public static AttentionTensor ofHeads(List<Token> tokens, List<AttentionHead> heads) {
        List<Integer> layers = heads.stream().map(AttentionHead::layer).distinct().toList();
        int each = layers.isEmpty() ? 0 : heads.size() / layers.size();
        if (each * layers.size() != heads.size() || layers.isEmpty()) {
            throw new IllegalArgumentException(
                    "%d heads in %d layers, must be as many in each"
                            .formatted(heads.size(), layers.size()));
        }
        for (int i = 0; i < heads.size(); i++) {
            AttentionHead head = heads.get(i);
            int layer = layers.get(i / each);
            if (head.layer() != layer
                    || head.number() != i % each
                    || (i >= each && layer <= layers.get(i / each - 1))) {
                throw new IllegalArgumentException(
                        "%s as number %d, must be in order: L%dH%d"
                                .formatted(head.name(), i, layer, i % each));
            }
            if (head.states() != tokens.size()) {
                throw new IllegalArgumentException(
                        "%s has %d tokens, must have %d"
                                .formatted(head.name(), head.states(), tokens.size()));
            }
        }
        return new AttentionTensor(List.copyOf(tokens), layers, each, List.copyOf(heads));
    }

    private static float[] flat(int layer, int head, float[][] matrix, int n) {
        if (matrix.length != n) {
            throw new IllegalArgumentException(
                    "L%dH%d has %d rows, must have %d, one a token"
                            .formatted(layer, head, matrix.length, n));
        }
        float[] flat = new float[Math.multiplyExact(n, n)];
        for (int i = 0; i < n; i++) {
            if (matrix[i].length != n) {
                throw new IllegalArgumentException(
                        "L%dH%d row %d has %d entries, must have %d, one a token"
                                .formatted(layer, head, i, matrix[i].length, n));
            }
            System.arraycopy(matrix[i], 0, flat, i * n, n);
        }
        return flat;
    }

    /// The n tokens, in order.
    public List<Token> tokens() {
        return tokens;
    }

    /// The numbers of the layers that are here, ascending.
    public List<Integer> layers() {
        return layers;
    }

    /// Heads of each layer.
    public int heads() {
        return heads;
    }

    /// One head, by the layer's number in the model.
    ///
    /// @throws IllegalArgumentException if there is no such layer or head here
    public AttentionHead head(int layer, int head) {
        int at = layers.indexOf(layer);
        if (at < 0) {
            throw new IllegalArgumentException(
                    "layer %d, must be one of %s".formatted(layer, layers));
        }
        if (head < 0 || head >= heads) {
            throw new IllegalArgumentException(
                    "head %d, must be from 0 to %d".formatted(head, heads - 1));
        }
        return all.get(at * heads + head);
    }

    /// The same with one layer alone; nothing is copied.
    ///
    /// @throws IllegalArgumentException if there is no such layer here
    public AttentionTensor layer(int layer) {
        List<AttentionHead> own =
                IntStream.range(0, heads).mapToObj(head -> head(layer, head)).toList();
        return new AttentionTensor(tokens, List.of(layer), heads, own);
    }

    /// All heads, layer by layer.
    public List<AttentionHead> all() {
        return all;
    }

    /// Whether every head looks only at the past: A[i,j] = 0 for j > i.
    public boolean causal() {
        return all.stream().allMatch(AttentionHead::lowerTriangular);
    }

    /// The largest |row sum - 1| of all heads, before rows were divided by their sums.
    public double worstRow() {
        return all.stream().mapToDouble(AttentionHead::worstRow).max().orElse(0);
    }
}
