package dev.perron.cli;

import dev.perron.format.AttentionWriter;
import dev.perron.format.ElementType;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// A file of attention that is written.
final class AttentionOutput {
    @Option(
            names = {"-o", "--output"},
            required = true,
            paramLabel = "FILE",
            description =
                    "The file to write: .npz, .npy or .safetensors. What the numbers don't say goes"
                            + " into FILE's .json, or into the .safetensors itself.")
    private Path file = Path.of("");

    @Option(
            names = "--dtype",
            paramLabel = "TYPE",
            description = "float16, bfloat16 (.safetensors alone), float32 or float64.")
    private @Nullable ElementType type;

    Path file() {
        return file;
    }

    /// The type that was asked for.
    Optional<ElementType> type() {
        return Optional.ofNullable(type);
    }

    /// Refuses what the format has no room for, before anything is read or computed.
    void check(List<Integer> layers, ElementType chosen) {
        AttentionWriter.objection(file, layers, chosen)
                .ifPresent(
                        why -> {
                            throw new Failure(ExitCode.USAGE, "-o " + why);
                        });
    }
}
