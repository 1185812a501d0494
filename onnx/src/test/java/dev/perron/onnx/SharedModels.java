package dev.perron.onnx;

import org.junit.jupiter.api.Assumptions;

import java.nio.file.Files;
import java.nio.file.Path;

/// Models that lie beside the project and aren't part of it.
final class SharedModels {
    private SharedModels() {}

    /// A file of `../shared/models`, seen from the project; skips the test where there is none.
    static Path file(String name) {
        Path file = Path.of("..", "..", "shared", "models", name).toAbsolutePath().normalize();
        Assumptions.assumeTrue(Files.exists(file), () -> "skipped: there is no " + file);
        return file;
    }
}
