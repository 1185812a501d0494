package dev.perron.figure;

import dev.perron.figure.Mark.Polyline.Point;
import dev.perron.vision.PixelMap;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Where a map has a given value, as lines: marching squares between the centres of pixels.
final class ContourLines {
    private final PixelMap map;
    private final double level;
    private final Map<Long, Cut> cuts = new LinkedHashMap<>(); // by their edges of the lattice

    /// Where the level cuts an edge of the lattice, and to which such places lines go on from
    /// there: two at most, one a square beside it.
    private static final class Cut {
        private final Point place;
        private final List<Cut> onward = new ArrayList<>();

        Cut(Point place) {
            this.place = place;
        }
    }

    private ContourLines(PixelMap map, double level) {
        this.map = map;
        this.level = level;
    }

    /// A line through points; closed ones end where they begin.
    record Contour(List<Point> points, boolean closed) {}

    /// The lines of a level, in pixels of the map.
    static List<Contour> of(PixelMap map, double level) {
        ContourLines lines = new ContourLines(map, level);
        for (int y = 0; y + 1 < map.height(); y++) {
            for (int x = 0; x + 1 < map.width(); x++) {
                lines.square(x, y);
            }
        }
        return lines.joined();
    }

    private void square(int x, int y) {
        boolean a = map.at(x, y) > level;
        boolean b = map.at(x + 1, y) > level;
        boolean c = map.at(x + 1, y + 1) > level;
        boolean d = map.at(x, y + 1) > level;
        List<Cut> cut = new ArrayList<>();
        if (a != b) {
            cut.add(edge(x, y, true));
        }
        if (b != c) {
            cut.add(edge(x + 1, y, false));
        }
        if (c != d) {
            cut.add(edge(x, y + 1, true));
        }
        if (d != a) {
            cut.add(edge(x, y, false));
        }
        if (cut.size() == 2) {
            join(cut.get(0), cut.get(1));
        } else if (cut.size() == 4) { // a saddle: its middle decides
            double middle =
                    (map.at(x, y) + map.at(x + 1, y) + map.at(x, y + 1) + map.at(x + 1, y + 1)) / 4;
            boolean aroundA = middle > level != a;
            join(cut.get(0), cut.get(aroundA ? 3 : 1));
            join(cut.get(2), cut.get(aroundA ? 1 : 3));
        }
    }

    /// The edge from (x, y) to the right or down, and where the level is on it.
    private Cut edge(int x, int y, boolean across) {
        return cuts.computeIfAbsent(
                ((long) y * map.width() + x) * 2 + (across ? 1 : 0),
                _ -> {
                    double from = map.at(x, y);
                    double to = across ? map.at(x + 1, y) : map.at(x, y + 1);
                    double part = (level - from) / (to - from);
                    return new Cut(
                            new Point(
                                    x + 0.5 + (across ? part : 0), y + 0.5 + (across ? 0 : part)));
                });
    }

    private static void join(Cut from, Cut to) {
        from.onward.add(to);
        to.onward.add(from);
    }

    private List<Contour> joined() {
        List<Contour> contours = new ArrayList<>();
        for (Cut start : cuts.values()) {
            if (start.onward.isEmpty()) {
                continue;
            }
            Deque<Point> points = new ArrayDeque<>(List.of(start.place));
            boolean closed = follow(start, points, true).equals(start);
            if (!closed) {
                follow(start, points, false);
            }
            contours.add(new Contour(thinned(List.copyOf(points)), closed));
        }
        return contours;
    }

    /// Walks from a cut as far as it goes, and takes up what it walks on.
    private static Cut follow(Cut start, Deque<Point> points, boolean forward) {
        Cut at = start;
        while (!at.onward.isEmpty()) {
            Cut next = at.onward.removeFirst();
            next.onward.remove(at);
            if (next.equals(start)) {
                return start;
            }
            if (forward) {
                points.addLast(next.place);
            } else {
                points.addFirst(next.place);
            }
            at = next;
        }
        return at;
    }

    /// Points that are nearer than a pixel and a half to the one before say nothing more.
    private static List<Point> thinned(List<Point> points) {
        List<Point> kept = new ArrayList<>(List.of(points.getFirst()));
        for (int i = 1; i < points.size(); i++) {
            Point last = kept.getLast();
            Point point = points.get(i);
            boolean far = Math.hypot(point.x() - last.x(), point.y() - last.y()) >= 1.5;
            if (far || i == points.size() - 1) {
                kept.add(point);
            }
        }
        return kept;
    }
}
