package dev.perron.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What photographs truly show, as their classes' numbers.
///
/// @param byName the file's name without what is after the dot, and its class
record ImageLabels(Map<String, Integer> byName) {
    private static final Pattern LINE = Pattern.compile("\\s*(.+?)\\s*[,;\\t]\\s*(\\d{1,9})\\s*");

    ImageLabels {
        byName = Map.copyOf(byName);
    }

    /// No labels.
    static ImageLabels none() {
        return new ImageLabels(Map.of());
    }

    /// The labels of a file, a photograph a line: its name, a comma, its class. A first line that
    /// has no number is a header.
    ///
    /// @throws Failure if it can't be read or a line is no such
    static ImageLabels read(Path file) {
        Map<String, Integer> labels = new HashMap<>();
        try {
            List<String> lines = Files.readAllLines(file);
            for (int i = 0; i < lines.size(); i++) {
                String line = lines.get(i);
                Matcher parts = LINE.matcher(line);
                if (parts.matches()) {
                    int label = Integer.parseInt(parts.group(2));
                    Integer before = labels.put(name(parts.group(1)), label);
                    if (before != null && before != label) {
                        throw new Failure(
                                ExitCode.INPUT,
                                "--labels %s line %d: %s is %d, and %d above; give each photograph one class"
                                        .formatted(file, i + 1, parts.group(1), label, before));
                    }
                } else if (!line.isBlank() && i > 0) {
                    throw new Failure(
                            ExitCode.INPUT,
                            "--labels %s line %d: '%s', must be a photograph's name, a comma and its class's number from 0"
                                    .formatted(file, i + 1, line));
                }
            }
        } catch (IOException e) {
            throw new Failure(ExitCode.INPUT, "--labels %s can't be read: %s".formatted(file, e));
        }
        if (labels.isEmpty()) {
            throw new Failure(
                    ExitCode.INPUT,
                    "--labels %s has no label, must have one a line".formatted(file));
        }
        return new ImageLabels(labels);
    }

    /// Tells these labels from others.
    String fingerprint() {
        return Fingerprint.of(new TreeMap<>(byName).toString());
    }

    /// Whether there are any.
    boolean given() {
        return !byName.isEmpty();
    }

    /// @throws Failure if there are labels, but not of all of these
    void requireAll(List<Path> photographs) {
        List<String> without =
                photographs.stream()
                        .map(photograph -> name(String.valueOf(photograph.getFileName())))
                        .filter(name -> !byName.containsKey(name))
                        .toList();
        if (given() && !without.isEmpty()) {
            throw new Failure(
                    ExitCode.INPUT,
                    "--labels has no class for %d of %d photographs (%s%s); give each one a line"
                            .formatted(
                                    without.size(),
                                    photographs.size(),
                                    String.join(
                                            ", ", without.subList(0, Math.min(3, without.size()))),
                                    without.size() > 3 ? ", ..." : ""));
        }
    }

    /// The class of a photograph, if it is known.
    OptionalInt of(Path photograph) {
        Integer label = byName.get(name(String.valueOf(photograph.getFileName())));
        return label == null ? OptionalInt.empty() : OptionalInt.of(label);
    }

    private static String name(String file) {
        return file.replaceFirst("(?i)\\.(jpe?g|png)$", "");
    }
}
