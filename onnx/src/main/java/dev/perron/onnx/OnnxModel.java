package dev.perron.onnx;

import ai.onnxruntime.OnnxTensor;

import dev.perron.attention.AttentionTensor;
import dev.perron.attention.RectangularHead;
import dev.perron.attention.Token;
import dev.perron.attention.model.AttentionModel;
import dev.perron.attention.model.HeadForm;
import dev.perron.attention.model.LayerHeads;
import dev.perron.attention.model.ModelException;
import dev.perron.attention.model.TextInput;
import dev.perron.onnx.ModelSessions.Wanted;
import dev.perron.vision.ImageAttention;
import dev.perron.vision.PatchGrid;
import dev.perron.vision.PixelTensor;

import org.jspecify.annotations.Nullable;

import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.ObjIntConsumer;
import java.util.stream.IntStream;

/// A transformer in an ONNX file, asked for its attention.
///
/// Opening one reads the file and its graph; the first [#attend] makes it ready to run. What is
/// made for one set of layers serves until another set is asked for: every layer's attention that
/// is an output takes memory in each run. One thread at a time runs a model, others wait.
///
/// Runs are reproducible: only optimisations that leave every number as it is, and deterministic
/// kernels.
public final class OnnxModel implements AttentionModel {
    private final ModelBytes bytes;
    private final ModelRequirements requirements;
    private final ModelDescription description;
    private final ModelSessions sessions;
    private final SiteRun sites;
    private TextGroups groups;
    private @Nullable String sha256;

    private OnnxModel(String name, ModelBytes bytes, @Nullable Path folder) {
        this.bytes = bytes;
        try {
            ModelGraph graph = ModelReader.read(name, bytes.view());
            List<AttentionSearch.Found> found = AttentionSearch.sites(graph);
            groups = TextGroups.of(graph);
            description = ModelDescription.of(name, graph, found, bytes.size());
            requirements = new ModelRequirements(description, graph);
            sessions = new ModelSessions(description, graph, bytes, folder);
            sites = new SiteRun(requirements, found, sessions);
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

    @Override
    public String name() {
        return description.name();
    }

    /// SHA-256 of the file, in hexadecimal; computed when first asked for.
    @Override
    public synchronized String sha256() {
        if (sha256 == null) {
            sha256 = bytes.sha256();
        }
        return sha256;
    }

    /// The number of layers, at least 1.
    ///
    /// @throws ModelException if there is no attention in the model
    @Override
    public int layers() {
        return requirements.layers();
    }

    @Override
    public OptionalInt headsOf(int layer) {
        return description.sites().get(layer).heads();
    }

    @Override
    public OptionalInt contextLength() {
        return description.contextLength();
    }

    /// The attention of some layers on one text, `[layer, head, query, key]`, rows checked.
    ///
    /// @param text n tokens
    /// @param layers numbers of [sites][AttentionSite], ascending, not empty
    /// @throws IllegalArgumentException if there is no such layer
    /// @throws ModelException if attention can't be had from that layer, the text doesn't fit the
    ///   model, the model can't be run, or what comes out isn't attention
    @Override
    public synchronized AttentionTensor attend(TextInput text, List<Integer> layers) {
        requirements.requireReadable(layers);
        requirements.requireFit(text);
        return sites.rows(feed(text), layers).requireSquare(text.size()).tensor(text.tokens());
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
        requirements.requireReadable(layers);
        LayerRows rows =
                sites.rows((model, environment) -> ImageFeed.of(model, image, environment), layers);
        PatchGrid grid = grid(image, rows.outputs().getFirst().queries());
        List<Token> tokens = grid.names();
        return new ImageAttention(rows.requireSquare(tokens.size()).tensor(tokens), grid);
    }

    /// What the model says of an image, a number for each class before any softmax, `[classes]`:
    /// out of [#classOutput()].
    ///
    /// @param image as the model takes it
    /// @throws ModelException if it isn't a vision model that classifies, or takes another size
    public synchronized float[] logits(PixelTensor image) {
        String logits = classOutput().name();
        return sessions.of(Wanted.NOTHING, new GraphAddition())
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
    /// logits, or scores or classes. A pooled token has the same shape and is none.
    ///
    /// @throws ModelException if it isn't a vision model, or has no such output
    public TensorDescription classOutput() {
        description.requireImage();
        return ClassOutput.required(description);
    }

    /// What ONNX Runtime took so far, of all that was asked.
    public synchronized ModelTimes times() {
        return sessions.times();
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

    /// Whether texts of like length run together, as [#attendEach] has it. Where they do, a text's
    /// attention may differ in the last digits by what ran beside it.
    @Override
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
    @Override
    public synchronized void attendEach(
            List<TextInput> texts, List<Integer> layers, ObjIntConsumer<AttentionTensor> one) {
        requirements.requireReadable(layers);
        texts.forEach(requirements::requireFit);
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

    /// Texts in one run; empty if the model can't do that.
    private Optional<List<AttentionTensor>> together(List<TextInput> texts, List<Integer> layers) {
        List<Integer> lengths = texts.stream().map(TextInput::size).toList();
        return sites.rows(feed(texts), lengths, layers)
                .map(
                        each ->
                                IntStream.range(0, texts.size())
                                        .mapToObj(t -> each.get(t).tensor(texts.get(t).tokens()))
                                        .toList());
    }

    /// The heads of one layer on one text: rows, `heads · n²` floats, or Q and K, `heads · n · d`,
    /// from which rows are made when they are needed. Q and K are to be had from fused ops, with
    /// what these add to scores, which is kept as it is given; a cap on scores is in the way.
    ///
    /// @param text n tokens
    /// @param layer the number of a [site][AttentionSite]
    /// @param form which of the two
    /// @throws IllegalArgumentException if there is no such layer
    /// @throws ModelException as [#attend] says, or if Q and K are asked for and can't be had
    @Override
    public synchronized LayerHeads heads(TextInput text, int layer, HeadForm form) {
        requirements.requireReadable(List.of(layer));
        requirements.requireFit(text);
        if (form == HeadForm.ROWS) {
            return new LayerHeads.Rows(attend(text, List.of(layer)));
        }
        Optional<LayerHeads> held =
                sites.queriesAndKeys(feed(text), text.size(), layer, form)
                        .map(LayerHeads.QueriesAndKeys::new);
        if (held.isEmpty() && form == HeadForm.QUERIES_AND_KEYS) {
            throw ModelException.of(
                    requirements.where(layer),
                    "%s, whose Q and K can't be had".formatted(description.sites().get(layer).op()),
                    "a fused op of square attention, without a cap on its scores",
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
    @Override
    public synchronized List<RectangularHead> rectangularHeads(TextInput text, int layer) {
        requirements.requireReadable(List.of(layer));
        requirements.requireFit(text);
        return sites.rows(feed(text), List.of(layer)).rectangularHeads();
    }

    /// What a language model says of the token after a text: a logit for each of the vocabulary,
    /// softmax of which is their law.
    ///
    /// @param text n tokens
    /// @throws ModelException if the model has no output `logits`, the text doesn't fit it, or it
    ///   can't be run
    public synchronized float[] nextTokenLogits(TextInput text) {
        requirements.requireFit(text);
        if (description.outputs().stream().noneMatch(o -> o.name().equals(NextToken.OUTPUT))) {
            throw ModelException.of(
                    description.name(),
                    "outputs " + description.outputs(),
                    "an output %s, as language models have".formatted(NextToken.OUTPUT),
                    "give a model that was exported for text generation");
        }
        return sessions.of(Wanted.NOTHING, new GraphAddition())
                .run(
                        feed(text),
                        List.of(NextToken.OUTPUT),
                        outputs -> NextToken.logits(description.name(), text, outputs.get(0)));
    }

    /// Frees what the model holds. It can't be used afterwards.
    @Override
    public synchronized void close() {
        sessions.close();
        bytes.close();
    }

    private static ModelFeed.Maker feed(TextInput text) {
        return feed(List.of(text));
    }

    /// @param texts that run together
    private static ModelFeed.Maker feed(List<TextInput> texts) {
        return (model, environment) -> TextFeed.of(model, texts, environment);
    }
}
