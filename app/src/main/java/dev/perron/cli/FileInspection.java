package dev.perron.cli;

import dev.perron.attention.RowFindings;
import dev.perron.attention.Token;
import dev.perron.format.AttentionFile;
import dev.perron.format.FileDescription;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// What `perron inspect` says of a file of attention: its headers, and the rows of every head, one
/// head after another.
final class FileInspection {
    /// Heads whose findings are listed one by one.
    private static final int LISTED = 20;

    private final FileDescription about;
    private final List<Surveyed> heads = new ArrayList<>();

    private record Surveyed(int layer, int head, RowFindings rows) {
        String name() {
            return "L%dH%d".formatted(layer, head);
        }
    }

    /// Tokens that models put before patches: none, a class token, one of distillation or four
    /// registers beside it.
    private static final List<Integer> PREFIXES = List.of(0, 1, 2, 4, 5);

    /// Fewer patches to a side may be a text of as many tokens by chance.
    private static final int SMALLEST_GRID = 7;

    private FileInspection(FileDescription about) {
        this.about = about;
    }

    static FileInspection of(AttentionFile file, Progress progress) {
        FileInspection inspection = new FileInspection(file.description());
        for (int layer : inspection.about.layers()) {
            for (int head = 0; head < inspection.about.heads(); head++) {
                progress.at("L%dH%d".formatted(layer, head));
                inspection.heads.add(new Surveyed(layer, head, file.survey(layer, head)));
            }
        }
        return inspection;
    }

    /// The findings, each with the option that acts on it.
    List<String> findings() {
        List<String> findings = new ArrayList<>();
        if (!about.square()) {
            findings.add(
                    "rectangular: %d queries on %d keys, so a head is no chain on its tokens; --two-step queries or --two-step keys makes one"
                            .formatted(about.queries(), about.keys()));
        }
        add(
                findings,
                "columns sum to 1, rows don't: stored as key by query; --axes " + transposed(),
                h -> h.columnsSumToOne());
        add(
                findings,
                "entries that no softmax gives; --scores if they are the scores before it",
                h -> h.notAttention().isPresent());
        add(
                findings,
                "rows of zeros; --rows drop-empty, self-loop or uniform",
                h -> !h.zero().isEmpty());
        add(
                findings,
                "rows of NaN; --rows drop-empty, self-loop or uniform",
                h -> !h.nan().isEmpty());
        add(findings, "rows that miss 1; --rows renormalize", h -> h.offRows() > 0);
        add(
                findings,
                "uniform rows among others, as padded queries have; --padding A-B if they are",
                h -> !h.uniform().isEmpty());
        specialTokens().ifPresent(findings::add);
        grids().ifPresent(findings::add);
        return findings;
    }

    /// `l,h,k,q` of `l,h,q,k`.
    private String transposed() {
        return about.axes().toString().replace('q', '?').replace('k', 'q').replace('?', 'k');
    }

    /// Keys that are sinks in at least half of all heads.
    private Optional<String> specialTokens() {
        Map<Integer, Long> heads =
                this.heads.stream()
                        .flatMap(head -> head.rows().sinks().stream())
                        .collect(Collectors.groupingBy(key -> key, Collectors.counting()));
        List<Integer> sinks =
                heads.entrySet().stream()
                        .filter(sink -> 2 * sink.getValue() >= this.heads.size())
                        .map(Map.Entry::getKey)
                        .sorted()
                        .toList();
        if (sinks.isEmpty() || !about.square()) {
            return Optional.empty();
        }
        boolean named =
                sinks.stream().allMatch(key -> about.tokens().get(key) instanceof Token.Special);
        return Optional.of(
                "%s: a tenth of all attention or more each, in at least half of the heads; %s"
                        .formatted(
                                sinks.stream()
                                        .map(
                                                key ->
                                                        "#%d '%s'"
                                                                .formatted(
                                                                        key,
                                                                        about.tokens()
                                                                                .get(key)
                                                                                .label()))
                                        .collect(Collectors.joining(", ")),
                                named
                                        ? "--special-tokens censor looks at the others alone"
                                        : "if they are special tokens, --special %s, and --special-tokens censor looks at the others alone"
                                                .formatted(
                                                        sinks.stream()
                                                                .map(String::valueOf)
                                                                .collect(
                                                                        Collectors.joining(",")))));
    }

    /// Square grids of patches that the number of keys allows, where nobody says what they are.
    private Optional<String> grids() {
        boolean said =
                !about.sidecar().tokens().isEmpty()
                        || about.sidecar().grid().isPresent()
                        || about.tokens().stream()
                                .anyMatch(token -> !token.label().matches("[0-9]+"));
        List<String> options = new ArrayList<>();
        for (int prefix : PREFIXES) {
            int side = (int) Math.round(Math.sqrt(Math.max(0, about.keys() - prefix)));
            if (side >= SMALLEST_GRID && side * side == about.keys() - prefix) {
                options.add("--prefix %d --grid %dx%d".formatted(prefix, side, side));
            }
        }
        return said || causal() || !about.square() || options.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        "%d tokens are a square and a few before it; if they are an image's patches, %s"
                                .formatted(about.keys(), String.join(", or ", options)));
    }

    private void add(List<String> findings, String text, Predicate<RowFindings> has) {
        List<String> found =
                heads.stream().filter(h -> has.test(h.rows())).map(Surveyed::name).toList();
        if (!found.isEmpty()) {
            findings.add(
                    "%d of %d heads (%s%s): %s"
                            .formatted(
                                    found.size(),
                                    heads.size(),
                                    String.join(", ", found.subList(0, Math.min(5, found.size()))),
                                    found.size() > 5 ? ", ..." : "",
                                    text));
        }
    }

    private Surveyed worst() {
        Surveyed worst = heads.getFirst();
        for (Surveyed head : heads) {
            if (head.rows().worstError() > worst.rows().worstError()) {
                worst = head;
            }
        }
        return worst;
    }

    private boolean causal() {
        return heads.stream().allMatch(h -> h.rows().causal());
    }

    Map<String, Object> document() {
        return Json.document(
                "inspect",
                Json.object(
                        "file", about.path(),
                        "format", about.format(),
                        "model", about.model().orElse(null),
                        "elementType", about.type().toString(),
                        "axes", about.axes().toString(),
                        "axesBecause", about.reason(),
                        "layers", about.layers(),
                        "headsOfLayer", about.heads(),
                        "queries", about.queries(),
                        "keys", about.keys(),
                        "square", about.square(),
                        "causal", causal(),
                        "worstRow", worst().rows().worstError(),
                        "bytesOfHead", about.bytesOfHead(),
                        "bytesOfAll", about.bytes(),
                        "findings", findings(),
                        "heads", heads.stream().map(FileInspection::entry).toList()));
    }

    private static Map<String, Object> entry(Surveyed head) {
        RowFindings rows = head.rows();
        return Json.object(
                "layer", head.layer(),
                "head", head.head(),
                "causal", rows.causal(),
                "worstRow", rows.worstError(),
                "worstRowIndex", rows.worstRow(),
                "zeroRows", rows.zero().size(),
                "nanRows", rows.nan().size(),
                "uniformRows", rows.uniform().size(),
                "offRows", rows.offRows(),
                "sinks", rows.sinks());
    }

    void csv(PrintWriter out) {
        Csv csv =
                new Csv(
                        out,
                        "layer",
                        "head",
                        "causal",
                        "worst_row",
                        "worst_row_index",
                        "zero_rows",
                        "nan_rows",
                        "uniform_rows",
                        "off_rows",
                        "sinks");
        for (Surveyed head : heads) {
            Map<String, Object> entry = entry(head);
            entry.put(
                    "sinks",
                    head.rows().sinks().stream()
                            .map(String::valueOf)
                            .collect(Collectors.joining(" ")));
            csv.row(entry.values().toArray());
        }
    }

    void text(PrintWriter out) {
        out.println(about.path());
        Table facts = new Table("", "");
        facts.row("format", about.format() + ", " + about.type());
        facts.row("axes", about.axes() + ", " + about.reason());
        about.model().ifPresent(name -> facts.row("model", name));
        facts.row(
                "heads",
                "%d layers of %d, %d queries x %d keys"
                        .formatted(
                                about.layers().size(),
                                about.heads(),
                                about.queries(),
                                about.keys()));
        facts.row("causal", causal() ? "yes, every head" : "no");
        facts.row(
                "worst row",
                String.format(
                        Locale.ROOT,
                        "%.3g off 1, %s row %d",
                        worst().rows().worstError(),
                        worst().name(),
                        worst().rows().worstRow()));
        facts.row(
                "memory",
                "%,d bytes a head, %,d for all".formatted(about.bytesOfHead(), about.bytes()));
        facts.print(out);
        out.println();
        List<String> findings = findings();
        findings.stream().limit(LISTED).forEach(out::println);
        if (findings.isEmpty()) {
            out.println("nothing to act on: rank, bounce, states, chain take it as it is");
        }
    }
}
