package dev.perron.cli;

import dev.perron.figure.ColourScale;
import dev.perron.figure.Paint;
import dev.perron.figure.PlaneMap;
import dev.perron.figure.PlaneMap.Axis;
import dev.perron.figure.PlaneMap.Curve;
import dev.perron.figure.PlaneMap.Panel;
import dev.perron.figure.PlaneMap.Point;
import dev.perron.transformer.landscape.Basin;
import dev.perron.transformer.landscape.Canonical;

import java.util.ArrayList;
import java.util.List;

/// The canonical model drawn: its landscape with flow lines, and its basins.
final class CanonicalFigure {
    private static final double SIDE = 2;

    private CanonicalFigure() {}

    static PlaneMap of(CanonicalFlows flows) {
        Canonical model = flows.model();
        double gap = model.unigramLoss() - model.bigramLoss();
        ColourScale scale = ColourScale.upTo(4 * gap).withShape(ColourScale.Shape.SQUARE_ROOT);
        List<Curve> lines = new ArrayList<>();
        for (CanonicalFlows.Run run : flows.runs()) {
            lines.add(
                    new Curve(
                            "flow",
                            run.foretold() == Basin.UNIGRAM ? Paint.Role.ACCENT : Paint.Role.INK,
                            run.flow().points().stream()
                                    .map(p -> new Point(p.w(), p.e()))
                                    .toList()));
        }
        lines.addAll(minima(model));
        lines.add(
                new Curve("saddle", Paint.Role.ACCENT, List.of(new Point(Canonical.SADDLE_W, 0))));
        return new PlaneMap(
                "Canonical model, p = %s, q = %s".formatted(model.p(), model.q()),
                List.of(
                        "Flow lines end at a global minimum (dark) or at the unigram (orange);"
                                + " white: the global minima; square: the saddle at w = -0.707, e ="
                                + " 0."),
                new Axis("w", -SIDE, SIDE),
                new Axis("e", -SIDE, SIDE),
                List.of(
                        new Panel(
                                "Loss above the entropy rate, in nats",
                                (w, e) -> model.loss(e, w) - model.bigramLoss(),
                                scale,
                                lines),
                        new Panel(
                                "The same where flow from there ends: basins",
                                (w, e) -> model.basin(e, w) == Basin.UNIGRAM ? gap : 0,
                                scale,
                                lines)));
    }

    /// e above and below 0 along which the loss is least.
    private static List<Curve> minima(Canonical model) {
        List<Point> above = new ArrayList<>();
        List<Point> below = new ArrayList<>();
        for (int i = 0; i <= 400; i++) {
            double w = SIDE * (i / 200.0 - 1);
            double e = model.globalMinimum(w);
            if (e <= SIDE) {
                above.add(new Point(w, e));
                below.add(new Point(w, -e));
            }
        }
        return List.of(
                new Curve("minima", Paint.Role.MUTED, above),
                new Curve("minima", Paint.Role.MUTED, below));
    }
}
