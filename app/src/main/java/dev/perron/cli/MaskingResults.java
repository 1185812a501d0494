package dev.perron.cli;

import dev.perron.figure.CurveChart;
import dev.perron.vision.BootstrapInterval;
import dev.perron.vision.MaskingCurve;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/// What became of a model's answers, and how it is shown.
///
/// @param facts of the run, for a document
/// @param heading of the table
/// @param files the images
/// @param asked what the model answered on each of them
/// @param labelled whether accuracy is about true classes
/// @param seed of the bootstrap
record MaskingResults(
        Map<String, Object> facts,
        String heading,
        List<Path> files,
        List<MaskingOrder> orders,
        List<MaskingRun.Asked> asked,
        boolean labelled,
        long seed) {
    /// Columns of the rows of an image.
    static final List<String> COLUMNS =
            List.of("method", "uses_chain", "order", "share", "probability", "accuracy");

    private static final String MOST_FIRST = "most first";
    private static final String LEAST_FIRST = "least first";
    private static final String NOT_APPLICABLE = "not applicable: ";

    /// What is known of one method: its curves, an image each.
    private record Method(
            String name, boolean usesChain, int orders, List<MaskingRun.Curves> runs) {
        BootstrapInterval interval(Curve curve, long seed) {
            return BootstrapInterval.of(
                    runs.stream().map(run -> curve.of(run).area()).toList(), seed);
        }

        MaskingCurve mean(Curve curve) {
            return curve.of(MaskingRun.Curves.mean(runs));
        }

        /// `random, 3 orders`.
        String words() {
            return orders == 1 ? name : "%s, %d orders".formatted(name, orders);
        }
    }

    /// The four curves of a run.
    private enum Curve {
        PROBABILITY_MOST_FIRST("probabilityMostFirst"),
        PROBABILITY_LEAST_FIRST("probabilityLeastFirst"),
        ACCURACY_MOST_FIRST("accuracyMostFirst"),
        ACCURACY_LEAST_FIRST("accuracyLeastFirst");

        private final String label;

        Curve(String label) {
            this.label = label;
        }

        MaskingCurve of(MaskingRun.Curves curves) {
            return switch (this) {
                case PROBABILITY_MOST_FIRST -> curves.mostFirst().probability();
                case PROBABILITY_LEAST_FIRST -> curves.leastFirst().probability();
                case ACCURACY_MOST_FIRST -> curves.mostFirst().accuracy();
                case ACCURACY_LEAST_FIRST -> curves.leastFirst().accuracy();
            };
        }
    }

    /// Those that apply; of several random orders, the mean of each image's curves.
    private List<Method> methods() {
        List<Method> methods = new ArrayList<>();
        for (String name : orders.stream().map(MaskingOrder::method).distinct().toList()) {
            List<MaskingOrder> same =
                    orders.stream().filter(order -> order.method().equals(name)).toList();
            if (!why().containsKey(same.getFirst().name())) {
                methods.add(
                        new Method(
                                name,
                                same.getFirst().usesChain(),
                                same.size(),
                                asked.stream().map(one -> curves(one, same)).toList()));
            }
        }
        return methods;
    }

    private static MaskingRun.Curves curves(MaskingRun.Asked one, List<MaskingOrder> same) {
        return MaskingRun.Curves.mean(
                same.stream()
                        .map(order -> Objects.requireNonNull(one.byOrder().get(order.name())))
                        .toList());
    }

    /// Why some orders don't apply, by their names: the same on all images.
    private Map<String, String> why() {
        return asked.getFirst().notApplicable();
    }

    /// The rows of an image.
    static void rows(Csv csv, List<MaskingOrder> orders, MaskingRun.Asked asked) {
        for (MaskingOrder order : orders) {
            MaskingRun.Curves curves = asked.byOrder().get(order.name());
            if (curves == null) {
                csv.row(
                        order.name(),
                        order.usesChain(),
                        NOT_APPLICABLE + asked.notApplicable().get(order.name()),
                        null,
                        null,
                        null);
            } else {
                rows(csv, order, MOST_FIRST, curves.mostFirst());
                rows(csv, order, LEAST_FIRST, curves.leastFirst());
            }
        }
    }

    private static void rows(Csv csv, MaskingOrder order, String way, MaskingRun.Way curves) {
        for (int k = 0; k < curves.probability().shares().size(); k++) {
            csv.row(
                    order.name(),
                    order.usesChain(),
                    way,
                    curves.probability().shares().get(k),
                    curves.probability().values().get(k),
                    curves.accuracy().values().get(k));
        }
    }

    /// The answers on an image out of its rows.
    ///
    /// @throws Failure if they aren't those of these orders
    static MaskingRun.Asked read(Trials trials, List<List<String>> rows) {
        Map<String, List<List<String>>> byOrder =
                rows.stream().collect(Collectors.groupingBy(List::getFirst));
        Map<String, MaskingRun.Curves> curves = new LinkedHashMap<>();
        Map<String, String> not = new LinkedHashMap<>();
        byOrder.forEach(
                (name, its) -> {
                    String way = its.getFirst().get(2);
                    if (way.startsWith(NOT_APPLICABLE)) {
                        not.put(name, way.substring(NOT_APPLICABLE.length()));
                    } else {
                        curves.put(
                                name,
                                new MaskingRun.Curves(
                                        way(trials, its, MOST_FIRST),
                                        way(trials, its, LEAST_FIRST)));
                    }
                });
        return new MaskingRun.Asked(curves, not);
    }

    private static MaskingRun.Way way(Trials trials, List<List<String>> rows, String way) {
        List<List<String>> its = rows.stream().filter(row -> row.get(2).equals(way)).toList();
        List<Double> shares = column(trials, its, 3);
        return new MaskingRun.Way(
                new MaskingCurve(shares, column(trials, its, 4)),
                new MaskingCurve(shares, column(trials, its, 5)));
    }

    private static List<Double> column(Trials trials, List<List<String>> rows, int column) {
        return rows.stream().map(row -> trials.number(row.get(column))).toList();
    }

    CurveChart chart() {
        return new CurveChart(
                "What is left of the answer, most important patches first",
                List.of(
                        heading + ", mean over images",
                        "The sooner a curve falls, the more faithful the score."),
                "share of patches away",
                "probability of the class",
                methods().stream()
                        .map(
                                method -> {
                                    MaskingCurve mean = method.mean(Curve.PROBABILITY_MOST_FIRST);
                                    return new CurveChart.Series(
                                            method.name(), mean.shares(), mean.values());
                                })
                        .toList());
    }

    Map<String, Object> document() {
        Map<String, Object> content = Json.object();
        content.putAll(facts);
        content.putAll(
                Json.object(
                        "images",
                        files.size(),
                        "masked",
                        "blank: 0 after normalisation",
                        "accuracy",
                        labelled
                                ? "share of images whose true class is named"
                                : "share of images whose class is still that of the whole image",
                        "interval",
                        "95 % bootstrap over images; of several random orders, of their mean"));
        List<Object> methods = new ArrayList<>();
        for (Method method : methods()) {
            Map<String, Object> entry =
                    Json.object(
                            "name", method.name(),
                            "usesChain", method.usesChain(),
                            "orders", method.orders());
            for (Curve curve : Curve.values()) {
                MaskingCurve mean = method.mean(curve);
                entry.put(
                        curve.label,
                        Json.object(
                                "area",
                                interval(method.interval(curve, seed)),
                                "shares",
                                mean.shares(),
                                "values",
                                mean.values()));
            }
            methods.add(entry);
        }
        why().forEach((name, why) -> methods.add(Json.object("name", name, "notApplicable", why)));
        content.put("methods", methods);
        return Json.document("evaluate masking", content);
    }

    void csv(PrintWriter out) {
        List<String> columns = new ArrayList<>(List.of("image", "file"));
        columns.addAll(COLUMNS);
        Csv.headed(out, columns);
        for (int i = 0; i < files.size(); i++) {
            rows(
                    Csv.after(out, List.of(i, String.valueOf(files.get(i).getFileName()))),
                    orders,
                    asked.get(i));
        }
    }

    void table(PrintWriter out) {
        out.println(
                "%s, %d images, areas under the curves with 95 %% bootstrap intervals"
                        .formatted(heading, files.size()));
        Table table =
                new Table(
                        "score",
                        "chain",
                        "probability, most first",
                        "probability, least first",
                        "accuracy, most first",
                        "accuracy, least first");
        List<Method> methods = methods();
        for (Method method : methods) {
            List<Object> row =
                    new ArrayList<>(List.of(method.words(), method.usesChain() ? "yes" : "no"));
            for (Curve curve : Curve.values()) {
                row.add(words(method.interval(curve, seed)));
            }
            table.row(row.toArray());
        }
        table.print(out);
        out.println();
        why().forEach((name, why) -> out.println(name + ": not applicable, " + why));
        out.println(
                "most first: the lower, the more faithful; least first: the higher. accuracy: "
                        + (labelled
                                ? "the model names the true class, of the whole images %.3f"
                                        .formatted(whole(methods.getFirst()))
                                : "the model still names the class that it named for the whole"
                                        + " image"));
    }

    private static double whole(Method method) {
        return method.mean(Curve.ACCURACY_MOST_FIRST).values().getFirst();
    }

    static Map<String, Object> interval(BootstrapInterval interval) {
        return Json.object("mean", interval.mean(), "low", interval.low(), "high", interval.high());
    }

    /// `0.731 [0.698, 0.762]`.
    static String words(BootstrapInterval interval) {
        return "%.3f [%.3f, %.3f]".formatted(interval.mean(), interval.low(), interval.high());
    }
}
