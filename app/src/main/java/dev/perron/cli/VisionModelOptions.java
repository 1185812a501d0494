package dev.perron.cli;

import dev.perron.onnx.OnnxModel;
import dev.perron.vision.Preprocessing;

import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.nio.file.Path;

/// A vision model, for commands on many photographs.
final class VisionModelOptions {
    @Option(
            names = "--model",
            required = true,
            paramLabel = "FILE.onnx",
            description = "An ONNX vision transformer.")
    private Path model = Path.of("");

    @Mixin private PreprocessingOptions preprocessing = new PreprocessingOptions();

    OnnxModel open() {
        return OnnxModel.open(model);
    }

    /// How the model wants its images.
    Preprocessing preprocessing(OnnxModel opened) {
        return preprocessing.of(opened, model);
    }
}
