package dev.perron.figure;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/// Random stochastic matrices and figures of every kind on them.
final class Examples {
    static final List<String> WORDS = List.of("the", "quick", "brown", "fox", "jumps", "lazy");

    private Examples() {}

    static double[][] stochastic(int n) {
        Random random = new Random(n);
        double[][] a = new double[n][n];
        for (double[] row : a) {
            Arrays.setAll(row, j -> Math.exp(2 * random.nextGaussian()));
            double sum = Arrays.stream(row).sum();
            Arrays.setAll(row, j -> row[j] / sum);
        }
        return a;
    }

    static List<Label> labels(int n) {
        List<Label> labels = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            labels.add(new Label(WORDS.get(i % WORDS.size()), i == 0));
        }
        return labels;
    }

    static TokenStrip strip(int n) {
        return TokenStrip.of("Strip", labels(n), stochastic(n)[0]);
    }

    static Heatmap heatmap(int n) {
        double[][] a = stochastic(n);
        return Heatmap.of("Heatmap", labels(n), (i, j) -> a[i][j]);
    }

    static PairMap differences(int n) {
        double[][] a = stochastic(n);
        return PairMap.ofDifferences(
                "Differences", labels(n), (i, j) -> a[i][j] - a[(i + 1) % n][j], "A note.");
    }

    static BounceStrip bounces(int n) {
        double[][] a = stochastic(n);
        List<List<Double>> rows = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            rows.add(Arrays.stream(a[i % n]).boxed().toList());
        }
        return BounceStrip.of("Bounces", labels(n), rows)
                .withLimit(Collections.nCopies(n, 1.0 / n));
    }

    static BumpChart bumps(int n) {
        double[][] a = stochastic(n);
        List<BumpChart.Column> columns = new ArrayList<>();
        for (int c = 0; c < 3; c++) {
            columns.add(
                    new BumpChart.Column(
                            "α " + c,
                            c == 1 ? "" : "τ 1",
                            Arrays.stream(a[c % n]).boxed().toList()));
        }
        return BumpChart.of("Bumps", labels(n), columns, 10);
    }

    static HeadWall wall(int layers, int heads) {
        Random random = new Random(layers);
        List<Integer> numbers = new ArrayList<>();
        List<List<Double>> values = new ArrayList<>();
        for (int l = 0; l < layers; l++) {
            numbers.add(2 * l + 1);
            List<Double> row = new ArrayList<>();
            for (int h = 0; h < heads; h++) {
                row.add(random.nextDouble());
            }
            values.add(row);
        }
        return HeadWall.ofLambda2("Wall", numbers, values);
    }

    static PlaneMap plane(int n) {
        List<PlaneMap.Point> line = new ArrayList<>();
        for (int i = 0; i <= n; i++) {
            line.add(new PlaneMap.Point(2.0 * i / n - 1, Math.sin(i)));
        }
        return new PlaneMap(
                "Plane",
                List.of("A note."),
                new PlaneMap.Axis("x", -1, 1),
                new PlaneMap.Axis("y", -1, 1),
                List.of(
                        new PlaneMap.Panel(
                                "Radius",
                                Math::hypot,
                                ColourScale.UNIT,
                                List.of(
                                        new PlaneMap.Curve("line", Paint.Role.INK, line),
                                        new PlaneMap.Curve(
                                                "origin",
                                                Paint.Role.ACCENT,
                                                List.of(new PlaneMap.Point(0, 0))),
                                        new PlaneMap.Curve(
                                                "outside",
                                                Paint.Role.ACCENT,
                                                List.of(new PlaneMap.Point(0, 3)))))));
    }

    static List<Drawing> all(int n) {
        return List.of(
                strip(n).draw(),
                heatmap(n).draw(),
                differences(n).draw(),
                differences(n).withGroups(List.of(1, n - 1)).draw(),
                bounces(n).draw(),
                bumps(n).draw(),
                wall(2, 3).draw(),
                plane(n).draw());
    }
}
