package dev.perron.cli;

import dev.perron.transformer.KnownSource;
import dev.perron.transformer.landscape.Canonical;
import dev.perron.transformer.landscape.Curvature;
import dev.perron.transformer.landscape.UnigramCriterion;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What `perron landscape` found, in its three forms.
///
/// @param name of the source
/// @param facts what a document says about it
/// @param source that it was
/// @param length of the sequences
/// @param points that were looked at
/// @param criterion of the unigram point, for sources of order 1
/// @param canonical the canonical model, for binary sources
record Landscape(
        String name,
        Map<String, Object> facts,
        KnownSource source,
        int length,
        List<LandscapePoint> points,
        Optional<UnigramCriterion> criterion,
        Optional<CanonicalFlows> canonical) {

    Map<String, Object> document(long seed) {
        return Json.document(
                "landscape",
                Json.object(
                        "source",
                        facts,
                        "length",
                        length,
                        "seed",
                        seed,
                        "points",
                        points.stream().map(LandscapePoint::document).toList(),
                        "criterion",
                        criterion.map(Landscape::document).orElse(null),
                        "canonical",
                        canonical.map(CanonicalFlows::document).orElse(null),
                        "remarks",
                        remarks()));
    }

    private static Map<String, Object> document(UnigramCriterion criterion) {
        return Json.object(
                "eigenvalues", criterion.eigenvalues(),
                "badMinimum", criterion.badMinimum(),
                "escapes", criterion.escapes());
    }

    /// One row a point.
    void csv(PrintWriter out) {
        Csv csv =
                new Csv(
                        out,
                        "point",
                        "head",
                        "weights",
                        "nature",
                        "loss",
                        "gradient_norm",
                        "negative",
                        "zero",
                        "positive",
                        "least",
                        "greatest",
                        "form_difference");
        for (LandscapePoint point : points) {
            Curvature curvature = point.nature().curvature();
            csv.row(
                    point.name(),
                    LandscapePoint.word(point.head()),
                    point.weights(),
                    point.kind(),
                    point.nature().loss(),
                    point.nature().gradientNorm(),
                    curvature.negative(),
                    curvature.zero(),
                    curvature.positive(),
                    curvature.least(),
                    curvature.greatest(),
                    point.formDifference().isPresent()
                            ? point.formDifference().getAsDouble()
                            : null);
        }
    }

    void text(PrintWriter out) {
        out.println(
                "%s: entropy rate %.4f, unigram entropy %.4f"
                        .formatted(name, source.entropyRate(), source.unigramEntropy()));
        remarks().forEach(out::println);
        out.println();
        Table table =
                new Table(
                        "point",
                        "head",
                        "nature",
                        "loss",
                        "|gradient|",
                        "-",
                        "0",
                        "+",
                        "least",
                        "greatest",
                        "|H - theory|");
        for (LandscapePoint point : points) {
            Curvature curvature = point.nature().curvature();
            table.row(
                    point.name(),
                    LandscapePoint.word(point.head()),
                    point.kind(),
                    point.nature().loss(),
                    "%.1e".formatted(point.nature().gradientNorm()),
                    curvature.negative(),
                    curvature.zero(),
                    curvature.positive(),
                    curvature.least(),
                    curvature.greatest(),
                    point.formDifference().isPresent()
                            ? "%.1e".formatted(point.formDifference().getAsDouble())
                            : "");
        }
        table.print(out);
        criterion.ifPresent(found -> text(out, found));
        canonical.ifPresent(found -> text(out, found));
    }

    private static void text(PrintWriter out, UnigramCriterion criterion) {
        out.println();
        String about = "Tied, with small positions and MLP, the unigram ";
        if (criterion.badMinimum()) {
            out.println(
                    about
                            + "is a local minimum: theory's Hessian is at least %s in every direction"
                                    .formatted(Table.number(criterion.eigenvalues().getFirst())));
        } else if (criterion.escapes() == 0) {
            out.println(about + "is flat to second order");
        } else {
            out.println(
                    about
                            + "can be left in %d of %d directions"
                                    .formatted(
                                            criterion.escapes(), criterion.eigenvalues().size()));
        }
    }

    private static void text(PrintWriter out, CanonicalFlows flows) {
        out.println(
                "Canonical model: saddle at w = %s, energy %s; a start of deviation %s reaches the"
                                .formatted(
                                        Table.number(Canonical.SADDLE_W),
                                        Table.number(Canonical.SADDLE_ENERGY),
                                        flows.startDeviation())
                        + " global minimum with probability "
                        + Table.number(flows.model().probabilityOfGlobal(flows.startDeviation())));
        if (!flows.runs().isEmpty()) {
            out.println(
                    "%d of %d random starts ended as the energy foretells, %d of them at a global minimum; energy drift at most %.1e"
                            .formatted(
                                    flows.asForetold(),
                                    flows.runs().size(),
                                    flows.toGlobal(),
                                    flows.largestDrift()));
        }
    }

    private List<String> remarks() {
        List<String> remarks = new ArrayList<>();
        source.remark().ifPresent(remarks::add);
        if (source.unigramEntropy() - source.entropyRate() < 1e-12) {
            remarks.add("bigram and unigram are the same here: nothing can be stuck");
        }
        if (canonical.isEmpty()) {
            remarks.add(
                    "no canonical model and no explicit minimum: they need a binary source of order"
                            + " 1 with p and q inside (0, 1)");
        }
        return remarks;
    }
}
