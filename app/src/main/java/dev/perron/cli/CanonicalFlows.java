package dev.perron.cli;

import dev.perron.transformer.KnownSource;
import dev.perron.transformer.landscape.Basin;
import dev.perron.transformer.landscape.Canonical;
import dev.perron.transformer.landscape.Flow;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/// The canonical model of a binary source, and gradient flow of it from random starts.
///
/// @param model of the source
/// @param startDeviation of the Gaussian start that a chance is asked for
/// @param runs the flows
record CanonicalFlows(Canonical model, double startDeviation, List<Run> runs) {
    /// Copies the flows.
    CanonicalFlows {
        runs = List.copyOf(runs);
    }

    /// One flow.
    ///
    /// @param foretold by the energy at the start
    record Run(Flow flow, Basin foretold) {
        boolean asForetold() {
            return flow.end().equals(new Flow.End.Arrived(foretold));
        }
    }

    /// Whether there is a canonical model of a source: binary, of order 1, p and q inside (0, 1).
    static boolean canonical(KnownSource source) {
        return source.symbols() == 2
                && source.order() == 1
                && inside(source.next(0).mass(1))
                && inside(source.next(1).mass(0));
    }

    private static boolean inside(double x) {
        return x > 0 && x < 1;
    }

    /// Those of a source, if it has a canonical model.
    static Optional<CanonicalFlows> of(
            KnownSource source, double startDeviation, int flows, double flowDeviation, long seed) {
        if (!canonical(source)) {
            return Optional.empty();
        }
        Canonical model = new Canonical(source.next(0).mass(1), source.next(1).mass(0));
        SplittableRandom random = new SplittableRandom(seed);
        List<Run> runs = new ArrayList<>();
        for (int i = 0; i < flows; i++) {
            double e = flowDeviation * random.nextGaussian();
            double w = flowDeviation * random.nextGaussian();
            runs.add(new Run(model.flow(e, w), model.basin(e, w)));
        }
        return Optional.of(new CanonicalFlows(model, startDeviation, runs));
    }

    long asForetold() {
        return runs.stream().filter(Run::asForetold).count();
    }

    long toGlobal() {
        return runs.stream().filter(run -> run.foretold() == Basin.GLOBAL).count();
    }

    double largestDrift() {
        return runs.stream().mapToDouble(run -> run.flow().energyDrift()).max().orElse(0);
    }

    Map<String, Object> document() {
        return Json.object(
                "saddle",
                Json.object(
                        "e", 0.0,
                        "w", Canonical.SADDLE_W,
                        "energy", Canonical.SADDLE_ENERGY),
                "startStd",
                startDeviation,
                "probabilityOfGlobal",
                model.probabilityOfGlobal(startDeviation),
                "flows",
                runs.size(),
                "asForetold",
                asForetold(),
                "toGlobal",
                toGlobal(),
                "largestEnergyDrift",
                largestDrift(),
                "runs",
                runs.stream().map(CanonicalFlows::document).toList());
    }

    private static Map<String, Object> document(Run run) {
        Flow.Point first = run.flow().points().getFirst();
        Flow.Point last = run.flow().last();
        return Json.object(
                "start",
                List.of(first.e(), first.w()),
                "end",
                List.of(last.e(), last.w()),
                "loss",
                last.loss(),
                "foretold",
                word(run.foretold()),
                "found",
                switch (run.flow().end()) {
                    case Flow.End.Arrived(Basin basin) -> word(basin);
                    case Flow.End.Underway _ -> "underway";
                },
                "energyDrift",
                run.flow().energyDrift());
    }

    private static String word(Basin basin) {
        return switch (basin) {
            case GLOBAL -> "bigram";
            case UNIGRAM -> "unigram";
            case EITHER -> "either";
        };
    }
}
