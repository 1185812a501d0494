package dev.perron.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// At which α a ranking is looked at, and how much of it.
final class SweepOptions {
    private static final int MOST = 100;
    private static final int TOP = 10;

    @Option(
            names = "--alpha-sweep",
            arity = "0..1",
            fallbackValue = "0.5,0.7,0.85,0.9,0.95,0.99,0.999",
            paramLabel = "A,A,...",
            description =
                    "How stable the ranking is: rank at each of these alphas too (by default"
                            + " ${FALLBACK-VALUE}) and compare with the ranking at --alpha:"
                            + " Kendall's tau-b, overlap of the first --top tokens, L1 distance,"
                            + " and where the first token changes.")
    private @Nullable String alphas;

    @Option(
            names = "--top",
            paramLabel = "K",
            description =
                    "Show the first K tokens only (JSON and CSV have all); in a sweep also how many"
                            + " are compared (default 10).")
    private @Nullable Integer top;

    /// Refuses what can't be swept, before anything is read.
    void check() {
        alphas();
        if (top != null && top < 1) {
            throw new Failure(ExitCode.USAGE, "--top %d, must be >= 1".formatted(top));
        }
    }

    /// How many first tokens a sweep compares.
    int top() {
        return top == null ? TOP : top;
    }

    /// How many of `states` tokens a table shows.
    int shown(int states) {
        return top == null ? states : Math.min(top, states);
    }

    /// The α of the sweep, by rising size; nothing if no sweep was asked for.
    ///
    /// @throws Failure if one isn't in (0, 1], or stands there twice, or there are too many
    Optional<List<Double>> alphas() {
        if (alphas == null) {
            return Optional.empty();
        }
        List<Double> found = new ArrayList<>();
        for (String part : alphas.split(",", -1)) {
            double alpha = number(part.strip());
            if (!(alpha > 0 && alpha <= 1)) {
                throw refused("%s, must be in (0, 1]".formatted(part.strip()));
            }
            if (found.contains(alpha)) {
                throw refused("%s stands there twice".formatted(part.strip()));
            }
            found.add(alpha);
        }
        if (found.size() > MOST) {
            throw refused("%d numbers, must be at most %d".formatted(found.size(), MOST));
        }
        return Optional.of(found.stream().sorted().toList());
    }

    private double number(String part) {
        try {
            return Double.parseDouble(part);
        } catch (NumberFormatException e) {
            throw refused("'%s' is no number".formatted(part));
        }
    }

    private Failure refused(String why) {
        return new Failure(
                ExitCode.USAGE,
                "--alpha-sweep %s: %s; give numbers as in --alpha-sweep 0.5,0.85,0.99"
                        .formatted(alphas, why));
    }
}
