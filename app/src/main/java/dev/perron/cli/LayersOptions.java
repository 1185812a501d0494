package dev.perron.cli;

import dev.perron.attention.AttentionTensor;
import dev.perron.format.AttentionFile;
import dev.perron.onnx.OnnxModel;

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
            return read(model, layers -> input.attend(model, layers));
        }
    }

    private Reading read(OnnxModel model, InputOptions.Attending attending) {
        List<Integer> layers = ChainOptions.layers(layer, model.layers());
        InputOptions.Attended attended = attending.attend(layers);
        return new Reading(attended.source(), attended.tensor());
    }

    /// Whether there is a folder of photographs.
    boolean folder() {
        return input.folder();
    }

    /// What is done with an input.
    @FunctionalInterface
    interface OneReading {
        void take(BatchItem item, Reading reading) throws IOException;
    }

    /// One text or photograph after another through one model.
    ///
    /// @param from the first that is done
    void each(BatchOptions batch, int from, Progress progress, OneReading one) throws IOException {
        input.each(
                batch,
                from,
                progress,
                (item, model, attending) -> one.take(item, read(model, attending)));
    }
}
