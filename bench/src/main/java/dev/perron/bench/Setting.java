package dev.perron.bench;

import java.nio.file.Path;

/// How a run of comparisons is made.
///
/// @param rounds of everything that is compared, at least 1
/// @param size of the chains
/// @param python the interpreter of the peers
/// @param scripts the folder with their scripts
record Setting(int rounds, Size size, String python, Path scripts) {
    /// Of the chains.
    enum Size {
        /// As the questions are put.
        FULL,
        /// Small, to see that everything works: no measurement.
        TINY
    }

    /// @throws IllegalArgumentException if `rounds` is below 1
    Setting {
        if (rounds < 1) {
            throw new IllegalArgumentException("%d rounds, must be at least 1".formatted(rounds));
        }
    }

    /// The number for this size.
    int choose(int full, int tiny) {
        return switch (size) {
            case FULL -> full;
            case TINY -> tiny;
        };
    }

    /// Seconds for which our own code is warmed up.
    double warmUp() {
        return switch (size) {
            case FULL -> 2;
            case TINY -> 0;
        };
    }
}
