package dev.perron.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.nio.file.Path;
import java.util.Optional;

/// What a chain is compared with, as far as it differs from the first.
final class OtherOptions {
    @Parameters(
            arity = "0..1",
            paramLabel = "OTHER",
            description = "Another file of attention, read with the same options.")
    private @Nullable Path file;

    @Option(
            names = "--with-model",
            paramLabel = "FILE.onnx",
            description = "Compare with this model's attention to the same text.")
    private @Nullable Path model;

    @Option(
            names = "--with-tokenizer",
            paramLabel = "FILE.json",
            description = "Its tokenizer.json; by default the one beside it.")
    private @Nullable Path tokenizer;

    @Option(
            names = "--with-layer",
            paramLabel = "N|all",
            description = "Compare with this layer (by default the same).")
    private @Nullable String layer;

    @Option(
            names = "--with-head",
            paramLabel = "N",
            description = "Compare with this head (by default the same).")
    private @Nullable Integer head;

    /// Refuses what doesn't go together, before anything is read.
    void check() {
        if (tokenizer != null && model == null) {
            throw new Failure(
                    ExitCode.USAGE, "--with-tokenizer needs --with-model; give both or none");
        }
        if (file != null && model != null) {
            throw new Failure(
                    ExitCode.USAGE,
                    "OTHER and --with-model exclude each other; give one of them, a model's"
                            + " attention as a file if need be");
        }
    }

    /// Whether anything is said.
    boolean given() {
        return file != null || model != null || layer != null || head != null;
    }

    Optional<Path> file() {
        return Optional.ofNullable(file);
    }

    Optional<Path> model() {
        return Optional.ofNullable(model);
    }

    @Nullable Path tokenizer() {
        return tokenizer;
    }

    Optional<String> layer() {
        return Optional.ofNullable(layer);
    }

    Optional<Integer> head() {
        return Optional.ofNullable(head);
    }
}
