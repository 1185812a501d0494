package dev.perron.cli;

import dev.perron.chain.Distribution;
import dev.perron.context.fit.ContextCounts;
import dev.perron.context.fit.CoverageGraph;
import dev.perron.figure.GraphMap;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;

/// `perron context identify`: which rows prompts can tell, and which prompts are missing.
@Command(
        name = "identify",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = {
            "For each query the graph of tokens that its prompts compare: connected or not, its"
                + " algebraic connectivity (the curvature of the likelihood where all tokens are as"
                + " likely), and a prompt to add where it isn't, or where some tokens always lost:"
                + " observe it until each of its tokens came out, as the lines after it say. Then"
                + " the fit converges."
        },
        footerHeading = "%nExample:%n",
        footer = "  perron context identify prompts.csv --figure graphs.svg")
final class ContextIdentifyCommand implements Callable<Integer> {
    private static final int MOST_GRAPHS = 12;

    @Mixin private SampleOptions input = new SampleOptions();
    @Mixin private OutputOptions output = new OutputOptions();
    @Spec private CommandSpec spec = CommandSpec.create();

    /// One query.
    private record Row(
            int query,
            CoverageGraph graph,
            OptionalDouble connectivity,
            List<Integer> separated,
            List<Integer> missing) {
        boolean identified() {
            return graph.connected();
        }
    }

    @Override
    public Integer call() throws IOException {
        output.check();
        SampleFile file = input.read();
        Vocabulary vocabulary = input.vocabulary(file);
        ContextCounts counts = file.counts(vocabulary);
        List<Row> rows =
                counts.rows().parallelStream()
                        .map(
                                row -> {
                                    CoverageGraph graph = CoverageGraph.of(row);
                                    return new Row(
                                            row.query(),
                                            graph,
                                            graph.connectivity(
                                                    Distribution.uniform(counts.tokens())),
                                            graph.connected() ? graph.separated() : List.of(),
                                            graph.missing());
                                })
                        .toList();
        output.figure(() -> graphs(rows, vocabulary).draw());
        PrintWriter out = spec.commandLine().getOut();
        if (output.json()) {
            Json.print(out, Json.document("context identify", document(rows, vocabulary)));
        } else if (output.csv()) {
            Csv csv =
                    new Csv(
                            out,
                            "query",
                            "identified",
                            "components",
                            "connectivity",
                            "add_prompt",
                            "separated");
            for (Row row : rows) {
                csv.row(
                        vocabulary.name(row.query()),
                        row.identified(),
                        row.graph().components().size(),
                        row.connectivity().isPresent() ? row.connectivity().getAsDouble() : null,
                        String.join(" ", vocabulary.names(row.missing())),
                        String.join(" ", vocabulary.names(row.separated())));
            }
        } else {
            table(out, rows, vocabulary);
        }
        out.flush();
        return ExitCode.OK.code();
    }

    private Map<String, Object> document(List<Row> rows, Vocabulary vocabulary) {
        return Json.object(
                "file",
                input.path().toString(),
                "tokens",
                vocabulary.names(),
                "identified",
                rows.stream().allMatch(Row::identified),
                "queries",
                rows.stream()
                        .map(
                                row ->
                                        Json.object(
                                                "query",
                                                vocabulary.name(row.query()),
                                                "samples",
                                                row.graph().counts().samples(),
                                                "identified",
                                                row.identified(),
                                                "components",
                                                row.graph().components().stream()
                                                        .map(vocabulary::names)
                                                        .toList(),
                                                "connectivity",
                                                row.connectivity().isPresent()
                                                        ? row.connectivity().getAsDouble()
                                                        : null,
                                                "separated",
                                                vocabulary.names(row.separated()),
                                                "add",
                                                row.missing().stream()
                                                        .map(
                                                                next ->
                                                                        Json.object(
                                                                                "prompt",
                                                                                String.join(
                                                                                        " ",
                                                                                        vocabulary
                                                                                                .names(
                                                                                                        row
                                                                                                                .missing())),
                                                                                "next",
                                                                                vocabulary.name(
                                                                                        next)))
                                                        .toList()))
                        .toList());
    }

    private void table(PrintWriter out, List<Row> rows, Vocabulary vocabulary) {
        Table table =
                new Table("query", "samples", "identified", "connectivity", "what is missing");
        List<String> add = new ArrayList<>();
        for (Row row : rows) {
            table.row(
                    vocabulary.name(row.query()),
                    row.graph().counts().samples(),
                    row.identified() ? "yes" : "no",
                    row.connectivity().isPresent()
                            ? (Object) row.connectivity().getAsDouble()
                            : "not found",
                    row.identified()
                            ? row.separated().isEmpty()
                                    ? ""
                                    : "never came out: "
                                            + Components.words(List.of(row.separated()), vocabulary)
                            : Components.words(row.graph().components(), vocabulary));
            for (int next : row.missing()) {
                add.add(
                        "%s,%s"
                                .formatted(
                                        String.join(" ", vocabulary.names(row.missing())),
                                        vocabulary.name(next)));
            }
        }
        table.print(out);
        if (!add.isEmpty()) {
            out.println();
            out.println("to be observed (prompt,next), each at least once:");
            add.forEach(out::println);
        }
    }

    /// Graphs of queries that aren't identified first.
    private static GraphMap graphs(List<Row> rows, Vocabulary vocabulary) {
        List<Row> shown =
                rows.stream()
                        .sorted(java.util.Comparator.comparing(Row::identified))
                        .limit(MOST_GRAPHS)
                        .toList();
        String note =
                shown.size() < rows.size()
                        ? "%d of %d queries, those that aren't identified first."
                                .formatted(shown.size(), rows.size())
                        : "A graph a query: tokens are joined where one of its prompts has both.";
        return new GraphMap(
                "Which tokens the prompts compare",
                List.of(note, "Orange-brown: what one more prompt would join."),
                vocabulary.names(),
                shown.stream().map(row -> graph(row, vocabulary)).toList());
    }

    private static GraphMap.Graph graph(Row row, Vocabulary vocabulary) {
        int k = vocabulary.size();
        Integer[] part = new Integer[k];
        List<List<Integer>> components = row.graph().components();
        for (int c = 0; c < components.size(); c++) {
            for (int token : components.get(c)) {
                part[token] = c;
            }
        }
        List<GraphMap.Edge> missing = new ArrayList<>();
        for (int token : row.missing()) {
            if (token != row.query() && !row.identified()) {
                missing.add(new GraphMap.Edge(row.query(), token));
            }
        }
        return new GraphMap.Graph(
                "after '%s'%s"
                        .formatted(
                                vocabulary.name(row.query()),
                                row.identified() ? "" : ": not identified"),
                List.of(part),
                row.graph().edges().stream()
                        .map(edge -> new GraphMap.Edge(edge.a(), edge.b()))
                        .toList(),
                missing);
    }
}
