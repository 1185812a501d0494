package dev.perron.cli;

import dev.perron.attention.Certificate;
import dev.perron.attention.Direction;
import dev.perron.chain.Structure;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/// How values are called and shown on the command line.
final class Labels {
    private static final int BAR = 24;
    private static final String EIGHTHS = " ▏▎▍▌▋▊▉";

    private Labels() {}

    static String of(Certificate.Method method) {
        return method.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    static String of(Direction direction) {
        return direction.name().toLowerCase(Locale.ROOT);
    }

    /// How a ranking was computed and how good it is, as a document says it.
    ///
    /// @param tolerance that an iteration had to meet
    static Map<String, Object> certificate(
            Certificate certificate, boolean converged, double tolerance) {
        return Json.object(
                "method",
                of(certificate.method()),
                "converged",
                converged,
                "iterations",
                certificate.iterations(),
                "residual",
                certificate.residual(),
                "errorBound",
                certificate.errorBound(),
                "tolerance",
                switch (certificate.method()) {
                    case POWER_ITERATION, KRYLOV -> tolerance;
                    case TRIANGULAR_SOLVE, ELIMINATION -> null;
                });
    }

    /// How a ranking was computed and how good it is, in words.
    static String certificate(Certificate certificate, boolean converged) {
        String how =
                switch (certificate.method()) {
                    case POWER_ITERATION ->
                            "%s by power iteration, %d iterations"
                                    .formatted(
                                            converged ? "converged" : "NOT CONVERGED",
                                            certificate.iterations());
                    case KRYLOV ->
                            "%s by a Krylov method, %d products"
                                    .formatted(
                                            converged ? "converged" : "NOT CONVERGED",
                                            certificate.iterations());
                    case TRIANGULAR_SOLVE -> "exact by " + of(certificate.method());
                    case ELIMINATION ->
                            certificate.iterations() == 0
                                    ? "exact by elimination"
                                    : "exact by elimination after %d slow iterations"
                                            .formatted(certificate.iterations());
                };
        return "%s, residual %.1e, L1 error at most %.1e"
                .formatted(how, certificate.residual(), certificate.errorBound());
    }

    /// A bar of up to 24 characters, `part` from 0 to 1.
    static String bar(double part) {
        int eighths = (int) Math.round(part * BAR * 8);
        String rest = eighths % 8 == 0 ? "" : EIGHTHS.substring(eighths % 8, eighths % 8 + 1);
        return "█".repeat(eighths / 8) + rest;
    }

    /// What every document says about how the states hang together.
    static Map<String, Object> structure(Structure structure, Subject subject) {
        return Json.object(
                "causal",
                subject.states() > 1 && subject.transition().lowerTriangular(),
                "reducible",
                !structure.irreducible(),
                "recurrentClasses",
                structure.recurrent().size(),
                "absorbing",
                subject.states() == 1
                        ? List.of()
                        : structure.absorbing().stream().map(subject::entry).toList());
    }
}
