package dev.perron.onnx;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;

import dev.perron.attention.AttentionTensor;
import dev.perron.attention.Precision;
import dev.perron.onnx.AttentionSite.Readout;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.Arena;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;

/// A transformer in an ONNX file, asked for its attention.
///
/// Opening one reads the file and its graph; the first [#attend] makes it ready to run. What is
/// made for one set of layers serves until another set is asked for: every layer's attention that
/// is an output takes memory in each run. One thread at a time runs a model, others wait.
///
/// Runs are reproducible: only optimisations that leave every number as it is, and deterministic
/// kernels.
public final class OnnxModel implements AutoCloseable {
    private final ModelBytes bytes;
    private final ModelGraph graph;
    private final ModelDescription description;
    private List<Integer> ready = List.of();
    private @Nullable OrtSession session;
    private @Nullable String sha256;

    private OnnxModel(String name, ModelBytes bytes) {
        this.bytes = bytes;
        try {
            graph = ModelReader.read(name, bytes.view());
            description = ModelDescription.of(name, graph, bytes.size());
        } catch (RuntimeException e) {
            bytes.close();
            throw e;
        }
    }

    /// The model in a file. The file is read now, and never written.
    ///
    /// @throws ModelException if there is no such file, or it isn't a whole ONNX model
    public static OnnxModel open(Path file) {
        return new OnnxModel(file.toString(), ModelBytes.read(file));
    }

    /// The text encoder that comes with Perron, all-MiniLM-L6-v2: 6 layers of 12 heads.
    ///
    /// @throws ModelException if its jar is not on the class path
    public static OnnxModel embedded() {
        return new OnnxModel(EmbeddedEncoder.NAME, EmbeddedEncoder.model());
    }

    /// What the file holds.
    public ModelDescription description() {
        return description;
    }

    /// SHA-256 of the file, in hexadecimal; computed when first asked for.
    public synchronized String sha256() {
        if (sha256 == null) {
            sha256 = bytes.sha256();
        }
        return sha256;
    }

    /// The number of layers, at least 1.
    ///
    /// @throws ModelException if there is no attention in the model
    public int layers() {
        if (description.sites().isEmpty()) {
            throw ModelException.of(
                    description.name(),
                    "no attention among its %d nodes%s"
                            .formatted(graph.nodes().size(), inSubgraphs()),
                    "a Softmax of QKᵀ that feeds a MatMul with V",
                    "give a transformer, exported without hiding its attention");
        }
        return description.sites().size();
    }

    /// The attention of some layers on one text, `[layer, head, query, key]`, rows checked.
    ///
    /// @param text n tokens
    /// @param layers numbers of [sites][AttentionSite], ascending, not empty
    /// @throws IllegalArgumentException if there is no such layer
    /// @throws ModelException if attention can't be had from that layer, the text doesn't fit the
    ///   model, the model can't be run, or what comes out isn't attention
    public synchronized AttentionTensor attend(TextInput text, List<Integer> layers) {
        List<String> tensors = tensors(layers);
        requireFit(text);
        try {
            OrtEnvironment environment = RuntimeLibrary.environment();
            OrtSession running = session(environment, List.copyOf(layers), tensors);
            try (TextFeed feed = TextFeed.of(description, text, environment);
                    OrtSession.Result result =
                            running.run(feed.tensors(), new LinkedHashSet<>(tensors))) {
                return attention(text, layers, tensors, result);
            }
        } catch (OrtException e) {
            throw ModelException.of(
                    description.name(),
                    "ONNX Runtime failed: " + RuntimeLibrary.reason(e),
                    "a model that runs on a text of %d tokens".formatted(text.size()),
                    "check that the tokenizer is the model's, or try a shorter text",
                    e);
        }
    }

    /// Frees what the model holds. It can't be used afterwards.
    @Override
    public synchronized void close() {
        closeSession();
        bytes.close();
    }

    private List<String> tensors(List<Integer> layers) {
        List<AttentionSite> sites = description.sites();
        int count = layers();
        if (layers.isEmpty()) {
            throw new IllegalArgumentException("no layers, must be at least 1");
        }
        List<String> tensors = new ArrayList<>();
        int previous = -1;
        for (int layer : layers) {
            if (layer < 0 || layer >= count) {
                throw new IllegalArgumentException(
                        "layer %d, must be from 0 to %d".formatted(layer, count - 1));
            }
            if (layer <= previous) {
                throw new IllegalArgumentException("layers " + layers + ", must be ascending");
            }
            previous = layer;
            tensors.add(
                    switch (sites.get(layer).readout()) {
                        case Readout.Direct(String tensor) -> tensor;
                        case Readout.NotSupported(String why) ->
                                throw ModelException.of(
                                        "%s layer %d".formatted(description.name(), layer),
                                        why,
                                        "attention as a Softmax that feeds a MatMul",
                                        "export the model without fused attention (eager)");
                    });
        }
        return tensors;
    }

    private String inSubgraphs() {
        return graph.nodes().stream()
                .filter(GraphNode::subgraphs)
                .findFirst()
                .map(node -> " (%s %s hides some)".formatted(node.op(), node.name()))
                .orElse("");
    }

    private void requireFit(TextInput text) {
        int n = text.size();
        int context = description.contextLength().orElse(Integer.MAX_VALUE);
        if (n > context) {
            throw ModelException.of(
                    description.name(),
                    "a text of %d tokens".formatted(n),
                    "at most %d, the model's context length".formatted(context),
                    "shorten the text, or ask for it to be truncated");
        }
        int vocabulary = description.vocabulary().orElse(Integer.MAX_VALUE);
        for (int i = 0; i < n; i++) {
            if (text.ids().get(i) >= vocabulary) {
                throw ModelException.of(
                        description.name(),
                        "token %d, %s, has id %d"
                                .formatted(i, text.tokens().get(i).label(), text.ids().get(i)),
                        "an id from 0 to %d, the model's vocabulary".formatted(vocabulary - 1),
                        "give the tokenizer that belongs to the model");
            }
        }
    }

    private OrtSession session(
            OrtEnvironment environment, List<Integer> layers, List<String> tensors)
            throws OrtException {
        if (session != null && ready.equals(layers)) {
            return session;
        }
        if (graph.header().externalData()) {
            throw ModelException.of(
                    description.name(),
                    "its weights lie in files beside it",
                    "a model in one file",
                    "export or save it without external data");
        }
        closeSession();
        List<String> declared =
                description.outputs().stream().map(TensorDescription::name).toList();
        List<String> missing = tensors.stream().filter(t -> !declared.contains(t)).toList();
        try (Arena arena = Arena.ofConfined();
                SessionOptions options = RuntimeLibrary.options()) {
            OrtSession made =
                    environment.createSession(
                            bytes.followedBy(GraphOutputs.message(missing), arena), options);
            session = made;
            ready = layers;
            return made;
        } catch (OrtException e) {
            throw ModelException.of(
                    description.name(),
                    "ONNX Runtime can't load it: " + RuntimeLibrary.reason(e),
                    "a model that ONNX Runtime %s runs".formatted(environment.getVersion()),
                    "export it again",
                    e);
        }
    }

    private void closeSession() {
        if (session == null) {
            return;
        }
        try {
            session.close();
        } catch (OrtException e) {
            throw new IllegalStateException("ONNX Runtime didn't close a session", e);
        } finally {
            session = null;
        }
    }

    private AttentionTensor attention(
            TextInput text, List<Integer> layers, List<String> tensors, OrtSession.Result result)
            throws OrtException {
        List<float[]> rows = new ArrayList<>();
        int heads = 0;
        Precision precision = Precision.FLOAT32;
        for (int i = 0; i < layers.size(); i++) {
            if (!(result.get(i) instanceof OnnxTensor tensor)) {
                throw notAttention(layers.get(i), tensors.get(i) + " is no tensor", text.size());
            }
            List<float[]> layer = heads(layers.get(i), tensor, text.size());
            if (i > 0 && layer.size() != heads) {
                throw ModelException.of(
                        description.name(),
                        "%d heads in layer %d, %d in layer %d"
                                .formatted(heads, layers.getFirst(), layer.size(), layers.get(i)),
                        "as many in each",
                        "ask for these layers one at a time");
            }
            heads = layer.size();
            precision = coarser(precision, tensor.getInfo().type);
            rows.addAll(layer);
        }
        try {
            return AttentionTensor.of(text.tokens(), layers, heads, rows, precision);
        } catch (IllegalArgumentException e) {
            throw ModelException.of(
                    description.name(),
                    ModelException.reason(e),
                    "rows of attention",
                    "check that the text and its tokenizer fit the model",
                    e);
        }
    }

    private static Precision coarser(Precision before, OnnxJavaType type) {
        Precision own =
                switch (type) {
                    case FLOAT16 -> Precision.FLOAT16;
                    case BFLOAT16 -> Precision.BFLOAT16;
                    default -> Precision.FLOAT32; // other types have no rows to check
                };
        return own.tolerance() > before.tolerance() ? own : before;
    }

    /// One array of n² for each head. Without a batch axis of its own, as older exports have it,
    /// the first axis is heads: there is one text.
    private List<float[]> heads(int layer, OnnxTensor tensor, int n) {
        long[] shape = tensor.getInfo().getShape();
        int rank = shape.length;
        boolean square =
                (rank == 3 || (rank == 4 && shape[0] == 1))
                        && shape[rank - 1] == n
                        && shape[rank - 2] == n
                        && shape[rank - 3] > 0;
        FloatBuffer values = tensor.getFloatBuffer(); // float16 is converted
        if (!square || values == null) {
            throw notAttention(
                    layer, "%s%s".formatted(tensor.getInfo().type, Arrays.toString(shape)), n);
        }
        List<float[]> heads = new ArrayList<>();
        while (values.hasRemaining()) {
            float[] head = new float[n * n];
            values.get(head);
            heads.add(head);
        }
        return heads;
    }

    private ModelException notAttention(int layer, String found, int n) {
        return ModelException.of(
                "%s layer %d".formatted(description.name(), layer),
                found,
                "attention of each token to each, float [1, heads, %d, %d]".formatted(n, n),
                "ask for another layer: this one may look at another sequence");
    }
}
