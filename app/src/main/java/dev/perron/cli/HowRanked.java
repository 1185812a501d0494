package dev.perron.cli;

import dev.perron.attention.Certificate;

import java.util.List;
import java.util.Map;

/// How scores were computed, and how good they are.
sealed interface HowRanked {
    /// What a document says.
    Map<String, Object> facts();

    /// In words.
    String words();

    /// Of a table: method, whether it converged, iterations, residual, error bound.
    List<Object> cells();

    /// A stationary distribution.
    ///
    /// @param tolerance that an iteration had to meet
    record Stationary(Certificate certificate, boolean converged, double tolerance)
            implements HowRanked {
        @Override
        public Map<String, Object> facts() {
            return Labels.certificate(certificate, converged, tolerance);
        }

        @Override
        public String words() {
            return Labels.certificate(certificate, converged);
        }

        @Override
        public List<Object> cells() {
            return List.of(
                    Labels.of(certificate.method()),
                    converged,
                    certificate.iterations(),
                    certificate.residual(),
                    certificate.errorBound());
        }
    }

    /// A baseline that goes through layers; nothing is iterated.
    ///
    /// @param method rollout or flow
    /// @param layers that it went through
    record Through(String method, List<Integer> layers) implements HowRanked {
        @Override
        public Map<String, Object> facts() {
            return Json.object("method", method, "layersThrough", layers);
        }

        @Override
        public String words() {
            return "attention %s through layers %d to %d, half of each past its attention; no chain's stationary distribution"
                    .formatted(method, layers.getFirst(), layers.getLast());
        }

        @Override
        public List<Object> cells() {
            return List.of(method, true, 0, "", "");
        }
    }
}
