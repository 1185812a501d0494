package dev.perron.chain;

import dev.perron.chain.spectrum.Eigenvalue;

import java.util.ArrayList;
import java.util.List;

/// What AssertJ has no words for: distributions that agree in every entry, however small, and
/// spectra, which have no order. Both fail in [ChainAssertTest].
public final class ChainAssert {
    private ChainAssert() {}

    /// Every entry within `relative` of what is expected, zeros exact.
    public static void assertEveryEntry(Distribution actual, double relative, double... expected) {
        if (actual.states() != expected.length) {
            throw new AssertionError(
                    "%d states, expected %d".formatted(actual.states(), expected.length));
        }
        for (int i = 0; i < expected.length; i++) {
            if (!(Math.abs(actual.mass(i) - expected[i]) <= relative * expected[i])) {
                throw new AssertionError(
                        "mass[%d] = %s, expected %s within %s of itself"
                                .formatted(i, actual.mass(i), expected[i], relative));
            }
        }
    }

    /// ‖actual - expected‖₁ at most `allowed`.
    public static void assertWithin(Distribution actual, Distribution expected, double allowed) {
        double distance = 2 * actual.distanceTo(expected);
        if (!(distance <= allowed)) {
            throw new AssertionError(
                    "%s from what is expected in the L1 norm, allowed %s"
                            .formatted(distance, allowed));
        }
    }

    /// The same eigenvalues as often, each within `tolerance`: the nearest ones are paired off.
    public static void assertSpectrum(
            List<Eigenvalue> actual, double tolerance, List<Eigenvalue> expected) {
        if (actual.size() != expected.size()) {
            throw new AssertionError(
                    "%d eigenvalues, expected %d".formatted(actual.size(), expected.size()));
        }
        List<Eigenvalue> left = new ArrayList<>(actual);
        for (Eigenvalue wanted : expected) {
            Eigenvalue nearest = left.getFirst();
            for (Eigenvalue candidate : left) {
                if (distance(candidate, wanted) < distance(nearest, wanted)) {
                    nearest = candidate;
                }
            }
            if (!(distance(nearest, wanted) <= tolerance)) {
                throw new AssertionError(
                        "no eigenvalue within %s of %s, the nearest one left is %s"
                                .formatted(tolerance, wanted, nearest));
            }
            left.remove(nearest);
        }
    }

    public static double distance(Eigenvalue a, Eigenvalue b) {
        return Math.hypot(a.real() - b.real(), a.imaginary() - b.imaginary());
    }
}
