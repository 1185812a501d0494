package dev.perron.cli;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/// Real models that lie beside a checkout and are no part of it: tests that need one are skipped
/// where it is absent.
final class SharedModels {
    private SharedModels() {}

    /// A causal language model of 5 layers and 8 heads.
    static Path stories() {
        return required("stories260k.onnx");
    }

    static Path storiesTokenizer() {
        return required("stories260k.tokenizer.json");
    }

    /// A vision transformer of 12 layers and 3 heads on 14 x 14 patches, with CLS.
    static Path vit() {
        return required("vit-tiny-patch16-224.onnx");
    }

    /// A file of the data beside the checkout.
    static Path data(String name) {
        Path file = root().resolve("../shared/data").resolve(name).normalize();
        assumeTrue(Files.exists(file), file + " is absent");
        return file;
    }

    private static Path required(String name) {
        Path file = root().resolve("../shared/models").resolve(name).normalize();
        assumeTrue(Files.isRegularFile(file), file + " is absent");
        return file;
    }

    /// The folder of the checkout: tests run in the module's.
    static Path root() {
        return Objects.requireNonNull(Path.of("").toAbsolutePath().getParent());
    }
}
