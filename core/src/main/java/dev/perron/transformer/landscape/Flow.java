package dev.perron.transformer.landscape;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Gradient flow of the canonical model: de/dt = -∂L/∂e, dw/dt = -∂L/∂w, the bias always at its
/// best.
///
/// @param points on the way, from the start on, one a step
/// @param end where it ended
/// @param energyDrift the largest change of the energy on the way, which exact flow keeps; 0 on the
///   line w = 0
public record Flow(List<Point> points, End end, double energyDrift) {
    /// Relative error of a step.
    private static final double STEP_ERROR = 1e-10;

    private static final int MAX_STEPS = 200_000;

    /// A gradient no longer than this is the end.
    private static final double STILL = 1e-9;

    /// Copies the points.
    public Flow {
        points = List.copyOf(points);
    }

    /// A point on the way.
    ///
    /// @param time in nats per square of a unit of e
    /// @param e its first coordinate
    /// @param w its second
    /// @param loss there, in nats
    public record Point(double time, double e, double w, double loss) {}

    /// Where a flow ended.
    public sealed interface End {
        /// At rest, with the loss of the global minimum or of the unigram.
        ///
        /// @param basin which of them
        record Arrived(Basin basin) implements End {}

        /// Still moving after the largest number of steps.
        ///
        /// @param gradientNorm there
        record Underway(double gradientNorm) implements End {}
    }

    /// The last point.
    public Point last() {
        return points.getLast();
    }

    static Flow of(Canonical model, double e, double w) {
        if (!Double.isFinite(e) || !Double.isFinite(w)) {
            throw new IllegalArgumentException("start (%s, %s), must be finite".formatted(e, w));
        }
        List<Point> points = new ArrayList<>();
        points.add(new Point(0, e, w, model.loss(e, w)));
        double energy = Canonical.energy(e, w);
        double drift = 0;
        double step = 1e-3;
        Optional<End> end = end(model, points.getLast());
        for (int i = 0; i < MAX_STEPS && end.isEmpty(); i++) {
            Point last = points.getLast();
            double[] next = new double[2];
            double error =
                    DormandPrince.step(
                            model, new double[] {last.e(), last.w()}, step, STEP_ERROR, next);
            if (error <= 1) {
                points.add(
                        new Point(
                                last.time() + step,
                                next[0],
                                next[1],
                                model.loss(next[0], next[1])));
                end = end(model, points.getLast());
                if (w != 0) {
                    drift = Math.max(drift, Math.abs(Canonical.energy(next[0], next[1]) - energy));
                }
            }
            step *= Math.clamp(0.9 * Math.pow(error, -0.2), 0.2, 5);
        }
        Point last = points.getLast();
        return new Flow(
                points,
                end.orElseGet(() -> new End.Underway(model.slope(last.e(), last.w()).norm())),
                drift);
    }

    /// The end, if this is one. Near e = 0 every flow is slow; it has arrived there only if e
    /// shrinks.
    private static Optional<End> end(Canonical model, Point point) {
        Canonical.Slope slope = model.slope(point.e(), point.w());
        if (slope.norm() > STILL) {
            return Optional.empty();
        }
        if (model.p() + model.q() == 1) {
            return Optional.of(new End.Arrived(Basin.EITHER));
        }
        double gap = model.unigramLoss() - model.bigramLoss();
        if (point.loss() - model.bigramLoss() <= gap / 1000) {
            return Optional.of(new End.Arrived(Basin.GLOBAL));
        }
        boolean shrinks = point.e() * slope.e() >= 0;
        return shrinks ? Optional.of(new End.Arrived(Basin.UNIGRAM)) : Optional.empty();
    }
}
