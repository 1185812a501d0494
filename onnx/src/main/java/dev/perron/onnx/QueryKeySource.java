package dev.perron.onnx;

import dev.perron.attention.AddedScores;
import dev.perron.attention.Mask;
import dev.perron.attention.QueryKeyHead;
import dev.perron.attention.Scoring;
import dev.perron.attention.SeenKeys;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/// A fused op's Q and K as tensors, just before it multiplies them. With them a head's rows can be
/// made when they are needed, in memory n·d instead of n².
///
/// @param queries `[1, n, heads · d]`, or `[1, heads, n, d]`
/// @param keys the same of key heads, fewer where queries are grouped
/// @param heads where the op says how many
/// @param keyHeads where the op says how many
/// @param seen which keys a query sees
/// @param scale what scores are multiplied by, 1/√d where the op doesn't say
/// @param added to scores
record QueryKeySource(
        String queries,
        String keys,
        OptionalInt heads,
        OptionalInt keyHeads,
        SeenKeys seen,
        OptionalDouble scale,
        List<ScoreInput> added) {
    /// What scores of padding get by default.
    private static final double USUAL_FILLER = -10000;

    /// Finds a node's Q and K, and adds the nodes that make them.
    ///
    /// Empty where its rows are more than Q, K, a scale, a causal mask, a sliding window and what
    /// is added to scores: with a cap on them, or lengths of a cache. A cache doesn't count, as one
    /// text finds it empty.
    static Optional<QueryKeySource> addTo(
            GraphAddition addition, ModelGraph graph, GraphNode node, String prefix) {
        if (node.real("softcap").orElse(0) != 0) {
            return Optional.empty();
        }
        return switch (node.op()) {
            case FusedAttention.ONNX -> onnx(addition, graph, node, prefix);
            case FusedAttention.MULTI_HEAD -> multiHead(addition, graph, node, prefix);
            case FusedAttention.GROUP_QUERY -> groupQuery(addition, graph, node, prefix);
            case FusedAttention.PACKED_WEIGHTS -> packedWeights(addition, graph, node, prefix);
            default -> Optional.empty();
        };
    }

    /// All that a run is asked for: queries, keys and what is added.
    List<String> tensors() {
        List<String> all = new ArrayList<>(List.of(queries, keys));
        added.forEach(input -> all.add(input.tensor()));
        return all;
    }

    /// Microsoft's ops take a scale of 0 for none given.
    private static OptionalDouble scaleUnlessZero(GraphNode node) {
        double given = node.real("scale").orElse(0);
        return given == 0 ? OptionalDouble.empty() : OptionalDouble.of(given);
    }

    /// How scores are made of Q and K.
    ///
    /// @param channels d
    Scoring scoring(int channels, Optional<AddedScores> sum) {
        return new Scoring(seen, scale.orElse(1 / Math.sqrt(channels)), sum);
    }

    /// The heads of what a run gave for Q and K.
    static List<QueryKeyHead> heads(HeadVectors q, HeadVectors k, Scoring scoring) {
        return QueryKeyHead.ofLayer(
                q.values(), q.heads(), k.values(), k.heads(), q.channels(), scoring);
    }

    private static Optional<QueryKeySource> onnx(
            GraphAddition addition, ModelGraph graph, GraphNode node, String prefix) {
        return plain(graph, node, List.of(6), List.of(4))
                ? Optional.of(
                        new QueryKeySource(
                                node.input(0),
                                node.input(1),
                                count(node, "q_num_heads"),
                                count(node, "kv_num_heads"),
                                causal(node.number("is_causal", 0) == 1),
                                node.real("scale"),
                                bias(addition, node, 3, prefix)))
                : Optional.empty();
    }

    private static Optional<QueryKeySource> multiHead(
            GraphAddition addition, ModelGraph graph, GraphNode node, String prefix) {
        String bias = node.input(3);
        List<Long> packed = graph.constant(bias).map(ModelGraph.Constant::dims).orElse(List.of());
        boolean divides = packed.size() == 1 && packed.getFirst() % 3 == 0;
        if (!plain(graph, node, List.of(8, 9), List.of(6)) || (!bias.isEmpty() && !divides)) {
            return Optional.empty();
        }
        String queries = node.input(0);
        String keys = node.input(1);
        if (!bias.isEmpty()) {
            long wide = packed.getFirst() / 3;
            queries = biased(addition, queries, bias, 0, wide, prefix + "queries");
            keys = biased(addition, keys, bias, wide, 2 * wide, prefix + "keys");
        }
        OptionalInt heads = count(node, "num_heads");
        return Optional.of(
                new QueryKeySource(
                        queries,
                        keys,
                        heads,
                        heads,
                        causal(node.number("unidirectional", 0) == 1),
                        scaleUnlessZero(node),
                        paddingAndBias(addition, node, 4, prefix)));
    }

    private static String biased(
            GraphAddition addition, String tensor, String bias, long from, long to, String name) {
        addition.slice(bias, name + ".bias", from, to)
                .node("Add", List.of(tensor, name + ".bias"), List.of(name), List.of());
        return name;
    }

    private static Optional<QueryKeySource> groupQuery(
            GraphAddition addition, ModelGraph graph, GraphNode node, String prefix) {
        boolean more = IntStream.range(11, node.inputs().size()).anyMatch(i -> has(node, i));
        if (!plain(graph, node, List.of(), List.of(3)) || more || !has(node, 1)) {
            return Optional.empty();
        }
        String queries = node.input(0);
        String keys = node.input(1);
        if (node.number("do_rotary", 0) == 1) {
            queries = turned(addition, node, 0, "num_heads", prefix + "queries");
            keys = turned(addition, node, 1, "kv_num_heads", prefix + "keys");
        }
        return Optional.of(
                new QueryKeySource(
                        queries,
                        keys,
                        count(node, "num_heads"),
                        count(node, "kv_num_heads"),
                        latest(node.number("local_window_size", -1)),
                        scaleUnlessZero(node),
                        bias(addition, node, 10, prefix)));
    }

    /// Rotary embedding, by the op that does it alone.
    private static String turned(
            GraphAddition addition, GraphNode node, int input, String heads, String name) {
        String positions = node.input(9);
        if (positions.isEmpty()) {
            positions = name + ".start";
            addition.integers(positions, 0);
        }
        List<ByteBuffer> attributes = new ArrayList<>();
        attributes.add(GraphAddition.attribute("num_heads", node.number(heads, 0)));
        attributes.add(
                GraphAddition.attribute("interleaved", node.number("rotary_interleaved", 0)));
        addition.node(
                "com.microsoft.RotaryEmbedding",
                List.of(node.input(input), positions, node.input(7), node.input(8)),
                List.of(name),
                attributes);
        return name;
    }

    private static Optional<QueryKeySource> packedWeights(
            GraphAddition addition, ModelGraph graph, GraphNode node, String prefix) {
        if (!plain(graph, node, List.of(6), List.of(4))) {
            return Optional.empty();
        }
        return PackedProjection.of(graph, node)
                .map(
                        projection -> {
                            projection.addProduct(addition, prefix);
                            OptionalInt heads = count(node, "num_heads");
                            return new QueryKeySource(
                                    projection.addQueries(addition, prefix),
                                    projection.addKeys(addition, prefix),
                                    heads,
                                    heads,
                                    causal(node.number("unidirectional", 0) == 1),
                                    scaleUnlessZero(node),
                                    paddingAndBias(addition, node, 3, prefix));
                        });
    }

    /// Which keys are tokens, where the op is told, and what it adds to scores, its input 5 in both
    /// ops that have the two.
    private static List<ScoreInput> paddingAndBias(
            GraphAddition addition, GraphNode node, int padding, String prefix) {
        List<ScoreInput> inputs = new ArrayList<>();
        if (has(node, padding)) {
            inputs.add(
                    new ScoreInput.Padding(
                            output(addition, node.input(padding), prefix + "padding"),
                            (float) node.real("mask_filter_value").orElse(USUAL_FILLER)));
        }
        inputs.addAll(bias(addition, node, 5, prefix));
        return inputs;
    }

    private static List<ScoreInput> bias(
            GraphAddition addition, GraphNode node, int input, String prefix) {
        return has(node, input)
                ? List.of(
                        new ScoreInput.Bias(output(addition, node.input(input), prefix + "added")))
                : List.of();
    }

    /// A tensor by a name of its own: it may be a constant, or an output already.
    private static String output(GraphAddition addition, String tensor, String name) {
        addition.node("Identity", List.of(tensor), List.of(name), List.of());
        return name;
    }

    /// Whether inputs that change scores are left out, and the cache is one that is given empty.
    private static boolean plain(
            ModelGraph graph, GraphNode node, List<Integer> absent, List<Integer> past) {
        return absent.stream().noneMatch(input -> has(node, input))
                && past.stream().map(node::input).allMatch(cache -> isEmpty(graph, cache));
    }

    private static boolean isEmpty(ModelGraph graph, String cache) {
        return cache.isEmpty()
                || graph.inputs().stream()
                        .filter(input -> input.name().equals(cache))
                        .anyMatch(input -> PastInput.emptyShape(input).isPresent());
    }

    private static boolean has(GraphNode node, int input) {
        return !node.input(input).isEmpty();
    }

    private static OptionalInt count(GraphNode node, String attribute) {
        long heads = node.number(attribute, 0);
        return heads > 0 && heads <= Integer.MAX_VALUE
                ? OptionalInt.of((int) heads)
                : OptionalInt.empty();
    }

    private static SeenKeys causal(boolean causal) {
        return SeenKeys.of(causal ? Mask.CAUSAL : Mask.NONE);
    }

    /// The latest keys, the query's own included; all that came before where there is no window.
    private static SeenKeys latest(long window) {
        return window > 0 && window < SeenKeys.ALL
                ? new SeenKeys(Mask.CAUSAL, (int) window)
                : SeenKeys.of(Mask.CAUSAL);
    }
}
