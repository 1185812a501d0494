package dev.perron.format;

import dev.perron.attention.AttentionTensor;
import dev.perron.attention.Token;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;

/// What an array of attention doesn't say about itself: a JSON object in a file beside it (`x.json`
/// for `x.npy`), in the metadata of a .safetensors, or around the arrays of a .json.
///
/// @param model whose attention it is; empty if not said
/// @param axes what the axes count
/// @param tokens what the keys stand for; empty if not said
/// @param special positions of tokens that the model added; without it they are told by their names
/// @param prefix how many tokens come before an image's patches: a class token, registers
/// @param grid rows and columns of an image's patches
/// @param causal whether no query attends to a later key
/// @param padding positions that are no tokens
public record Sidecar(
        Optional<String> model,
        Optional<Axes> axes,
        List<String> tokens,
        Optional<List<Integer>> special,
        OptionalInt prefix,
        Optional<Grid> grid,
        Optional<Boolean> causal,
        List<Integer> padding) {
    static final Set<String> NAMES =
            Set.of("model", "axes", "tokens", "special", "prefix", "grid", "causal", "padding");

    private static final long LARGEST = 32L << 20;

    /// Patches of an image, row by row.
    public record Grid(int rows, int columns) {
        /// @throws IllegalArgumentException if one of them isn't at least 1
        public Grid {
            if (rows < 1 || columns < 1 || (long) rows * columns > ArrayFile.MOST_TOKENS) {
                throw new IllegalArgumentException(
                        "grid %d x %d, must be at least 1 x 1 and at most %d patches"
                                .formatted(rows, columns, ArrayFile.MOST_TOKENS));
            }
        }
    }

    /// Copies the lists.
    public Sidecar {
        tokens = List.copyOf(tokens);
        special = special.map(List::copyOf);
        padding = List.copyOf(padding);
    }

    /// One that says nothing.
    public static Sidecar empty() {
        return of(new JsonValue.Members(Map.of()), "nowhere");
    }

    /// The file beside a file of attention where it would stand.
    public static Path beside(Path file) {
        String name = String.valueOf(file.getFileName());
        int dot = name.lastIndexOf('.');
        return file.resolveSibling((dot < 1 ? name : name.substring(0, dot)) + ".json");
    }

    /// What is to be said of attention that is written to a file.
    public static Sidecar of(AttentionTensor tensor, String model) {
        List<Token> tokens = tensor.tokens();
        int prefix = 0;
        while (prefix < tokens.size() && tokens.get(prefix) instanceof Token.Special) {
            prefix++;
        }
        Optional<Grid> grid = grid(tokens.subList(prefix, tokens.size()));
        return new Sidecar(
                Optional.of(model),
                Optional.empty(),
                grid.isPresent() ? List.of() : tokens.stream().map(Sidecar::text).toList(),
                grid.isPresent()
                        ? Optional.empty()
                        : Optional.of(
                                IntStream.range(0, tokens.size())
                                        .filter(i -> tokens.get(i) instanceof Token.Special)
                                        .boxed()
                                        .toList()),
                grid.isPresent() ? OptionalInt.of(prefix) : OptionalInt.empty(),
                grid,
                Optional.of(tensor.causal()),
                List.of());
    }

    /// The grid that patches make, if they are all there and in order.
    private static Optional<Grid> grid(List<Token> patches) {
        if (patches.isEmpty()
                || !(patches.getLast() instanceof Token.Patch(int lastRow, int lastColumn))
                || (long) (lastRow + 1) * (lastColumn + 1) != patches.size()) {
            return Optional.empty();
        }
        for (int i = 0; i < patches.size(); i++) {
            Token expected = new Token.Patch(i / (lastColumn + 1), i % (lastColumn + 1));
            if (!patches.get(i).equals(expected)) {
                return Optional.empty();
            }
        }
        return Optional.of(new Grid(lastRow + 1, lastColumn + 1));
    }

    private static String text(Token token) {
        return switch (token) {
            case Token.Piece(String text) -> text;
            case Token.Special(String name) -> name;
            case Token.Patch patch -> patch.label();
        };
    }

    /// The same with axes.
    Sidecar withAxes(Axes said) {
        return new Sidecar(
                model, Optional.of(said), tokens, special, prefix, grid, causal, padding);
    }

    /// One that says where special tokens are, and where patches.
    public static Sidecar ofPlaces(
            Optional<List<Integer>> special, OptionalInt prefix, Optional<Grid> grid) {
        Sidecar nothing = empty();
        return new Sidecar(
                nothing.model,
                nothing.axes,
                nothing.tokens,
                special,
                prefix,
                grid,
                nothing.causal,
                nothing.padding);
    }

    /// Name by name, what it says, as JSON would.
    Map<String, Object> members() {
        Map<String, Object> members = new LinkedHashMap<>();
        model.ifPresent(name -> members.put("model", name));
        axes.ifPresent(said -> members.put("axes", said.toString()));
        if (!tokens.isEmpty()) {
            members.put("tokens", tokens);
        }
        special.ifPresent(positions -> members.put("special", positions));
        prefix.ifPresent(count -> members.put("prefix", count));
        grid.ifPresent(size -> members.put("grid", List.of(size.rows(), size.columns())));
        causal.ifPresent(is -> members.put("causal", is));
        if (!padding.isEmpty()) {
            members.put("padding", padding);
        }
        return members;
    }

    /// The same of these tokens, and of these positions that are none of the text's.
    Sidecar with(List<String> names, List<Integer> positions) {
        return new Sidecar(
                model,
                axes,
                names.isEmpty() ? tokens : names,
                names.isEmpty() ? special : Optional.empty(),
                prefix,
                grid,
                causal,
                positions.isEmpty() ? padding : positions);
    }

    /// The same where it is known whether a query attends to a later key.
    Sidecar withCausal(boolean is) {
        return new Sidecar(model, axes, tokens, special, prefix, grid, Optional.of(is), padding);
    }

    /// What the file beside a file of attention says; nothing if there is none. A JSON file of
    /// another purpose, with none of our names or an answer of ours, is left alone.
    ///
    /// @throws FormatException if it is broken
    static Sidecar readBeside(Path file) {
        Path beside = beside(file);
        if (beside.equals(file) || !Files.isRegularFile(beside)) {
            return empty();
        }
        String where = beside.toString();
        try {
            if (Files.size(beside) > LARGEST) {
                throw FormatException.of(
                        where,
                        "%d MB".formatted(Files.size(beside) >> 20),
                        "a sidecar of at most %d MB".formatted(LARGEST >> 20),
                        "rename it if it belongs to something else");
            }
            JsonValue value = JsonValue.parse(Files.readAllBytes(beside), where);
            return value instanceof JsonValue.Members members
                            && members.members().keySet().stream().anyMatch(NAMES::contains)
                            && !members.members().containsKey("schemaVersion")
                    ? of(members, where)
                    : empty();
        } catch (IOException e) {
            throw FormatException.unreadable(where, e);
        }
    }

    /// What the metadata of a .safetensors says: text that holds JSON, or is plain.
    static Sidecar ofMetadata(Map<String, String> metadata, String where) {
        Map<String, JsonValue> members = new LinkedHashMap<>();
        metadata.forEach(
                (name, text) -> {
                    switch (name) {
                        case "model", "axes" -> members.put(name, new JsonValue.Text(text));
                        case "tokens", "special", "prefix", "grid", "causal", "padding" ->
                                members.put(
                                        name,
                                        JsonValue.parse(
                                                text.getBytes(
                                                        java.nio.charset.StandardCharsets.UTF_8),
                                                where + ": metadata " + name));
                        default -> {}
                    }
                });
        return of(new JsonValue.Members(members), where);
    }

    /// One that names the tokens and says nothing else.
    public static Sidecar ofTokens(List<String> tokens) {
        Sidecar nothing = empty();
        return new Sidecar(
                nothing.model,
                nothing.axes,
                tokens,
                nothing.special,
                nothing.prefix,
                nothing.grid,
                nothing.causal,
                nothing.padding);
    }

    /// Other names are other people's.
    static Sidecar of(JsonValue.Members json, String where) {
        Map<String, JsonValue> members = json.members();
        return new Sidecar(
                text(members, "model", where),
                text(members, "axes", where).map(letters -> axes(letters, where)),
                items(members, "tokens", where).stream()
                        .map(item -> text(item, "tokens", where))
                        .toList(),
                members.containsKey("special")
                        ? Optional.of(numbers(members, "special", where))
                        : Optional.empty(),
                members.containsKey("prefix")
                        ? OptionalInt.of(
                                number(
                                        members.getOrDefault("prefix", new JsonValue.Null()),
                                        "prefix",
                                        where))
                        : OptionalInt.empty(),
                grid(items(members, "grid", where), where),
                causal(members, where),
                numbers(members, "padding", where));
    }

    /// The same, with what it doesn't say taken from another.
    Sidecar or(Sidecar other) {
        return new Sidecar(
                model.or(other::model),
                axes.or(other::axes),
                tokens.isEmpty() ? other.tokens : tokens,
                special.or(other::special),
                prefix.isPresent() ? prefix : other.prefix,
                grid.or(other::grid),
                causal.or(other::causal),
                padding.isEmpty() ? other.padding : padding);
    }

    private static List<Integer> numbers(
            Map<String, JsonValue> members, String name, String where) {
        return items(members, name, where).stream().map(item -> number(item, name, where)).toList();
    }

    private static Axes axes(String letters, String where) {
        try {
            return Axes.parse(letters);
        } catch (IllegalArgumentException e) {
            throw wrong(where, "axes", "'%s'".formatted(letters), "letters as in l,h,q,k");
        }
    }

    private static Optional<Grid> grid(List<JsonValue> items, String where) {
        if (items.isEmpty()) {
            return Optional.empty();
        }
        if (items.size() != 2) {
            throw wrong(where, "grid", items.size() + " numbers", "[rows, columns]");
        }
        try {
            return Optional.of(
                    new Grid(
                            number(items.get(0), "grid", where),
                            number(items.get(1), "grid", where)));
        } catch (IllegalArgumentException e) {
            throw wrong(where, "grid", String.valueOf(e.getMessage()), "[rows, columns]");
        }
    }

    private static Optional<Boolean> causal(Map<String, JsonValue> members, String where) {
        return Optional.ofNullable(members.get("causal"))
                .map(
                        value -> {
                            if (value instanceof JsonValue.Truth(boolean causal)) {
                                return causal;
                            }
                            throw wrong(where, "causal", "something else", "true or false");
                        });
    }

    private static Optional<String> text(
            Map<String, JsonValue> members, String name, String where) {
        return Optional.ofNullable(members.get(name)).map(value -> text(value, name, where));
    }

    private static String text(JsonValue value, String name, String where) {
        if (value instanceof JsonValue.Text(String text)) {
            return text;
        }
        throw wrong(where, name, "something that is no text", "text in quotation marks");
    }

    private static List<JsonValue> items(
            Map<String, JsonValue> members, String name, String where) {
        return Optional.ofNullable(members.get(name))
                .map(
                        value -> {
                            if (value instanceof JsonValue.Items(var items)
                                    && items.size() <= ArrayFile.MOST_TOKENS) {
                                return items;
                            }
                            throw wrong(where, name, "no array, or too long a one", "an array");
                        })
                .orElse(List.of());
    }

    private static int number(JsonValue value, String name, String where) {
        if (value instanceof JsonValue.Digits(String digits) && digits.matches("[0-9]{1,7}")) {
            return Integer.parseInt(digits);
        }
        throw wrong(where, name, "something else", "a whole number from 0");
    }

    private static FormatException wrong(String where, String name, String found, String expected) {
        return FormatException.of(
                "%s: \"%s\"".formatted(where, name), found, expected, "correct it or leave it out");
    }
}
