package dev.perron.figure;

import dev.perron.figure.Mark.Anchor;
import dev.perron.figure.Mark.Group;
import dev.perron.figure.Mark.Line;
import dev.perron.figure.Mark.Rect;
import dev.perron.figure.Mark.Text;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Graphs on the same nodes, side by side: nodes on a circle, coloured by the part of the graph
/// that they are in, edges as lines.
///
/// @param title one line
/// @param notes sentences below the title
/// @param nodes their names, at least one
/// @param graphs at least one
public record GraphMap(String title, List<String> notes, List<String> nodes, List<Graph> graphs) {
    private static final double SIDE = 240;
    private static final int ACROSS = 3;

    /// One graph.
    ///
    /// @param name above it
    /// @param part of each node, from 0
    /// @param edges pairs of nodes
    /// @param missing edges that would join the parts, drawn in the accent colour
    public record Graph(String name, List<Integer> part, List<Edge> edges, List<Edge> missing) {
        /// Copies the lists.
        public Graph {
            part = List.copyOf(part);
            edges = List.copyOf(edges);
            missing = List.copyOf(missing);
        }
    }

    /// Two nodes that are joined.
    public record Edge(int a, int b) {}

    /// Checks and copies.
    ///
    /// @throws IllegalArgumentException if there are no nodes or graphs, or a graph has other nodes
    public GraphMap {
        notes = List.copyOf(notes);
        nodes = List.copyOf(nodes);
        graphs = List.copyOf(graphs);
        int n = nodes.size();
        if (n == 0 || graphs.isEmpty()) {
            throw new IllegalArgumentException(
                    "%d nodes, %d graphs, must be at least 1 each".formatted(n, graphs.size()));
        }
        if (graphs.stream().anyMatch(graph -> graph.part().size() != n)) {
            throw new IllegalArgumentException("a graph has other nodes, must have " + n);
        }
    }

    /// The picture.
    public Drawing draw() {
        int across = Math.min(ACROSS, graphs.size());
        Sheet sheet = new Sheet(Math.max(420, across * (SIDE + 20) + 2 * Sheet.MARGIN));
        sheet.title(title);
        notes.forEach(sheet::note);
        sheet.down(8);
        for (int g = 0; g < graphs.size(); g++) {
            double left = Sheet.MARGIN + g % across * (SIDE + 20);
            sheet.add(
                    new Group(
                            graphs.get(g).name(),
                            Map.of("graph", String.valueOf(g)),
                            marks(graphs.get(g), left, sheet.y())));
            sheet.reach(left + SIDE);
            if (g % across == across - 1 || g == graphs.size() - 1) {
                sheet.down(SIDE + 28);
            }
        }
        return sheet.finish(
                title,
                "%d graphs on the nodes %s.".formatted(graphs.size(), String.join(", ", nodes)));
    }

    private List<Mark> marks(Graph graph, double left, double top) {
        int n = nodes.size();
        double middleX = left + SIDE / 2;
        double middleY = top + 20 + SIDE / 2;
        double radius = SIDE / 2 - 26;
        double[] x = new double[n];
        double[] y = new double[n];
        for (int i = 0; i < n; i++) {
            double angle = 2 * Math.PI * i / n - Math.PI / 2;
            x[i] = middleX + radius * Math.cos(angle);
            y[i] = middleY + radius * Math.sin(angle);
        }
        List<Mark> marks = new ArrayList<>();
        marks.add(Text.mono(left, top + 14, Label.sentence(graph.name(), 34), 11).strong());
        for (Edge edge : graph.edges()) {
            marks.add(line(x, y, edge, Paint.Role.MUTED));
        }
        for (Edge edge : graph.missing()) {
            marks.add(line(x, y, edge, Paint.Role.ACCENT));
        }
        for (int i = 0; i < n; i++) {
            marks.add(
                    Rect.of(x[i] - 4, y[i] - 4, 8, 8)
                            .rounded(4)
                            .filled(Hues.of(graph.part().get(i)))
                            .named("node", String.valueOf(i)));
            if (n <= 40) {
                marks.add(
                        Text.mono(
                                        x[i] + (x[i] - middleX) / radius * 14,
                                        y[i] + (y[i] - middleY) / radius * 14 + 3.5,
                                        new Label(nodes.get(i), false).visible(6),
                                        10)
                                .at(Anchor.MIDDLE));
            }
        }
        return marks;
    }

    private static Line line(double[] x, double[] y, Edge edge, Paint paint) {
        return new Line(x[edge.a()], y[edge.a()], x[edge.b()], y[edge.b()], paint, Map.of());
    }
}
