package dev.perron.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Repeats everything that is compared in turn, so that what disturbs the machine disturbs all of
/// it.
final class Rounds {
    private Rounds() {}

    /// Something that is done once and says how many seconds that took.
    @FunctionalInterface
    interface Repetition {
        double seconds();
    }

    /// The samples of each repetition.
    ///
    /// @param rounds at least 1
    /// @return `[repetition]`
    static List<Samples> of(int rounds, Repetition... repetitions) {
        List<List<Double>> seconds =
                Stream.of(repetitions).<List<Double>>map(_ -> new ArrayList<>()).toList();
        for (int round = 0; round < rounds; round++) {
            for (int k = 0; k < repetitions.length; k++) {
                seconds.get(k).add(repetitions[k].seconds());
            }
        }
        return seconds.stream().map(Samples::new).toList();
    }
}
