package dev.perron.cli;

import dev.perron.attention.AttentionTensor;
import dev.perron.format.AttentionFile;
import dev.perron.onnx.OnnxModel;
import dev.perron.onnx.TextInput;

import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.io.IOException;
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
            progress.at("running " + model.description().name());
            return read(model, input.tokens(model));
        }
    }

    private Reading read(OnnxModel model, TextInput tokens) {
        List<Integer> layers = ChainOptions.layers(layer, model.layers());
        return new Reading(Source.of(model), model.attend(tokens, layers));
    }

    /// What is done with a text.
    @FunctionalInterface
    interface OneReading {
        void take(int line, Reading reading) throws IOException;
    }

    /// One text after another through one model.
    ///
    /// @param lines a text a line
    /// @param from the first line that is done
    void each(List<String> lines, int from, Progress progress, OneReading one) throws IOException {
        input.each(
                lines,
                from,
                progress,
                (line, model, tokens) -> one.take(line, read(model, tokens)));
    }
}
