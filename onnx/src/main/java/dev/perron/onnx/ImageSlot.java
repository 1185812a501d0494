package dev.perron.onnx;

import dev.perron.onnx.ModelGraph.Constant;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/// The input of a vision model, `[batch, 3, H, W]`.
///
/// @param name the tensor's name
/// @param type of its elements, `float` or `float16`
/// @param width in pixels, if the model takes only one
/// @param height in pixels, if the model takes only one
/// @param patch side of a patch in pixels, where the graph shows it: the image goes into a
///   convolution whose kernel is as large as its stride
public record ImageSlot(
        String name, String type, OptionalInt width, OptionalInt height, OptionalInt patch) {
    private static final Set<String> SAME_PIXELS = Set.of("Cast", "Identity");

    /// The slot of a model that takes an image and nothing else.
    static Optional<ImageSlot> of(ModelGraph graph) {
        if (graph.inputs().size() != 1) {
            return Optional.empty();
        }
        TensorDescription input = graph.inputs().getFirst();
        List<String> shape = input.shape();
        boolean image =
                shape.size() == 4
                        && (shape.get(1).equals("3") || length(shape.get(1)).isEmpty())
                        && Set.of("float", "float16").contains(input.type());
        return image
                ? Optional.of(
                        new ImageSlot(
                                input.name(),
                                input.type(),
                                length(shape.get(3)),
                                length(shape.get(2)),
                                patch(graph, input.name())))
                : Optional.empty();
    }

    /// Whether an image of that size fits.
    boolean takes(int w, int h) {
        return width.orElse(w) == w && height.orElse(h) == h;
    }

    /// `224 x 224`, `any x any`.
    String size() {
        return words(width) + " x " + words(height);
    }

    private static String words(OptionalInt length) {
        return length.isPresent() ? String.valueOf(length.getAsInt()) : "any";
    }

    private static OptionalInt length(String axis) {
        return axis.matches("[1-9][0-9]{0,8}")
                ? OptionalInt.of(Integer.parseInt(axis))
                : OptionalInt.empty();
    }

    private static OptionalInt patch(ModelGraph graph, String image) {
        String tensor = image;
        for (int step = 0; step <= SAME_PIXELS.size(); step++) {
            List<GraphNode> users = graph.consumers(tensor);
            Optional<GraphNode> convolution =
                    users.stream().filter(node -> node.op().equals("Conv")).findFirst();
            if (convolution.isPresent()) {
                return patch(graph, convolution.get());
            }
            Optional<GraphNode> same =
                    users.stream().filter(node -> SAME_PIXELS.contains(node.op())).findFirst();
            if (same.isEmpty()) {
                return OptionalInt.empty();
            }
            tensor = same.get().output(0);
        }
        return OptionalInt.empty();
    }

    private static OptionalInt patch(ModelGraph graph, GraphNode convolution) {
        List<Long> kernel =
                graph.constant(convolution.input(1)).map(Constant::dims).orElse(List.of());
        List<Long> strides = convolution.numbers().getOrDefault("strides", List.of(1L, 1L));
        boolean square =
                kernel.size() == 4
                        && strides.size() == 2
                        && kernel.get(2).equals(kernel.get(3))
                        && kernel.subList(2, 4).equals(strides)
                        && strides.getFirst() <= Integer.MAX_VALUE;
        return square ? OptionalInt.of(strides.getFirst().intValue()) : OptionalInt.empty();
    }
}
