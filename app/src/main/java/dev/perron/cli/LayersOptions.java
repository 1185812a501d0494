package dev.perron.cli;

import dev.perron.attention.AttentionTensor;
import dev.perron.format.AttentionFile;
import dev.perron.onnx.OnnxModel;
import dev.perron.onnx.TextInput;

import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// An input for questions about all heads at once.
final class LayersOptions {
    @Mixin private InputOptions input = new InputOptions();

    @Option(
            names = "--layer",
            defaultValue = "all",
            paramLabel = "N|all",
            description = "Only one layer, from 0; -1 is the last one (default all).")
    private String layer = "all";

    /// What was read.
    ///
    /// @param source a model or a file
    /// @param tensor its attention
    record Reading(Source source, AttentionTensor tensor) {
        String model() {
            return source.name();
        }
    }

    Reading read(Progress progress) {
        Optional<Path> path = input.file();
        if (path.isPresent()) {
            try (AttentionFile file = input.openFile(path.get())) {
                progress.at("reading " + path.get());
                List<Integer> layers = ChainOptions.layers(layer, file.description().layers());
                return new Reading(input.source(file), file.tensor(layers).tensor());
            }
        }
        try (OnnxModel model = input.open()) {
            List<Integer> layers = ChainOptions.layers(layer, model.layers());
            TextInput tokens = input.tokens(model);
            progress.at("running " + model.description().name());
            return new Reading(Source.of(model), model.attend(tokens, layers));
        }
    }
}
