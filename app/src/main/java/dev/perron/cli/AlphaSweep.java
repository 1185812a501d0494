package dev.perron.cli;

import dev.perron.attention.Direction;
import dev.perron.attention.RankAgreement;
import dev.perron.attention.TokenRank;
import dev.perron.attention.TokenRank.Ranked;
import dev.perron.chain.Structure;
import dev.perron.figure.BumpChart;
import dev.perron.figure.Drawing;
import dev.perron.figure.Label;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/// The ranking at several α beside the one at `--alpha`, in the forms that `perron rank
/// --alpha-sweep` shows it in.
///
/// @param subject what was asked about
/// @param structure of its chain
/// @param direction of the ranking
/// @param restart at which α is compared with, and where walks restart
/// @param reference the ranking at that α
/// @param points one for each α of the sweep that has a ranking, by rising α
/// @param missing the others, and why they have none
/// @param top how many first tokens are compared and shown
/// @param tolerance that iterations had to meet
record AlphaSweep(
        Subject subject,
        Structure structure,
        Direction direction,
        RestartOptions restart,
        Ranked reference,
        List<Point> points,
        List<Missing> missing,
        int top,
        double tolerance)
        implements Answer {
    /// The ranking at one α.
    ///
    /// @param agreement with the reference
    record Point(double alpha, Ranked ranked, RankAgreement agreement) {
        int leader() {
            return TokenRank.order(ranked.scores()).getFirst();
        }

        /// `[token]`, from 1.
        List<Integer> ranks() {
            return AlphaSweep.ranks(ranked);
        }
    }

    /// No ranking at one α.
    record Missing(double alpha, String why) {
        String words() {
            return "at alpha %s: %s".formatted(alpha, why);
        }
    }

    /// The first token is another than at the α before.
    private record Change(double alpha, int from, int to) {}

    /// Leaves out changes that the error bound doesn't prove.
    private List<Change> changes() {
        List<Change> changes = new ArrayList<>();
        for (int k = 1, leader = points.getFirst().leader(); k < points.size(); k++) {
            Ranked ranked = points.get(k).ranked();
            int first = points.get(k).leader();
            double lead = ranked.scores().mass(first) - ranked.scores().mass(leader);
            if (lead > ranked.certificate().errorBound()) {
                changes.add(new Change(points.get(k).alpha(), leader, first));
                leader = first;
            }
        }
        return changes;
    }

    /// A column for each α.
    @Override
    public Drawing figure() {
        return BumpChart.of(
                        "TokenRank over alpha, " + Labels.of(direction),
                        Label.of(subject.tokens()),
                        points.stream()
                                .map(
                                        point ->
                                                new BumpChart.Column(
                                                        "α " + point.alpha(),
                                                        "τ " + tau(point.agreement()),
                                                        boxed(point.ranked())))
                                .toList(),
                        top)
                .withNotes(
                        subject.model() + ", " + subject.heads() + restart.places(),
                        "The first tokens at each alpha, by rank. τ: Kendall's τ-b with the ranking"
                                + " at alpha %s.".formatted(restart.alpha()))
                .draw();
    }

    @Override
    public Map<String, Object> document() {
        Map<String, Object> content = subject.description();
        content.putAll(restart.description());
        content.put("direction", Labels.of(direction));
        content.putAll(Labels.certificate(reference.certificate(), true, tolerance));
        content.putAll(Labels.structure(structure, subject));
        content.put("top", Math.min(top, subject.states()));
        content.put("sweep", points.stream().map(this::entry).toList());
        content.put(
                "missing",
                missing.stream()
                        .map(none -> Json.object("alpha", none.alpha(), "why", none.why()))
                        .toList());
        content.put(
                "topTokenChanges",
                changes().stream()
                        .map(
                                change ->
                                        Json.object(
                                                "alpha", change.alpha(),
                                                "from", subject.entry(change.from()),
                                                "to", subject.entry(change.to())))
                        .toList());
        List<Integer> ranks = ranks(reference);
        content.put(
                "tokens",
                IntStream.range(0, subject.states())
                        .mapToObj(
                                i ->
                                        subject.entry(
                                                i,
                                                "score",
                                                reference.scores().mass(i),
                                                "rank",
                                                ranks.get(i)))
                        .toList());
        return Json.document("rank", content);
    }

    private Map<String, Object> entry(Point point) {
        Map<String, Object> entry = Json.object("alpha", point.alpha());
        entry.putAll(Labels.certificate(point.ranked().certificate(), true, tolerance));
        OptionalDouble tau = point.agreement().kendallTau();
        entry.putAll(
                Json.object(
                        "kendallTau",
                        tau.isPresent() ? tau.getAsDouble() : null,
                        "topOverlap",
                        point.agreement().topOverlap(),
                        "l1Distance",
                        point.agreement().l1Distance(),
                        "topToken",
                        subject.entry(point.leader()),
                        "scores",
                        boxed(point.ranked()),
                        "ranks",
                        point.ranks()));
        return entry;
    }

    @Override
    public List<String> columns() {
        return List.of(
                "layer",
                "head",
                "alpha",
                "token_index",
                "token",
                "special",
                "score",
                "rank",
                "method",
                "iterations",
                "residual",
                "error_bound",
                "kendall_tau",
                "top_overlap",
                "l1_distance");
    }

    /// One row an α and token.
    @Override
    public void csv(Csv csv) {
        for (Point point : points) {
            List<Integer> ranks = point.ranks();
            OptionalDouble tau = point.agreement().kendallTau();
            for (int i = 0; i < subject.states(); i++) {
                Map<String, Object> token = subject.entry(i);
                csv.row(
                        subject.layerName(),
                        subject.headName(),
                        point.alpha(),
                        token.get("index"),
                        token.get("token"),
                        token.get("special"),
                        point.ranked().scores().mass(i),
                        ranks.get(i),
                        Labels.of(point.ranked().certificate().method()),
                        point.ranked().certificate().iterations(),
                        point.ranked().certificate().residual(),
                        point.ranked().certificate().errorBound(),
                        tau.isPresent() ? tau.getAsDouble() : null,
                        point.agreement().topOverlap(),
                        point.agreement().l1Distance());
            }
        }
    }

    /// For people.
    @Override
    public void text(PrintWriter out) {
        out.println(
                "%s, %s%s, %s rank against alpha %s"
                        .formatted(
                                subject.model(),
                                subject.heads(),
                                restart.places(),
                                Labels.of(direction),
                                restart.alpha()));
        int compared = points.getFirst().agreement().top();
        Table table =
                new Table(
                        "alpha",
                        "first token",
                        "score",
                        "tau",
                        "top " + compared,
                        "L1 away",
                        "method",
                        "steps",
                        "residual",
                        "L1 error <=");
        for (Point point : points) {
            table.row(
                    String.valueOf(point.alpha()),
                    subject.named(point.leader()),
                    point.ranked().scores().mass(point.leader()),
                    tau(point.agreement()),
                    "%d/%d"
                            .formatted(
                                    Math.round(point.agreement().topOverlap() * compared),
                                    compared),
                    point.agreement().l1Distance(),
                    Labels.of(point.ranked().certificate().method()),
                    point.ranked().certificate().iterations(),
                    "%.1e".formatted(point.ranked().certificate().residual()),
                    "%.1e".formatted(point.ranked().certificate().errorBound()));
        }
        table.print(out);
        out.println();
        ranks(out);
        out.println();
        subject.remarks(structure).forEach(out::println);
        missing.forEach(none -> out.println(none.words()));
        List<Change> changes = changes();
        if (changes.isEmpty()) {
            out.println(
                    "the first token is %s throughout"
                            .formatted(subject.named(points.getFirst().leader())));
        }
        for (Change change : changes) {
            out.println(
                    "the first token changes at alpha %s: from %s to %s"
                            .formatted(
                                    change.alpha(),
                                    subject.named(change.from()),
                                    subject.named(change.to())));
        }
    }

    /// The rank of the reference's first tokens at each α.
    private void ranks(PrintWriter out) {
        List<String> header = new ArrayList<>(List.of("#", "token"));
        points.forEach(point -> header.add(String.valueOf(point.alpha())));
        List<List<Integer>> ranks = points.stream().map(Point::ranks).toList();
        Table table = new Table(header.toArray(String[]::new));
        for (int state : TokenRank.order(reference.scores()).stream().limit(top).toList()) {
            List<Object> row = new ArrayList<>();
            row.add(subject.chain().positions().get(state));
            row.add(subject.token(state).label());
            ranks.forEach(r -> row.add(r.get(state)));
            table.row(row.toArray());
        }
        table.print(out);
    }

    private static String tau(RankAgreement agreement) {
        OptionalDouble tau = agreement.kendallTau();
        return tau.isPresent() ? "%.3f".formatted(tau.getAsDouble()) : "-";
    }

    private static List<Double> boxed(Ranked ranked) {
        return Arrays.stream(ranked.scores().toArray()).boxed().toList();
    }

    private static List<Integer> ranks(Ranked ranked) {
        List<Integer> order = TokenRank.order(ranked.scores());
        Integer[] ranks = new Integer[order.size()];
        for (int r = 0; r < ranks.length; r++) {
            ranks[order.get(r)] = r + 1;
        }
        return List.of(ranks);
    }
}
