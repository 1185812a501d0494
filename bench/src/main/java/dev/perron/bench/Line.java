package dev.perron.bench;

import java.util.Optional;

/// A line of the results.
sealed interface Line {
    /// The comparison's name.
    String row();

    /// Kind and size of the chains.
    String data();

    /// Our seconds beside others, of the same rounds.
    ///
    /// @param ours seconds
    /// @param beside whose the other seconds are
    /// @param theirs seconds
    /// @param ratio of the medians: ours to theirs for a target that is at most something, and
    ///   otherwise theirs to ours
    /// @param target what was asked, if anything
    record Timed(
            String row,
            String data,
            Samples ours,
            String beside,
            Samples theirs,
            double ratio,
            Optional<Target> target)
            implements Line {
        static Timed faster(
                String row,
                String data,
                Samples ours,
                String beside,
                Samples theirs,
                Optional<Target> target) {
            double ratio = theirs.median() / ours.median();
            return new Timed(row, data, ours, beside, theirs, ratio, target);
        }

        static Timed timesTheFloor(
                String row, String data, Samples ours, String floor, Samples theirs, Target most) {
            double ratio = ours.median() / theirs.median();
            return new Timed(row, data, ours, floor, theirs, ratio, Optional.of(most));
        }
    }

    /// A number that isn't seconds: an error, products, an exponent.
    ///
    /// @param what it is, in words
    /// @param target what was asked, if anything
    record Measured(String row, String data, String what, double value, Optional<Target> target)
            implements Line {
        static Measured of(String row, String data, String what, double value) {
            return new Measured(row, data, what, value, Optional.empty());
        }
    }

    /// What was not measured.
    ///
    /// @param beside with whom it would have been compared
    /// @param why it wasn't
    record Skipped(String row, String data, String beside, String why) implements Line {}
}
