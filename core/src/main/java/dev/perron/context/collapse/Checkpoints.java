package dev.perron.context.collapse;

import java.util.List;
import java.util.TreeSet;

/// Context lengths at which runs are looked at, ascending.
///
/// @param times t, at least one, positive
public record Checkpoints(List<Integer> times) {
    /// Copies the list.
    ///
    /// @throws IllegalArgumentException if it is empty, not ascending, or begins below 1
    public Checkpoints {
        times = List.copyOf(times);
        int before = 0;
        for (int time : times) {
            if (time <= before) {
                throw new IllegalArgumentException(
                        "times %s, must be positive and ascending".formatted(times));
            }
            before = time;
        }
        if (before == 0) {
            throw new IllegalArgumentException("no times, must be at least 1");
        }
    }

    /// About `perDecade` times a factor of ten, evenly on the log scale, both ends among them.
    ///
    /// @throws IllegalArgumentException if the ends aren't 1 <= from < to, or `perDecade` is below
    ///   1
    public static Checkpoints logarithmic(int from, int to, int perDecade) {
        if (from < 1 || to <= from || perDecade < 1) {
            throw new IllegalArgumentException(
                    "from %d to %d, %d a decade, must be 1 <= from < to and at least 1"
                            .formatted(from, to, perDecade));
        }
        int parts = Math.max(1, (int) Math.round(Math.log10((double) to / from) * perDecade));
        TreeSet<Integer> times = new TreeSet<>(List.of(from, to));
        for (int i = 1; i < parts; i++) {
            times.add((int) Math.round(from * Math.pow((double) to / from, (double) i / parts)));
        }
        return new Checkpoints(List.copyOf(times));
    }

    /// The last time.
    public int last() {
        return times.getLast();
    }
}
