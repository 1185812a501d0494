package dev.perron.onnx;

import dev.perron.attention.model.ModelException;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/// What a model file holds, seen without running it.
///
/// @param name the file's name, or what the embedded model is
/// @param producer the program that wrote it, with its version
/// @param irVersion the version of the file format
/// @param opsets the version of each operation set, by domain; `""` is ONNX's own
/// @param inputs what must be given
/// @param outputs what it gives by itself
/// @param sites where attention is made, in order; empty if nowhere
/// @param contextLength the largest number of tokens, where the graph shows it
/// @param vocabulary how many token ids there are, where the graph shows it
/// @param image the input that takes an image, if it is a vision model
/// @param classes how many classes its logits tell apart, where the graph shows it
/// @param weightFiles files beside it that hold weights, in the order of the graph
/// @param bytes the size of the file
public record ModelDescription(
        String name,
        String producer,
        long irVersion,
        Map<String, Long> opsets,
        List<TensorDescription> inputs,
        List<TensorDescription> outputs,
        List<AttentionSite> sites,
        OptionalInt contextLength,
        OptionalInt vocabulary,
        Optional<ImageSlot> image,
        OptionalInt classes,
        List<String> weightFiles,
        long bytes) {

    /// Immutable copies.
    public ModelDescription {
        opsets = Map.copyOf(opsets);
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
        sites = List.copyOf(sites);
        weightFiles = List.copyOf(weightFiles);
    }

    static ModelDescription of(
            String name, ModelGraph graph, List<AttentionSearch.Found> sites, long bytes) {
        ModelGraph.Header header = graph.header();
        TextLimits limits = TextLimits.of(graph);
        return new ModelDescription(
                name,
                (header.producer() + " " + header.producerVersion()).strip(),
                header.irVersion(),
                header.opsets(),
                graph.inputs(),
                graph.outputs(),
                sites.stream().map(AttentionSearch.Found::site).toList(),
                limits.contextLength(),
                limits.vocabulary(),
                ImageSlot.of(graph),
                classes(graph),
                header.externalData().stream().map(ExternalData::location).distinct().toList(),
                bytes);
    }

    private static OptionalInt classes(ModelGraph graph) {
        return ClassOutput.of(graph.outputs()).stream()
                .map(output -> output.shape().getLast())
                .filter(axis -> axis.matches("[1-9][0-9]{0,8}"))
                .mapToInt(Integer::parseInt)
                .findFirst();
    }

    /// The input that takes an image.
    ///
    /// @throws ModelException if it isn't a vision model
    public ImageSlot requireImage() {
        return image.orElseThrow(
                () ->
                        ModelException.of(
                                name,
                                inputs.isEmpty()
                                        ? "no inputs"
                                        : "it needs the inputs "
                                                + inputs.stream()
                                                        .map(TensorDescription::toString)
                                                        .collect(Collectors.joining(", ")),
                                "one float input [batch, 3, height, width] and no other",
                                "give a vision model for an image, or this one a text"));
    }
}
