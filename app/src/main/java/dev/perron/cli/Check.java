package dev.perron.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SequencedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A check that a command fails on: `js>0.05`.
///
/// @param text as it was typed
/// @param metric whose value is looked at
/// @param relation to the number
/// @param number that it is held against
record Check(String text, String metric, Relation relation, double number) {
    private static final Pattern FORM =
            Pattern.compile("\\s*([a-z][a-z0-9-]*)\\s*(<=|>=|<|>)\\s*(\\S+)\\s*");

    /// How two numbers stand.
    enum Relation {
        BELOW("<"),
        AT_MOST("<="),
        ABOVE(">"),
        AT_LEAST(">=");

        private final String sign;

        Relation(String sign) {
            this.sign = sign;
        }

        boolean holds(double value, double number) {
            return switch (this) {
                case BELOW -> value < number;
                case AT_MOST -> value <= number;
                case ABOVE -> value > number;
                case AT_LEAST -> value >= number;
            };
        }

        static Relation of(String sign) {
            for (Relation relation : values()) {
                if (relation.sign.equals(sign)) {
                    return relation;
                }
            }
            throw new IllegalArgumentException(sign + ", must be <, <=, > or >=");
        }
    }

    /// The checks that were typed.
    ///
    /// @param metrics names and meanings of those that there are
    /// @throws Failure if one can't be read, or names another metric
    static List<Check> parse(List<String> typed, SequencedMap<String, String> metrics) {
        List<Check> checks = new ArrayList<>();
        for (String text : typed) {
            Matcher form = FORM.matcher(text);
            if (!form.matches()) {
                throw wrong(text, "must be a metric, <, <=, > or >=, and a number, as js>0.05");
            }
            String metric = form.group(1);
            if (!metrics.containsKey(metric)) {
                throw wrong(
                        text,
                        "no metric '%s'; there are %s"
                                .formatted(metric, String.join(", ", metrics.keySet())));
            }
            checks.add(
                    new Check(
                            text, metric, Relation.of(form.group(2)), number(form.group(3), text)));
        }
        return checks;
    }

    private static double number(String digits, String text) {
        try {
            double number = Double.parseDouble(digits);
            if (Double.isFinite(number)) {
                return number;
            }
        } catch (NumberFormatException _) {
            // told below, as infinity is
        }
        throw wrong(text, "'%s', must be a number".formatted(digits));
    }

    private static Failure wrong(String text, String rule) {
        return new Failure(ExitCode.USAGE, "--fail-if '%s': %s".formatted(text, rule));
    }

    /// Refuses values that a check says to fail on, all in one line.
    ///
    /// @throws Failure with [ExitCode#CHECK] if one holds, with [ExitCode#NUMERICAL] if none does
    ///   but a value that one asks for doesn't exist
    static void require(List<Check> checks, Map<String, OptionalDouble> values) {
        List<String> held = new ArrayList<>();
        List<String> missing = new ArrayList<>();
        for (Check check : checks) {
            OptionalDouble value = values.getOrDefault(check.metric, OptionalDouble.empty());
            if (value.isEmpty()) {
                missing.add("%s: %s has no value here".formatted(check.text.strip(), check.metric));
            } else if (check.relation.holds(value.getAsDouble(), check.number)) {
                held.add(
                        "%s: %s is %s"
                                .formatted(check.text.strip(), check.metric, value.getAsDouble()));
            }
        }
        if (!held.isEmpty()) {
            throw new Failure(ExitCode.CHECK, "check failed, " + String.join("; ", held));
        }
        if (!missing.isEmpty()) {
            throw new Failure(ExitCode.NUMERICAL, "can't check " + String.join("; ", missing));
        }
    }
}
