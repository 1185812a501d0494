package dev.perron.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/// Repeats everything that is compared in turn, so that what disturbs the machine disturbs all of
/// it. Each waits a moment first: the threads of a peer's OpenMP go on spinning for some
/// milliseconds after its work is done, and would be measured with ours.
final class Rounds {
    private static final long MOMENT = 200_000_000; // ns

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
                LockSupport.parkNanos(MOMENT);
                seconds.get(k).add(repetitions[k].seconds());
            }
        }
        return seconds.stream().map(Samples::new).toList();
    }
}
