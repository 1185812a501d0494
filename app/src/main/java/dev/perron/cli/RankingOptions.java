package dev.perron.cli;

import dev.perron.attention.Certificate;
import dev.perron.attention.Direction;
import dev.perron.attention.TokenRank;

import picocli.CommandLine.Option;

import java.util.Locale;
import java.util.Optional;

/// Which ranking, and how it is computed.
final class RankingOptions {
    @Option(
            names = "--direction",
            defaultValue = "in",
            paramLabel = "in|out",
            description = "Incoming (default) or outgoing.")
    private String direction = "in";

    @Option(
            names = "--method",
            defaultValue = "auto",
            paramLabel = "M",
            description =
                    "How scores are computed: auto (default), power, krylov, triangular or"
                            + " elimination. Or, as baselines that go through layers 0 to --layer:"
                            + " rollout, or flow, out of --personalize TOKEN.")
    private String method = "auto";

    @Option(
            names = "--tolerance",
            defaultValue = "1e-9",
            paramLabel = "E",
            description =
                    "Largest L1 error of the scores where they are iterated for (default 1e-9);"
                            + " a direct method is as exact as it can be.")
    private double tolerance = TokenRank.TOLERANCE;

    @Option(
            names = "--max-iterations",
            defaultValue = "30000",
            paramLabel = "N",
            description = "Give up after so many steps (default 30000).")
    private int maxIterations = TokenRank.MAX_STEPS;

    /// What was asked for, read.
    ///
    /// @param method nothing for the best one
    /// @param named what the method is called on the command line
    /// @param tolerance largest L1 error of an iteration
    /// @param maxIterations steps of one
    record Ranking(
            Direction direction,
            Optional<Certificate.Method> method,
            String named,
            double tolerance,
            int maxIterations) {}

    /// @throws Failure if an option can't be read, or is out of its bounds
    Ranking read() {
        if (!(tolerance > 0 && tolerance < 1)) {
            throw new Failure(
                    ExitCode.USAGE, "--tolerance %s, must be in (0, 1)".formatted(tolerance));
        }
        if (maxIterations < 1) {
            throw new Failure(
                    ExitCode.USAGE, "--max-iterations %d, must be >= 1".formatted(maxIterations));
        }
        return new Ranking(
                direction(),
                throughLayers() ? Optional.empty() : method(),
                method.toLowerCase(Locale.ROOT),
                tolerance,
                maxIterations);
    }

    /// Whether the method is a baseline that goes through layers.
    boolean throughLayers() {
        return method.equalsIgnoreCase("rollout") || method.equalsIgnoreCase("flow");
    }

    private Direction direction() {
        return switch (direction.toLowerCase(Locale.ROOT)) {
            case "in", "incoming" -> Direction.INCOMING;
            case "out", "outgoing" -> Direction.OUTGOING;
            default ->
                    throw new Failure(
                            ExitCode.USAGE,
                            "--direction %s, must be in or out".formatted(direction));
        };
    }

    private Optional<Certificate.Method> method() {
        return switch (method.toLowerCase(Locale.ROOT)) {
            case "auto" -> Optional.empty();
            case "power" -> Optional.of(Certificate.Method.POWER_ITERATION);
            case "krylov" -> Optional.of(Certificate.Method.KRYLOV);
            case "triangular" -> Optional.of(Certificate.Method.TRIANGULAR_SOLVE);
            case "elimination" -> Optional.of(Certificate.Method.ELIMINATION);
            default ->
                    throw new Failure(
                            ExitCode.USAGE,
                            "--method %s, must be auto, power, krylov, triangular, elimination, rollout or flow"
                                    .formatted(method));
        };
    }
}
