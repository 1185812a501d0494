package dev.perron.cli;

import dev.perron.attention.Dendrogram;
import dev.perron.attention.HeadDistances;
import dev.perron.figure.Label;
import dev.perron.figure.PairMap;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SequencedMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// All heads of one or two inputs with each other, in the forms that `perron compare --each-head`
/// shows them in.
///
/// @param heads those of the first input, then those of the second
/// @param first how many are of the first input
/// @param distances between them
/// @param clusters of those that are alike, each in the dendrogram's order
/// @param rule how the number of clusters came about
/// @param checks that were asked for
record HeadGroups(
        List<Subject> heads,
        int first,
        HeadDistances distances,
        List<List<Integer>> clusters,
        String rule,
        List<Check> checks) {
    private static final int SHOWN = 10;

    /// The metrics that there are, and what they mean.
    static final SequencedMap<String, String> METRICS = metrics();

    private static SequencedMap<String, String> metrics() {
        LinkedHashMap<String, String> metrics = new LinkedHashMap<>();
        metrics.put("js", "the largest, over heads of the same place");
        metrics.put("js-mean", "their mean");
        return Collections.unmodifiableSequencedMap(metrics);
    }

    /// Compares the heads.
    ///
    /// @param count of clusters, or none to choose it
    static HeadGroups of(
            List<Subject> heads, int first, Optional<Integer> count, List<Check> checks) {
        HeadDistances distances =
                HeadDistances.between(heads.stream().map(Subject::transition).toList());
        Dendrogram tree = Dendrogram.of(distances);
        List<List<Integer>> clusters =
                count.map(tree::cut).orElseGet(() -> tree.clusters(distances));
        String rule =
                count.isPresent()
                        ? "as asked"
                        : "largest mean silhouette of 2 to %d clusters, two of them of two heads or more; one where none is above 0"
                                .formatted(Dendrogram.MOST);
        return new HeadGroups(heads, first, distances, clusters, rule, checks);
    }

    private boolean two() {
        return first < heads.size();
    }

    /// `L5H3`, with the input before it where there are two: `B:L5H3`.
    private String name(int head) {
        return (two() ? input(head) + ":" : "") + heads.get(head).heads();
    }

    private String input(int head) {
        return head < first ? "A" : "B";
    }

    private double js(int one, int other) {
        double distance = distances.between(one, other);
        return distance * distance;
    }

    /// Two heads of the same layer and number, one in each input.
    private record Place(int one, int other) {}

    private List<Place> places() {
        List<Place> places = new ArrayList<>();
        for (int a = 0; a < first; a++) {
            for (int b = first; b < heads.size(); b++) {
                if (heads.get(a).weighting().equals(heads.get(b).weighting())) {
                    places.add(new Place(a, b));
                }
            }
        }
        return places;
    }

    /// What each metric is here.
    Map<String, OptionalDouble> values() {
        List<Place> places = places();
        return Map.of(
                "js", places.stream().mapToDouble(p -> js(p.one(), p.other())).max(),
                "js-mean", places.stream().mapToDouble(p -> js(p.one(), p.other())).average());
    }

    private String models() {
        String model = heads.getFirst().model();
        return two() ? "A: %s, B: %s".formatted(model, heads.getLast().model()) : model;
    }

    /// The distances, heads of a cluster side by side.
    PairMap figure() {
        List<Integer> order = clusters.stream().flatMap(List::stream).toList();
        List<Label> labels = order.stream().map(head -> new Label(name(head), false)).toList();
        return PairMap.ofDistances(
                        "Distances of %d heads, by cluster".formatted(heads.size()),
                        labels,
                        labels,
                        (i, j) -> distances.between(order.get(i), order.get(j)))
                .withNotes(
                        List.of(
                                models(),
                                "Root of the mean Jensen-Shannon divergence of rows, in nats; at"
                                        + " most 0.833. %d clusters by Ward's linkage, outlined."
                                                .formatted(clusters.size())))
                .withGroups(clusters.stream().map(List::size).toList());
    }

    void table(PrintWriter out) {
        out.println("%s, %d tokens".formatted(models(), heads.getFirst().states()));
        if (two()) {
            for (String remark : CommonTokens.remarks(heads.getFirst(), heads.getLast())) {
                out.println(remark);
            }
            List<Place> places =
                    places().stream()
                            .sorted(
                                    (p, q) ->
                                            Double.compare(
                                                    js(q.one(), q.other()), js(p.one(), p.other())))
                            .toList();
            out.println();
            out.println(
                    places.isEmpty()
                            ? "no head of A is at the place of a head of B"
                            : "heads of the same place that differ most, of %d; js in nats, distance its root"
                                    .formatted(places.size()));
            Table table = new Table("head", "js", "distance");
            places.stream()
                    .limit(SHOWN)
                    .forEach(
                            place ->
                                    table.row(
                                            heads.get(place.one()).heads(),
                                            js(place.one(), place.other()),
                                            distances.between(place.one(), place.other())));
            table.print(out);
        }
        out.println();
        out.println("%d clusters of heads that are alike, %s".formatted(clusters.size(), rule));
        Table table = new Table("cluster", "heads", "mean distance", "");
        for (int c = 0; c < clusters.size(); c++) {
            List<Integer> cluster = clusters.get(c);
            table.row(
                    String.valueOf(c),
                    String.valueOf(cluster.size()),
                    Table.number(within(cluster)),
                    cluster.stream().map(this::name).collect(Collectors.joining(" ")));
        }
        table.print(out);
    }

    /// The mean distance of two heads of a cluster, 0 for one alone.
    private double within(List<Integer> cluster) {
        return IntStream.range(0, cluster.size())
                .boxed()
                .flatMapToDouble(
                        i ->
                                IntStream.range(0, i)
                                        .mapToDouble(
                                                j ->
                                                        distances.between(
                                                                cluster.get(i), cluster.get(j))))
                .average()
                .orElse(0);
    }

    Map<String, Object> document() {
        List<Map<String, Object>> named = new ArrayList<>();
        for (int h = 0; h < heads.size(); h++) {
            int head = h;
            named.add(
                    Json.object(
                            "input", input(h),
                            "layer", heads.get(h).layerName(),
                            "head", heads.get(h).headName(),
                            "cluster", cluster(h),
                            "distances",
                                    IntStream.range(0, heads.size())
                                            .mapToObj(other -> distances.between(head, other))
                                            .toList()));
        }
        Map<String, Object> content =
                Json.object(
                        "inputs",
                        two()
                                ? List.of(
                                        heads.getFirst().source().facts(),
                                        heads.getLast().source().facts())
                                : List.of(heads.getFirst().source().facts()),
                        "tokens",
                        heads.getFirst().states(),
                        "distance",
                        "root of the mean Jensen-Shannon divergence of rows, nats",
                        "clusters",
                        clusters.size(),
                        "clustersRule",
                        "Ward's linkage, " + rule,
                        "heads",
                        named,
                        "checks",
                        ComparedPair.checked(checks, values()));
        return Json.document("compare", content);
    }

    private int cluster(int head) {
        for (int c = 0; c < clusters.size(); c++) {
            if (clusters.get(c).contains(head)) {
                return c;
            }
        }
        throw new IllegalStateException("head " + head + " is in no cluster");
    }

    /// A pair of heads a line.
    void csv(PrintWriter out) {
        Csv csv =
                new Csv(
                        out,
                        "input_one",
                        "layer_one",
                        "head_one",
                        "cluster_one",
                        "input_other",
                        "layer_other",
                        "head_other",
                        "cluster_other",
                        "js",
                        "distance");
        for (int a = 0; a < heads.size(); a++) {
            for (int b = a + 1; b < heads.size(); b++) {
                csv.row(
                        input(a),
                        heads.get(a).layerName(),
                        heads.get(a).headName(),
                        cluster(a),
                        input(b),
                        heads.get(b).layerName(),
                        heads.get(b).headName(),
                        cluster(b),
                        js(a, b),
                        distances.between(a, b));
            }
        }
    }
}
