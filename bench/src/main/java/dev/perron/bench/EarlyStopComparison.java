package dev.perron.bench;

import dev.perron.attention.AttentionHead;

import org.jgrapht.alg.scoring.PageRank;
import org.jgrapht.graph.DefaultDirectedWeightedGraph;
import org.jgrapht.graph.DefaultWeightedEdge;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// How right the rankings are that others stop at, on chains without a gap: errors, not times.
record EarlyStopComparison() implements Comparison {
    private static final int TOP = 20;
    private static final double ALPHA = 0.99;

    @Override
    public String name() {
        return "stops";
    }

    @Override
    public void compare(Setting setting, Consumer<Line> results) throws IOException {
        int[] sizes =
                setting.size() == Setting.Size.FULL ? new int[] {197, 1025, 4096} : new int[] {40};
        for (int n : sizes) {
            Batch batch = Batch.of(Chains.LOCAL_WINDOW, n, 1);
            AttentionHead head = batch.heads().getFirst();
            Ranking exact = Ranking.exact(head);
            Ranking ours = Ranking.of(head);
            try (Workspace workspace = Workspace.of(batch)) {
                judge(
                        "ours",
                        batch,
                        exact,
                        ours.scores().toArray(),
                        Optional.of(Target.atMost(Ranking.TOLERANCE)),
                        results);
                results.accept(
                        Line.Measured.of(
                                name(),
                                batch.name(),
                                "ours: products",
                                ours.certificate().iterations()));
                judge(
                        "JGraphT's default",
                        batch,
                        exact,
                        byJGraphT(head),
                        Optional.empty(),
                        results);
                besidePython(setting, batch, exact, workspace.folder(), results);
            }
        }
    }

    private void besidePython(
            Setting setting, Batch batch, Ranking exact, Path folder, Consumer<Line> results)
            throws IOException {
        switch (Peer.start(setting, "early_stops", folder, Cores.COUNT)) {
            case Peer.Absent(String why) ->
                    results.accept(
                            new Line.Skipped(
                                    name(), batch.name(), "NetworkX and the paper's rule", why));
            case Peer.Running peer -> {
                try (peer) {
                    double[][] answers = peer.answer();
                    judge(
                            "NetworkX's default",
                            batch,
                            exact,
                            answers[0],
                            Optional.empty(),
                            results);
                    judge(
                            "the paper's stop rule",
                            batch,
                            exact,
                            answers[1],
                            Optional.empty(),
                            results);
                    results.accept(
                            Line.Measured.of(
                                    name(),
                                    batch.name(),
                                    "the paper's stop rule: products, at most 200",
                                    peer.fact("steps")));
                }
            }
        }
    }

    private void judge(
            String whose,
            Batch batch,
            Ranking exact,
            double[] answer,
            Optional<Target> target,
            Consumer<Line> results) {
        if (Double.isNaN(answer[0])) {
            String why = "it gave up and has no answer";
            results.accept(new Line.Skipped(name(), batch.name(), whose, why));
            return;
        }
        results.accept(
                new Line.Measured(
                        name(),
                        batch.name(),
                        whose + ": L1 error",
                        exact.distance(answer),
                        target));
        Set<Integer> top = top(exact.scores().toArray());
        results.accept(
                Line.Measured.of(
                        name(),
                        batch.name(),
                        whose + ": of the true top 20 kept",
                        (double) top(answer).stream().filter(top::contains).count()));
    }

    private static Set<Integer> top(double[] scores) {
        return IntStream.range(0, scores.length)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer i) -> -scores[i]))
                .limit(TOP)
                .collect(Collectors.toSet());
    }

    private static double[] byJGraphT(AttentionHead head) {
        var graph =
                new DefaultDirectedWeightedGraph<Integer, DefaultWeightedEdge>(
                        DefaultWeightedEdge.class);
        int n = head.states();
        IntStream.range(0, n).forEach(graph::addVertex);
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                double weight = head.attention(i, j);
                if (weight > 0) {
                    graph.setEdgeWeight(graph.addEdge(i, j), weight);
                }
            }
        }
        var ranks = new PageRank<>(graph, ALPHA);
        return IntStream.range(0, n).mapToDouble(ranks::getVertexScore).toArray();
    }
}
