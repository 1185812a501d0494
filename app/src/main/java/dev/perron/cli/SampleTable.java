package dev.perron.cli;

import dev.perron.chain.path.Trajectory;
import dev.perron.context.Prompt;
import dev.perron.context.fit.ContextCounts;
import dev.perron.context.fit.SequenceCounts;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;

/// Samples of a context-conditioned chain from a CSV file with a header. Prompts: `prompt,next`,
/// and `times` if a line stands for several; the tokens of a prompt are separated by spaces.
/// Trajectories: `run,step,token`, steps 0, 1, 2, ... of each run in order, and `given` (1 or 0),
/// which tells the prompt from what followed; without it, the first token is the prompt.
final class SampleTable implements SampleFile {
    private static final List<String> PROMPTS = List.of("prompt", "next");
    private static final List<String> TRAJECTORIES = List.of("run", "step", "token");

    private final Path path;
    private final List<Line> lines = new ArrayList<>();
    private final List<Run> runs = new ArrayList<>();

    /// A prompt, what followed, how often, and in which line.
    private record Line(int number, List<String> prompt, String next, int times) {}

    /// A trajectory.
    private static final class Run {
        private final String name;
        private final List<String> tokens = new ArrayList<>();
        private final List<Integer> lines = new ArrayList<>();
        private int given = 1; // how many tokens are of the prompt

        Run(String name) {
            this.name = name;
        }
    }

    private SampleTable(Path path) {
        this.path = path;
    }

    /// Reads a file.
    ///
    /// @throws Failure if it can't be read or isn't such: line and column are said
    static SampleTable read(Path path) {
        SampleTable file = new SampleTable(path);
        try (BufferedReader in = Files.newBufferedReader(path, StandardCharsets.UTF_8)) {
            String header = in.readLine();
            List<String> columns =
                    header == null
                            ? List.of()
                            : cells(header).stream()
                                    .map(name -> name.strip().toLowerCase(Locale.ROOT))
                                    .toList();
            boolean prompts = columns.containsAll(PROMPTS);
            if (!prompts && !columns.containsAll(TRAJECTORIES)) {
                throw file.wrong(
                        1,
                        "columns " + columns,
                        "prompt,next (and times) for prompts, or run,step,token (and given) for"
                                + " trajectories");
            }
            int number = 1;
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                number++;
                if (line.isBlank()) {
                    continue;
                }
                List<String> cells = cells(line);
                if (cells.size() != columns.size()) {
                    throw file.wrong(
                            number,
                            cells.size() + " cells",
                            columns.size() + ", as the header has");
                }
                if (prompts) {
                    file.addPrompt(number, columns, cells);
                } else {
                    file.addStep(number, columns, cells);
                }
            }
        } catch (NoSuchFileException e) {
            throw new Failure(
                    ExitCode.INPUT,
                    path
                            + ": no such file; expected a CSV of prompts or trajectories; check the"
                            + " path");
        } catch (CharacterCodingException e) {
            throw new Failure(
                    ExitCode.INPUT,
                    path
                            + ": bytes that aren't UTF-8 text; expected a CSV of prompts or"
                            + " trajectories; name arrays .npy or .npz");
        } catch (IOException e) {
            throw new Failure(
                    ExitCode.INPUT,
                    "%s can't be read: %s; expected a CSV of prompts or trajectories"
                            .formatted(path, e.getMessage()));
        }
        if (file.lines.isEmpty() && file.runs.isEmpty()) {
            throw new Failure(
                    ExitCode.INPUT, path + ": a header alone; expected a sample a line below it");
        }
        return file;
    }

    private void addPrompt(int number, List<String> columns, List<String> cells) {
        String prompt = cells.get(columns.indexOf("prompt")).strip();
        String next = cells.get(columns.indexOf("next")).strip();
        if (prompt.isEmpty()) {
            throw wrong(number, "prompt", columns, "an empty prompt", "tokens separated by spaces");
        }
        if (next.isEmpty()) {
            throw wrong(number, "next", columns, "nothing", "the token that followed");
        }
        int times =
                columns.contains("times")
                        ? whole(number, "times", columns, cells.get(columns.indexOf("times")))
                        : 1;
        if (times < 1) {
            throw wrong(number, "times", columns, String.valueOf(times), "at least 1");
        }
        lines.add(new Line(number, List.of(prompt.split("\\s+")), next, times));
    }

    private void addStep(int number, List<String> columns, List<String> cells) {
        String name = cells.get(columns.indexOf("run")).strip();
        String token = cells.get(columns.indexOf("token")).strip();
        int step = whole(number, "step", columns, cells.get(columns.indexOf("step")));
        if (token.isEmpty()) {
            throw wrong(number, "token", columns, "nothing", "a token");
        }
        boolean fresh = runs.isEmpty() || !runs.getLast().name.equals(name);
        if (fresh && runs.stream().anyMatch(run -> run.name.equals(name))) {
            throw wrong(number, "run", columns, "run " + name + " again", "each run in one piece");
        }
        if (fresh) {
            runs.add(new Run(name));
        }
        Run run = runs.getLast();
        if (step != run.tokens.size()) {
            throw wrong(
                    number,
                    "step",
                    columns,
                    "step %d of run %s".formatted(step, name),
                    "%d: steps without gaps, from 0".formatted(run.tokens.size()));
        }
        if (columns.contains("given")
                && whole(number, "given", columns, cells.get(columns.indexOf("given"))) == 1) {
            if (step > 0 && run.given < step) {
                throw wrong(number, "given", columns, "1 after a 0", "the prompt first");
            }
            run.given = step + 1;
        }
        run.tokens.add(token);
        run.lines.add(number);
    }

    /// What tokens are called: numbers where all of them are, 0 up to the largest; else their names
    /// in alphabetical order.
    @Override
    public Vocabulary vocabulary() {
        TreeSet<String> names = new TreeSet<>();
        lines.forEach(
                line -> {
                    names.addAll(line.prompt());
                    names.add(line.next());
                });
        runs.forEach(run -> names.addAll(run.tokens));
        if (names.stream().allMatch(name -> name.matches("0|[1-9][0-9]{0,5}"))) {
            return Vocabulary.ofNumbers(
                    1 + names.stream().mapToInt(Integer::parseInt).max().orElse(0));
        }
        return Vocabulary.of(List.copyOf(names));
    }

    /// The counts.
    ///
    /// @throws Failure if a token is unknown, or a next one not in its prompt
    @Override
    public ContextCounts counts(Vocabulary vocabulary) {
        ContextCounts.Builder builder = new ContextCounts.Builder(vocabulary.size());
        for (Line line : lines) {
            try {
                builder.add(prompt(line, vocabulary), next(line, vocabulary), line.times());
            } catch (IllegalArgumentException e) {
                throw new Failure(
                        ExitCode.INPUT,
                        "%s: line %d: '%s' follows a prompt that doesn't have it, must stand in it;"
                                        .formatted(path, line.number(), line.next())
                                + " a context-conditioned chain only repeats");
            }
        }
        for (Run run : runs) {
            int[] tokens = new int[run.tokens.size()];
            boolean[] seen = new boolean[vocabulary.size()];
            for (int t = 0; t < tokens.length; t++) {
                tokens[t] = token(run.lines.get(t), run.tokens.get(t), vocabulary);
                if (t >= run.given && !seen[tokens[t]]) {
                    throw new Failure(
                            ExitCode.INPUT,
                            "%s: line %d: '%s' wasn't in run %s before, must have been; give its prompt with given = 1"
                                    .formatted(
                                            path, run.lines.get(t), run.tokens.get(t), run.name));
                }
                seen[tokens[t]] = true;
            }
            builder.add(Trajectory.of(tokens), run.given);
        }
        return builder.build();
    }

    /// The same with the order of prompts.
    ///
    /// @throws Failure as [#counts]
    @Override
    public SequenceCounts sequences(Vocabulary vocabulary) {
        if (lines.isEmpty()) {
            throw new Failure(
                    ExitCode.INPUT,
                    "%s: trajectories; position weights are fitted to prompts, prompt,next"
                            .formatted(path));
        }
        counts(vocabulary);
        SequenceCounts.Builder builder = new SequenceCounts.Builder(vocabulary.size());
        for (Line line : lines) {
            for (int i = 0; i < line.times(); i++) {
                builder.add(prompt(line, vocabulary), next(line, vocabulary));
            }
        }
        return builder.build();
    }

    private Prompt prompt(Line line, Vocabulary vocabulary) {
        int[] tokens = new int[line.prompt().size()];
        for (int l = 0; l < tokens.length; l++) {
            tokens[l] = token(line.number(), line.prompt().get(l), vocabulary);
        }
        return Prompt.of(tokens);
    }

    private int next(Line line, Vocabulary vocabulary) {
        return token(line.number(), line.next(), vocabulary);
    }

    private int token(int line, String name, Vocabulary vocabulary) {
        return vocabulary
                .number(name)
                .orElseThrow(
                        () ->
                                new Failure(
                                        ExitCode.INPUT,
                                        "%s: line %d: no token '%s', must be one of %s"
                                                .formatted(path, line, name, vocabulary.shown())));
    }

    private int whole(int line, String column, List<String> columns, String cell) {
        if (!cell.strip().matches("[0-9]{1,9}")) {
            throw wrong(line, column, columns, "'" + cell + "'", "a whole number from 0");
        }
        return Integer.parseInt(cell.strip());
    }

    private Failure wrong(
            int line, String column, List<String> columns, String found, String expected) {
        return new Failure(
                ExitCode.INPUT,
                "%s: line %d, column %d (%s): %s; expected %s"
                        .formatted(
                                path, line, columns.indexOf(column) + 1, column, found, expected));
    }

    private Failure wrong(int line, String found, String expected) {
        return new Failure(
                ExitCode.INPUT,
                "%s: line %d: %s; expected %s".formatted(path, line, found, expected));
    }

    /// The cells of a line, quoted ones as RFC 4180 has them.
    private static List<String> cells(String line) {
        List<String> cells = new ArrayList<>();
        StringBuilder cell = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == '"' && quoted && i + 1 < line.length() && line.charAt(i + 1) == '"') {
                cell.append(c);
                i++;
            } else if (c == '"' && (quoted || cell.isEmpty())) {
                quoted = !quoted;
            } else if (c == ',' && !quoted) {
                cells.add(cell.toString());
                cell.setLength(0);
            } else {
                cell.append(c);
            }
        }
        cells.add(cell.toString());
        return cells;
    }
}
