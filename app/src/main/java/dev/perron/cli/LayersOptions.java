package dev.perron.cli;

import dev.perron.attention.AttentionTensor;
import dev.perron.onnx.OnnxModel;
import dev.perron.onnx.TextInput;

import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.util.List;

/// An input for questions about all heads at once.
final class LayersOptions {
    @Mixin private InputOptions input = new InputOptions();

    @Option(
            names = "--layer",
            defaultValue = "all",
            paramLabel = "N|all",
            description = "Only one layer, from 0; -1 is the last one (default all).")
    private String layer = "all";

    /// What a model gave for the input.
    ///
    /// @param model the model's name
    /// @param modelSha256 of the model's bytes
    /// @param tensor its attention
    record Reading(String model, String modelSha256, AttentionTensor tensor) {}

    Reading read(Progress progress) {
        try (OnnxModel model = input.open()) {
            List<Integer> layers = ChainOptions.layers(layer, model.layers());
            TextInput tokens = input.tokens(model);
            progress.at("running " + model.description().name());
            return new Reading(
                    model.description().name(), model.sha256(), model.attend(tokens, layers));
        }
    }
}
