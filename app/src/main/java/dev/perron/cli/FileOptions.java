package dev.perron.cli;

import dev.perron.attention.RowPolicy;
import dev.perron.format.AttentionFile;
import dev.perron.format.Axes;
import dev.perron.format.FileDescription;
import dev.perron.format.ReadOptions;
import dev.perron.format.Sidecar;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/// A file of attention, and what it doesn't say about itself.
final class FileOptions {
    private static final int MOST_PREFIX = 1000;
    private static final Pattern GRID = Pattern.compile("([0-9]{1,5})x([0-9]{1,5})");

    @Parameters(
            arity = "0..1",
            paramLabel = "FILE",
            description =
                    "A file of attention in place of --text: .npz, .npy, .safetensors, .json,"
                            + " .csv; or of a sparse chain, .mtx.")
    private @Nullable Path file;

    @Option(
            names = "--array",
            paramLabel = "NAME",
            description = "FILE has several arrays: this one, or this numbered group.")
    private @Nullable String array;

    @Option(
            names = "--axes",
            paramLabel = "AXES",
            description = "What FILE's axes are, as l,h,q,k: layer, batch (b), head, query, key.")
    private @Nullable String axes;

    @Option(
            names = "--batch",
            paramLabel = "N",
            description = "FILE has a batch: this sample, from 0.")
    private @Nullable Integer batch;

    @Option(
            names = "--rows",
            defaultValue = "strict",
            paramLabel = "HOW",
            description =
                    "FILE's rows that don't sum to 1: strict, refuse (default); renormalize; and"
                            + " for empty ones drop-empty, self-loop, uniform.")
    private String rows = "strict";

    @Option(
            names = "--tokens",
            paramLabel = "FILE.txt",
            description = "What FILE's keys stand for: a file with a token a line.")
    private @Nullable Path tokens;

    @Option(
            names = "--padding",
            paramLabel = "A-B",
            description = "Positions in FILE that are no tokens, as 9-15 or 0-3,15.")
    private @Nullable String padding;

    @Option(
            names = "--special",
            paramLabel = "A-B",
            description = "Positions in FILE of special tokens, as 0,11; see --special-tokens.")
    private @Nullable String special;

    @Option(
            names = "--prefix",
            paramLabel = "N",
            description = "Tokens in FILE before an image's patches: a class token, registers.")
    private @Nullable Integer prefix;

    @Option(
            names = "--grid",
            paramLabel = "RxC",
            description = "FILE's tokens are patches of an image, rows by columns, as 14x14.")
    private @Nullable String grid;

    @Mixin private ScoreOptions scores = new ScoreOptions();

    Optional<Path> file() {
        return Optional.ofNullable(file);
    }

    /// Whether FILE is a sparse chain.
    static boolean isSparse(Path path) {
        return path.toString().toLowerCase(Locale.ROOT).endsWith(".mtx");
    }

    /// What is said of scores, and of which keys a query sees.
    ScoreOptions scores() {
        return scores;
    }

    /// @throws Failure if something is said of scores, where there are none
    void requireNoScores() {
        refuse(scores.said(), "scores in a file, or Q and K, and this is attention already");
    }

    /// Whether nothing is said of axes and rows.
    boolean plain() {
        return aboutArrays().isEmpty() && !scores.scores();
    }

    /// Refuses what is said of a file where there is none.
    void requireNone() {
        requireNoScores();
        List<String> all = new ArrayList<>(aboutArrays());
        all.addAll(aboutPlaces());
        if (tokens != null) {
            all.add("--tokens");
        }
        refuse(all, "a FILE of attention, and there is none");
    }

    /// @throws Failure if something is said of special tokens or patches, where there are none
    void requireNoPlaces(String what) {
        refuse(aboutPlaces(), "tokens of attention, and " + what);
    }

    /// @throws Failure if something is said of axes or rows, where there are none
    void requirePlain(String what) {
        refuse(aboutArrays(), "arrays of attention, and " + what);
    }

    /// @param about what they are about, and why that isn't here
    private static void refuse(List<String> said, String about) {
        if (!said.isEmpty()) {
            boolean one = said.size() == 1;
            throw new Failure(
                    ExitCode.USAGE,
                    "%s %s about %s; leave %s out"
                            .formatted(
                                    String.join(" and ", said),
                                    one ? "is" : "are",
                                    about,
                                    one ? "it" : "them"));
        }
    }

    /// The options of axes and rows that are given.
    private List<String> aboutArrays() {
        Map<String, @Nullable Object> options = new LinkedHashMap<>();
        options.put("--array", array);
        options.put("--axes", axes);
        options.put("--batch", batch);
        options.put("--rows", policy() == RowPolicy.STRICT ? null : rows);
        options.put("--padding", padding);
        return given(options);
    }

    /// The options of special tokens and patches that are given.
    private List<String> aboutPlaces() {
        Map<String, @Nullable Object> options = new LinkedHashMap<>();
        options.put("--special", special);
        options.put("--prefix", prefix);
        options.put("--grid", grid);
        return given(options);
    }

    private static List<String> given(Map<String, @Nullable Object> options) {
        return options.keySet().stream().filter(name -> options.get(name) != null).toList();
    }

    /// @throws Failure if rows should be treated, where they can't be
    void requireStrictRows(String why) {
        if (policy() != RowPolicy.STRICT) {
            throw new Failure(ExitCode.USAGE, "%s; leave out --rows %s".formatted(why, rows));
        }
    }

    /// @throws Failure if rows should be treated, where they are only written
    void requireRowsAsTheyAre() {
        if (policy() != RowPolicy.STRICT) {
            throw new Failure(
                    ExitCode.USAGE,
                    "--rows %s: rows are written as they are; say it to the command that makes a chain of them"
                            .formatted(rows));
        }
    }

    /// Another file, of which the same is said.
    FileOptions at(Path other) {
        FileOptions same = new FileOptions();
        same.file = other;
        same.array = array;
        same.axes = axes;
        same.batch = batch;
        same.rows = rows;
        same.tokens = tokens;
        same.padding = padding;
        same.special = special;
        same.prefix = prefix;
        same.grid = grid;
        same.scores = scores;
        return same;
    }

    /// Opens the file.
    ///
    /// @throws Failure if an option can't be read
    AttentionFile open(Path path) {
        return AttentionFile.open(path, options());
    }

    /// What a document says about the file.
    Map<String, Object> facts(FileDescription about) {
        Map<String, Object> facts = Json.object("file", about.path());
        about.model().ifPresent(name -> facts.put("model", name));
        facts.putAll(
                Json.object(
                        "elementType", about.type().toString(),
                        "axes", about.axes().toString(),
                        "axesBecause", about.reason(),
                        "rows", rows.toLowerCase(Locale.ROOT)));
        if (scores.scores()) {
            facts.put("numbers", "scores");
            facts.putAll(ScoreOptions.facts(scores.seen()));
        }
        return facts;
    }

    private ReadOptions options() {
        if (scores.given() && !scores.scores()) {
            throw new Failure(
                    ExitCode.USAGE,
                    "--causal and --window need --scores, or --queries and --keys; attention after"
                            + " the softmax is masked already");
        }
        ReadOptions attention = attention();
        return scores.scores() ? attention.withScores(scores.seen()) : attention;
    }

    private ReadOptions attention() {
        return new ReadOptions(
                Optional.ofNullable(array),
                Optional.ofNullable(axes).map(FileOptions::axes),
                batch == null ? OptionalInt.empty() : OptionalInt.of(batch),
                policy(),
                tokenLines(),
                padding == null ? List.of() : positions("--padding", padding),
                said(),
                Optional.empty());
    }

    private static Axes axes(String letters) {
        try {
            return Axes.parse(letters);
        } catch (IllegalArgumentException e) {
            throw new Failure(ExitCode.USAGE, "--axes: " + e.getMessage());
        }
    }

    private RowPolicy policy() {
        for (RowPolicy policy : RowPolicy.values()) {
            if (policy.name().replace('_', '-').equalsIgnoreCase(rows)) {
                return policy;
            }
        }
        throw new Failure(
                ExitCode.USAGE,
                "--rows %s, must be strict, renormalize, drop-empty, self-loop or uniform"
                        .formatted(rows));
    }

    /// What the keys stand for, as the user says; empty if not said.
    List<String> tokenLines() {
        if (tokens == null) {
            return List.of();
        }
        try {
            return Files.readAllLines(tokens);
        } catch (IOException e) {
            throw new Failure(ExitCode.INPUT, "--tokens %s can't be read: %s".formatted(tokens, e));
        }
    }

    /// What the states of a sparse chain are called, as the user says; empty if not said.
    List<String> stateNames(int states) {
        List<String> names = tokenLines();
        if (!names.isEmpty() && names.size() != states) {
            throw new Failure(
                    ExitCode.INPUT,
                    "--tokens has %d lines, must be %d, one a state of %s"
                            .formatted(names.size(), states, file));
        }
        return names;
    }

    /// What is said of tokens beside their names.
    Sidecar said() {
        if (prefix != null && (prefix < 0 || prefix > MOST_PREFIX)) {
            throw new Failure(
                    ExitCode.USAGE,
                    "--prefix %d, must be from 0 to %d".formatted(prefix, MOST_PREFIX));
        }
        return Sidecar.ofPlaces(
                Optional.ofNullable(special).map(text -> positions("--special", text)),
                prefix == null ? OptionalInt.empty() : OptionalInt.of(prefix),
                Optional.ofNullable(grid).map(FileOptions::grid));
    }

    private static Sidecar.Grid grid(String text) {
        Matcher sizes = GRID.matcher(text);
        if (sizes.matches()) {
            try {
                return new Sidecar.Grid(
                        Integer.parseInt(sizes.group(1)), Integer.parseInt(sizes.group(2)));
            } catch (IllegalArgumentException e) {
                throw new Failure(ExitCode.USAGE, "--grid: " + e.getMessage());
            }
        }
        throw new Failure(
                ExitCode.USAGE, "--grid %s, must be rows by columns as 14x14".formatted(text));
    }

    private static List<Integer> positions(String option, String text) {
        List<Integer> positions = new ArrayList<>();
        for (String part : List.of(text.split(",", -1))) {
            if (!part.matches("[0-9]{1,6}(-[0-9]{1,6})?")) {
                throw new Failure(
                        ExitCode.USAGE,
                        "%s %s, must be positions as 9-15 or 0-3,15".formatted(option, text));
            }
            int dash = part.indexOf('-');
            int first = Integer.parseInt(dash < 0 ? part : part.substring(0, dash));
            int last = Integer.parseInt(part.substring(dash + 1));
            IntStream.rangeClosed(first, last).forEach(positions::add);
        }
        return positions;
    }
}
