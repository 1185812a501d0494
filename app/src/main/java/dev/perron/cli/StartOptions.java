package dev.perron.cli;

import dev.perron.format.CheckpointFile;
import dev.perron.transformer.Initialisation;
import dev.perron.transformer.KernelSource;
import dev.perron.transformer.TransformerConfig;
import dev.perron.transformer.landscape.TheoryPoint;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/// The weights that a training starts from.
final class StartOptions {
    private static final List<String> WITH_STD = List.of("gaussian", "rank-one", "constant-mlp");

    @Option(
            names = "--init",
            defaultValue = "gaussian",
            paramLabel = "HOW",
            description =
                    "The start: gaussian (default); rank-one, good, or constant-mlp, the published"
                        + " code's lowrank, good and ashok; global-minimum, the explicit one of the"
                        + " theory; or a checkpoint.safetensors, whose weights are taken.")
    private String init = "gaussian";

    @Option(
            names = "--init-std",
            paramLabel = "X",
            description =
                    "Standard deviation of a gaussian start (default 0.02), of the values of a"
                            + " rank-one start (default 0), or the number of a constant MLP"
                            + " (default 1).")
    private @Nullable Double initStd;

    /// Refuses what is wrong by itself.
    void check() {
        if (initStd != null && !WITH_STD.contains(name())) {
            throw new Failure(
                    ExitCode.USAGE,
                    "--init-std is of --init gaussian, rank-one and constant-mlp; leave it out");
        }
    }

    private String name() {
        return init.toLowerCase(Locale.ROOT);
    }

    private boolean ofFile() {
        return name().endsWith(".safetensors");
    }

    /// What tells this start from others.
    String identity() {
        if (ofFile()) {
            try {
                return "%s, %s"
                        .formatted(
                                init, Fingerprint.of(Stream.of(Files.readAllBytes(Path.of(init)))));
            } catch (IOException e) {
                throw Failure.unread("--init " + init, e);
            }
        }
        return initStd == null ? name() : name() + " " + initStd;
    }

    /// The start.
    ///
    /// @throws Failure if there is none of that name, or it doesn't fit the source
    Initialisation read(TrainingData data, TransformerConfig config) {
        if (ofFile()) {
            return new Initialisation.Given(
                    CheckpointFile.read(Path.of(init)).checkpoint().weights());
        }
        try {
            return switch (name()) {
                case "gaussian" ->
                        new Initialisation.Gaussian(
                                initStd == null ? Initialisation.REFERENCE_STD : initStd, true);
                case "rank-one" -> new Initialisation.RankOne(initStd == null ? 0 : initStd);
                case "good" -> new Initialisation.Good();
                case "constant-mlp" ->
                        new Initialisation.ConstantMlp(initStd == null ? 1 : initStd);
                case "global-minimum" -> globalMinimum(data, config);
                default ->
                        throw new Failure(
                                ExitCode.USAGE,
                                "--init %s, must be gaussian, rank-one, good, constant-mlp, global-minimum or a checkpoint.safetensors"
                                        .formatted(init));
            };
        } catch (IllegalArgumentException e) {
            throw new Failure(ExitCode.USAGE, "--init: " + e.getMessage());
        }
    }

    private static Initialisation globalMinimum(TrainingData data, TransformerConfig config) {
        if (!(data.source() instanceof KernelSource source)) {
            throw new IllegalArgumentException(
                    "global-minimum of %s, must be a binary source of order 1"
                            .formatted(data.name()));
        }
        return new Initialisation.Given(TheoryPoint.bigram(source, config));
    }
}
