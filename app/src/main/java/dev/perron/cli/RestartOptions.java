package dev.perron.cli;

import dev.perron.chain.Distribution;

import picocli.CommandLine.Option;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// How often, and where, the walk over attention restarts.
final class RestartOptions {
    private static final Pattern WEIGHTED = Pattern.compile("(.+)=([^=]+)");

    @Option(
            names = "--alpha",
            defaultValue = "0.99",
            paramLabel = "A",
            description =
                    "Probability of following attention, in (0, 1] (default 0.99); 1 never"
                            + " restarts.")
    private double alpha;

    @Option(
            names = "--personalize",
            paramLabel = "TOKEN[=W]",
            description =
                    "Restart at this token (by its text, or by position as '#3'), with weight W;"
                            + " may be repeated. By default restarts are uniform.")
    private List<String> personalize = new ArrayList<>();

    double alpha() {
        return alpha;
    }

    /// Refuses an α that no chain fits, before anything is read.
    void check() {
        if (!(alpha > 0 && alpha <= 1)) {
            throw new Failure(ExitCode.USAGE, "--alpha %s, must be in (0, 1]".formatted(alpha));
        }
    }

    /// v: uniform, or on the tokens that `--personalize` names.
    Distribution distribution(Subject subject) {
        if (personalize.isEmpty()) {
            return Distribution.uniform(subject.states());
        }
        double[] weights = new double[subject.states()];
        for (String named : personalize) {
            Matcher weighted = WEIGHTED.matcher(named);
            boolean split = weighted.matches() && isNumber(weighted.group(2));
            String token = split ? weighted.group(1) : named;
            double weight = split ? Double.parseDouble(weighted.group(2)) : 1;
            if (!(weight > 0 && weight < Double.POSITIVE_INFINITY)) {
                throw new Failure(
                        ExitCode.USAGE,
                        "--personalize %s: weight %s, must be positive".formatted(named, weight));
            }
            weights[TokenChoice.state("--personalize", token, subject)] += weight;
        }
        return Distribution.proportionalTo(weights);
    }

    Map<String, Object> description() {
        return Json.object("alpha", alpha, "personalize", personalize);
    }

    /// `alpha 0.99`, and where restarts go if not everywhere.
    String words() {
        return "alpha " + alpha + places();
    }

    /// `, restarting at fox`, or nothing if restarts go everywhere.
    String places() {
        return personalize.isEmpty() ? "" : ", restarting at " + String.join(", ", personalize);
    }

    private static boolean isNumber(String text) {
        try {
            Double.parseDouble(text);
            return true;
        } catch (NumberFormatException e) {
            return false;
        }
    }
}
