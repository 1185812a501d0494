package dev.perron.onnx;

import dev.perron.attention.model.ModelException;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// Which of a model's outputs tells classes apart: `[batch, classes]`, and called so. A pooled
/// token, `[batch, width]`, has as many axes and no classes, so the name must say something.
final class ClassOutput {
    /// What such outputs are called, those first that leave no doubt. The last one is what
    /// exporters call the only output of a model where nobody named it.
    private static final List<Pattern> NAMES =
            List.of(
                    Pattern.compile("(?i)logits"),
                    Pattern.compile("(?i).*logits.*"),
                    Pattern.compile("(?i)(.*[_.])?(class(es|ifier)?|scores?)"),
                    Pattern.compile("(?i)output_?0?|[0-9]+"));

    private ClassOutput() {}

    /// The output, if there is one.
    static Optional<TensorDescription> of(List<TensorDescription> outputs) {
        for (Pattern name : NAMES) {
            List<TensorDescription> called =
                    outputs.stream()
                            .filter(output -> row(output.shape()) && real(output.type()))
                            .filter(output -> name.matcher(output.name()).matches())
                            .toList();
            if (!called.isEmpty()) {
                return Optional.of(called.getFirst());
            }
        }
        return Optional.empty();
    }

    /// One row of numbers for each image, one image at a time.
    private static boolean row(List<String> shape) {
        return shape.size() == 2
                && (shape.getFirst().equals("1") || !shape.getFirst().matches("[0-9]+"));
    }

    private static boolean real(String type) {
        return List.of("float", "float16", "bfloat16", "double").contains(type);
    }

    /// The output, as a message names it.
    ///
    /// @throws ModelException if there is none
    static TensorDescription required(ModelDescription model) {
        return of(model.outputs())
                .orElseThrow(
                        () ->
                                ModelException.of(
                                        model.name(),
                                        "outputs " + model.outputs(),
                                        "one of shape [1, classes], before any softmax,"
                                                + " that is called logits, scores or classes",
                                        "give a model that classifies: a pooled token is no"
                                                + " class"));
    }
}
