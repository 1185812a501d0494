package dev.perron.onnx;

import ai.onnxruntime.OnnxTensor;

import dev.perron.attention.AttentionTensor;
import dev.perron.attention.Precision;
import dev.perron.attention.QueryKeyHead;
import dev.perron.attention.RectangularHead;
import dev.perron.attention.Token;
import dev.perron.onnx.AttentionSite.Readout;
import dev.perron.vision.ImageAttention;
import dev.perron.vision.PatchGrid;
import dev.perron.vision.PixelTensor;

import org.jspecify.annotations.Nullable;

import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.ObjIntConsumer;

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
    private final @Nullable Path folder;
    private final ModelGraph graph;
    private final List<AttentionSearch.Found> sites;
    private final ModelDescription description;
    private TextGroups groups;
    private Wanted ready = new Wanted(List.of(), false);
    private @Nullable ModelSession session;
    private ModelTimes before = ModelTimes.NONE; // of sessions that are closed
    private @Nullable String sha256;

    /// What a session is made for.
    ///
    /// @param queriesAndKeys rather than rows
    private record Wanted(List<Integer> layers, boolean queriesAndKeys) {}

    private OnnxModel(String name, ModelBytes bytes, @Nullable Path folder) {
        this.bytes = bytes;
        this.folder = folder;
        try {
            graph = ModelReader.read(name, bytes.view());
            sites = AttentionSearch.sites(graph);
            groups = TextGroups.of(graph);
            description = ModelDescription.of(name, graph, sites, bytes.size());
        } catch (RuntimeException e) {
            bytes.close();
            throw e;
        }
    }

    /// The model in a file. The file is read now, and never written. Weights in files beside it are
    /// read by the first [#attend], and only from its folder.
    ///
    /// @throws ModelException if there is no such file, or it isn't a whole ONNX model
    public static OnnxModel open(Path file) {
        return new OnnxModel(
                file.toString(), ModelBytes.read(file), file.toAbsolutePath().getParent());
    }

    /// The model in these bytes of an ONNX file that needs no others.
    ///
    /// @param name what messages call it
    /// @throws ModelException if they aren't a whole ONNX model
    public static OnnxModel of(String name, byte[] model) {
        return new OnnxModel(name, ModelBytes.of(model), null);
    }

    /// The text encoder that comes with Perron, all-MiniLM-L6-v2: 6 layers of 12 heads.
    ///
    /// @throws ModelException if its jar is not on the class path
    public static OnnxModel embedded() {
        return new OnnxModel(EmbeddedEncoder.NAME, EmbeddedEncoder.model(), null);
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
        requireReadable(layers);
        requireFit(text);
        List<LayerOutput> outputs = run(feed(text), layers);
        requireSquare(text.size(), layers, outputs);
        return tensor(text.tokens(), layers, outputs);
    }

    /// The attention of some layers on one image, rows checked, and the grid of its patches: found
    /// from the image's size, the number of tokens and, where the graph shows it, the patch size.
    ///
    /// @param image as the model takes it
    /// @param layers numbers of [sites][AttentionSite], ascending, not empty
    /// @throws IllegalArgumentException if there is no such layer
    /// @throws ModelException if it isn't a vision model, or takes another size, its tokens are no
    ///   grid of patches, or as [#attend(TextInput, List)] says
    public synchronized ImageAttention attend(PixelTensor image, List<Integer> layers) {
        description.requireImage();
        requireReadable(layers);
        List<LayerOutput> outputs =
                run((model, environment) -> ImageFeed.of(model, image, environment), layers);
        LayerOutput first = outputs.getFirst();
        PatchGrid grid = grid(image, first.queries());
        List<Token> tokens = grid.names();
        requireSquare(tokens.size(), layers, outputs);
        return new ImageAttention(tensor(tokens, layers, outputs), grid);
    }

    /// What the model says of an image, a number for each class before any softmax, `[classes]`:
    /// out of [#classOutput()].
    ///
    /// @param image as the model takes it
    /// @throws ModelException if it isn't a vision model that classifies, or takes another size
    public synchronized float[] logits(PixelTensor image) {
        String logits = classOutput().name();
        return session(new Wanted(List.of(), false), new GraphAddition())
                .run(
                        (model, environment) -> ImageFeed.of(model, image, environment),
                        List.of(logits),
                        outputs -> {
                            OnnxTensor tensor = (OnnxTensor) outputs.get(0);
                            FloatBuffer values = tensor.getFloatBuffer();
                            float[] read = new float[values.remaining()];
                            values.get(read);
                            return read;
                        });
    }

    /// The output that a vision model tells classes apart by: of shape `[1, classes]`, and called
    /// logits, or scores, probabilities or classes. A pooled token has the same shape and is none.
    ///
    /// @throws ModelException if it isn't a vision model, or has no such output
    public TensorDescription classOutput() {
        description.requireImage();
        return ClassOutput.required(description);
    }

    /// What ONNX Runtime took so far, of all that was asked.
    public synchronized ModelTimes times() {
        return session == null ? before : before.plus(session.times());
    }

    private PatchGrid grid(PixelTensor image, int tokens) {
        OptionalInt patch = description.requireImage().patch();
        return switch (PatchGrid.infer(tokens, image.width(), image.height(), patch)) {
            case PatchGrid.Inference.Found(var grid) -> grid;
            case PatchGrid.Inference.Unclear(String reason, _) ->
                    throw ModelException.of(
                            description.name(),
                            reason,
                            "one grid of patches, after at most 16 other tokens",
                            "give a plain vision transformer; windows of patches are no such grid");
        };
    }

    /// One head of one layer is a chain only if it has as many keys as queries.
    private void requireSquare(int n, List<Integer> layers, List<LayerOutput> outputs) {
        for (int i = 0; i < layers.size(); i++) {
            LayerOutput output = outputs.get(i);
            if (output.queries() != n || output.keys() != n) {
                throw rectangular(layers.get(i), output);
            }
        }
    }

    /// Whether texts of like length run together, as [#attendEach] has it. Where they do, a text's
    /// attention may differ in the last digits by what ran beside it.
    public synchronized boolean together() {
        return groups.several();
    }

    /// The attention of some layers on several texts, each as [#attend] has it of one. Texts of
    /// like length run together, the shorter ones filled up and the filling masked, where the model
    /// keeps texts apart: an axis for texts in every input, no cache, and no numbers that are
    /// rounded by what the largest is of all texts (dynamic quantisation). Attention to the filling
    /// is cut off; where it isn't exactly 0, the texts run again one by one, and so do all later
    /// ones.
    ///
    /// @param texts in any order
    /// @param layers numbers of [sites][AttentionSite], ascending, not empty
    /// @param one takes a text's attention and its number, once each, not in their order
    /// @throws IllegalArgumentException if there is no such layer
    /// @throws ModelException as [#attend] says; if a text doesn't fit, then before any run
    public synchronized void attendEach(
            List<TextInput> texts, List<Integer> layers, ObjIntConsumer<AttentionTensor> one) {
        requireReadable(layers);
        texts.forEach(this::requireFit);
        for (List<Integer> group : groups.of(texts, TextGroups.matrices(description, layers))) {
            Optional<List<AttentionTensor>> together =
                    group.size() > 1 && groups.several()
                            ? together(group.stream().map(texts::get).toList(), layers)
                            : Optional.empty();
            if (together.isEmpty() && group.size() > 1) {
                groups = TextGroups.NONE;
            }
            for (int i = 0; i < group.size(); i++) {
                int text = group.get(i);
                one.accept(
                        together.isPresent()
                                ? together.get().get(i)
                                : attend(texts.get(text), layers),
                        text);
            }
        }
    }

    /// Texts in one run; empty if the model can't do that, or not without one seeing another's
    /// filling.
    private Optional<List<AttentionTensor>> together(List<TextInput> texts, List<Integer> layers) {
        List<Integer> lengths = texts.stream().map(TextInput::size).toList();
        GraphAddition addition = new GraphAddition();
        List<String> tensors =
                layers.stream().map(layer -> attention(addition, sites.get(layer))).toList();
        List<List<LayerOutput>> read = new ArrayList<>(); // [layer][text]
        try {
            session(new Wanted(List.copyOf(layers), false), addition)
                    .run(
                            feed(texts),
                            tensors,
                            outputs -> {
                                for (int i = 0; i < tensors.size(); i++) {
                                    LayerOutput.ofTexts(
                                                    where(layers.get(i)), outputs.get(i), lengths)
                                            .ifPresent(read::add);
                                }
                                return read;
                            });
        } catch (ModelException _) {
            return Optional.empty(); // what one text has, it has alone, too
        }
        if (read.size() < layers.size()) {
            return Optional.empty();
        }
        List<AttentionTensor> tensorOfText = new ArrayList<>();
        for (int t = 0; t < texts.size(); t++) {
            int text = t;
            tensorOfText.add(
                    tensor(
                            texts.get(t).tokens(),
                            layers,
                            read.stream().map(layer -> layer.get(text)).toList()));
        }
        return Optional.of(tensorOfText);
    }

    /// The heads of one layer on one text: rows, `heads · n²` floats, or Q and K, `heads · n · d`,
    /// from which rows are made when they are needed. Q and K are to be had from fused ops without
    /// masks and biases of their own; a causal mask and a sliding window are not in the way.
    ///
    /// @param text n tokens
    /// @param layer the number of a [site][AttentionSite]
    /// @param form which of the two
    /// @throws IllegalArgumentException if there is no such layer
    /// @throws ModelException as [#attend] says, or if Q and K are asked for and can't be had
    public synchronized LayerHeads heads(TextInput text, int layer, HeadForm form) {
        requireReadable(List.of(layer));
        requireFit(text);
        if (form == HeadForm.ROWS) {
            return new LayerHeads.Rows(attend(text, List.of(layer)));
        }
        GraphAddition addition = new GraphAddition();
        GraphNode node = sites.get(layer).node();
        Optional<LayerHeads> held =
                QueryKeySource.addTo(addition, graph, node, prefix(layer))
                        .flatMap(source -> queriesAndKeys(text, layer, source, addition, form))
                        .map(LayerHeads.QueriesAndKeys::new);
        if (held.isEmpty() && form == HeadForm.QUERIES_AND_KEYS) {
            throw ModelException.of(
                    where(layer),
                    "%s, whose Q and K can't be had".formatted(node.op()),
                    "a fused op of square attention, without a mask, bias or cap of its own",
                    "take its rows");
        }
        return held.orElseGet(() -> new LayerHeads.Rows(attend(text, List.of(layer))));
    }

    /// The heads of one layer whose queries and keys may be different tokens: cross attention, or
    /// new tokens and a cache. They are no chains; [dev.perron.attention.TwoStepChain] makes chains
    /// of them.
    ///
    /// @param text what is given to the model
    /// @param layer the number of a [site][AttentionSite]
    /// @throws IllegalArgumentException if there is no such layer
    /// @throws ModelException as [#attend] says, but for the numbers of queries and keys
    public synchronized List<RectangularHead> rectangularHeads(TextInput text, int layer) {
        requireReadable(List.of(layer));
        requireFit(text);
        LayerOutput output = run(feed(text), List.of(layer)).getFirst();
        List<RectangularHead> heads = new ArrayList<>();
        try {
            for (float[] rows : output.heads()) {
                heads.add(
                        RectangularHead.of(
                                layer, heads.size(), output.queries(), rows, output.precision()));
            }
        } catch (IllegalArgumentException e) {
            throw notRows(e);
        }
        return List.copyOf(heads);
    }

    /// What a language model says of the token after a text: a logit for each of the vocabulary,
    /// softmax of which is their law.
    ///
    /// @param text n tokens
    /// @throws ModelException if the model has no output `logits`, the text doesn't fit it, or it
    ///   can't be run
    public synchronized float[] nextTokenLogits(TextInput text) {
        requireFit(text);
        if (description.outputs().stream().noneMatch(o -> o.name().equals(NextToken.OUTPUT))) {
            throw ModelException.of(
                    description.name(),
                    "outputs " + description.outputs(),
                    "an output %s, as language models have".formatted(NextToken.OUTPUT),
                    "give a model that was exported for text generation");
        }
        return session(new Wanted(List.of(), false), new GraphAddition())
                .run(
                        feed(text),
                        List.of(NextToken.OUTPUT),
                        outputs -> NextToken.logits(description.name(), text, outputs.get(0)));
    }

    /// Frees what the model holds. It can't be used afterwards.
    @Override
    public synchronized void close() {
        closeSession();
        bytes.close();
    }

    private static ModelFeed.Maker feed(TextInput text) {
        return feed(List.of(text));
    }

    /// @param texts that run together
    private static ModelFeed.Maker feed(List<TextInput> texts) {
        return (model, environment) -> TextFeed.of(model, texts, environment);
    }

    private void requireReadable(List<Integer> layers) {
        int count = layers();
        if (layers.isEmpty()) {
            throw new IllegalArgumentException("no layers, must be at least 1");
        }
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
            if (description.sites().get(layer).readout()
                    instanceof Readout.NotSupported(String why)) {
                throw ModelException.of(
                        where(layer),
                        why,
                        "attention that comes out of its op",
                        "export the model without fused attention (eager)");
            }
        }
    }

    private String where(int layer) {
        return "%s layer %d".formatted(description.name(), layer);
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

    /// The layers' attention as it comes, not looked at.
    private List<LayerOutput> run(ModelFeed.Maker input, List<Integer> layers) {
        GraphAddition addition = new GraphAddition();
        List<String> tensors =
                layers.stream().map(layer -> attention(addition, sites.get(layer))).toList();
        return session(new Wanted(List.copyOf(layers), false), addition)
                .run(
                        input,
                        tensors,
                        outputs -> {
                            List<LayerOutput> read = new ArrayList<>();
                            for (int i = 0; i < tensors.size(); i++) {
                                read.add(LayerOutput.of(where(layers.get(i)), outputs.get(i)));
                            }
                            return read;
                        });
    }

    /// A layer's Q and K, unless its rows take less memory and that matters.
    private Optional<List<QueryKeyHead>> queriesAndKeys(
            TextInput text,
            int layer,
            QueryKeySource source,
            GraphAddition addition,
            HeadForm form) {
        addition.output(source.queries()).output(source.keys());
        return session(new Wanted(List.of(layer), true), addition)
                .run(
                        feed(text),
                        List.of(source.queries(), source.keys()),
                        outputs -> {
                            HeadVectors queries =
                                    HeadVectors.of(where(layer), outputs.get(0), source.heads());
                            HeadVectors keys =
                                    HeadVectors.of(where(layer), outputs.get(1), source.keyHeads());
                            int n = text.size();
                            boolean square = queries.tokens() == n && keys.tokens() == n;
                            boolean smaller = HeadVectors.bytes(queries, keys) < queries.rowBytes();
                            return square && (smaller || form == HeadForm.QUERIES_AND_KEYS)
                                    ? Optional.of(heads(source, queries, keys))
                                    : Optional.empty();
                        });
    }

    private List<QueryKeyHead> heads(QueryKeySource source, HeadVectors q, HeadVectors k) {
        try {
            return source.heads(q, k);
        } catch (IllegalArgumentException e) {
            throw notRows(e);
        }
    }

    private ModelSession session(Wanted wanted, GraphAddition addition) {
        ModelSession running = session;
        if (running == null || !ready.equals(wanted)) {
            closeSession();
            running = ModelSession.open(description, graph, bytes, folder, addition);
            session = running;
            ready = wanted;
        }
        return running;
    }

    /// Of the names of what is added for a layer.
    private static String prefix(int layer) {
        return "perron.L%d.".formatted(layer);
    }

    /// Makes a site's attention an output, and says which.
    private String attention(GraphAddition addition, AttentionSearch.Found site) {
        String tensor =
                switch (site.site().readout()) {
                    case Readout.Direct(String own) -> own;
                    case Readout.OwnOutput _, Readout.Scores _, Readout.QueriesAndKeys _ ->
                            FusedAttention.add(
                                    addition, graph, site.node(), prefix(site.site().layer()));
                    case Readout.NotSupported(String why) ->
                            throw new IllegalArgumentException(why);
                };
        if (description.outputs().stream().noneMatch(output -> output.name().equals(tensor))) {
            addition.output(tensor);
        }
        return tensor;
    }

    private void closeSession() {
        if (session != null) {
            before = before.plus(session.times());
            session.close();
            session = null;
        }
    }

    private ModelException rectangular(int layer, LayerOutput output) {
        return ModelException.of(
                where(layer),
                "%d queries attend to %d keys, of %s"
                        .formatted(
                                output.queries(),
                                output.keys(),
                                description.sites().get(layer).keys().words()),
                "as many: attention of each token to each",
                "ask for another layer, or for the chain of two steps; this one is no chain on"
                        + " tokens");
    }

    private AttentionTensor tensor(
            List<Token> tokens, List<Integer> layers, List<LayerOutput> outputs) {
        int heads = outputs.getFirst().heads().size();
        Precision precision = Precision.FLOAT32;
        List<float[]> rows = new ArrayList<>();
        for (int i = 0; i < layers.size(); i++) {
            LayerOutput layer = outputs.get(i);
            if (layer.heads().size() != heads) {
                throw ModelException.of(
                        description.name(),
                        "%d heads in layer %d, %d in layer %d"
                                .formatted(
                                        heads,
                                        layers.getFirst(),
                                        layer.heads().size(),
                                        layers.get(i)),
                        "as many in each",
                        "ask for these layers one at a time");
            }
            if (layer.precision().tolerance() > precision.tolerance()) {
                precision = layer.precision();
            }
            rows.addAll(layer.heads());
        }
        try {
            return AttentionTensor.of(tokens, layers, heads, rows, precision);
        } catch (IllegalArgumentException e) {
            throw notRows(e);
        }
    }

    private ModelException notRows(IllegalArgumentException e) {
        return ModelException.of(
                description.name(),
                ModelException.reason(e),
                "rows of attention",
                "check that the text and its tokenizer fit the model",
                e);
    }
}
