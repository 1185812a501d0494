package dev.perron.cli;

import dev.perron.attention.TokenRank;
import dev.perron.chain.Distribution;
import dev.perron.figure.Drawing;
import dev.perron.figure.Label;
import dev.perron.figure.TokenStrip;

import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// A ranking, whether good enough or not.
///
/// @param question what was asked
/// @param restart at which α
/// @param most tokens that a table shows at most
/// @param scores of the states
/// @param how they were computed
record RankAnswer(
        RankQuestion question,
        RestartOptions restart,
        SweepOptions most,
        Distribution scores,
        HowRanked how)
        implements Answer {
    static final List<String> COLUMNS =
            List.of(
                    "layer",
                    "head",
                    "token_index",
                    "token",
                    "special",
                    "score",
                    "rank",
                    "alpha",
                    "direction",
                    "method",
                    "converged",
                    "iterations",
                    "residual",
                    "error_bound");

    private Subject subject() {
        return question.subject();
    }

    /// Each state's rank, from 1.
    private int[] ranks() {
        List<Integer> order = TokenRank.order(scores);
        int[] ranks = new int[order.size()];
        for (int r = 0; r < ranks.length; r++) {
            ranks[order.get(r)] = r + 1;
        }
        return ranks;
    }

    @Override
    public List<String> columns() {
        return COLUMNS;
    }

    @Override
    public void csv(Csv csv) {
        List<Object> computed = how.cells();
        int[] ranks = ranks();
        for (int i = 0; i < subject().states(); i++) {
            Map<String, Object> token = subject().entry(i);
            csv.row(
                    subject().layerName(),
                    subject().headName(),
                    token.get("index"),
                    token.get("token"),
                    token.get("special"),
                    scores.mass(i),
                    ranks[i],
                    restart.alpha(),
                    Labels.of(question.ranking().direction()),
                    computed.get(0),
                    computed.get(1),
                    computed.get(2),
                    computed.get(3),
                    computed.get(4));
        }
    }

    @Override
    public Map<String, Object> document() {
        Map<String, Object> content = subject().description();
        content.putAll(restart.description());
        content.put("direction", Labels.of(question.ranking().direction()));
        content.putAll(how.facts());
        content.putAll(Labels.structure(question.structure(), subject()));
        int[] ranks = ranks();
        content.put(
                "tokens",
                IntStream.range(0, subject().states())
                        .mapToObj(
                                i -> subject().entry(i, "score", scores.mass(i), "rank", ranks[i]))
                        .toList());
        return Json.document("rank", content);
    }

    @Override
    public void text(PrintWriter out) {
        List<Integer> ranking = TokenRank.order(scores);
        double largest = scores.mass(ranking.getFirst());
        Table table = new Table("rank", "#", "token", "score", "");
        int shown = most.shown(ranking.size());
        for (int r = 0; r < shown; r++) {
            int state = ranking.get(r);
            double score = scores.mass(state);
            table.row(
                    r + 1,
                    subject().chain().positions().get(state),
                    subject().token(state).label(),
                    score,
                    Labels.bar(score / largest));
        }
        out.println(subject().model() + ", " + subject().heads() + ", " + restart.words());
        table.print(out);
        if (shown < ranking.size()) {
            out.println("... and %d more".formatted(ranking.size() - shown));
        }
        out.println();
        for (String remark : subject().remarks(question.structure())) {
            out.println(remark);
        }
        out.println(how.words());
    }

    private String title() {
        return switch (how) {
            case HowRanked.Stationary _ ->
                    "TokenRank, " + Labels.of(question.ranking().direction());
            case HowRanked.Through(String method, _) -> "Attention " + method;
        };
    }

    @Override
    public Drawing figure() {
        double[] masses = scores.toArray();
        String heads = subject().model() + ", " + subject().heads();
        return subject()
                .source()
                .picture()
                .map(
                        picture ->
 picture.over(title(), subject(), masses, heads, how.words()).draw())
                .orElseGet(
                        () ->
                                TokenStrip.of(title(), Label.of(subject().tokens()), masses)
                                        .withNotes(heads, how.words())
                                        .draw());
    }
}
