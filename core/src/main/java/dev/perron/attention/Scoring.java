package dev.perron.attention;

import java.util.Optional;

/// How scores are made from queries and keys: `q(i)·k(j)·scale`, and what is added to that, of the
/// keys that a query sees.
///
/// @param seen which keys a query may attend to
/// @param scale what q·k is multiplied by, from -1e100 to 1e100: with floats no score can overflow
/// @param added to the scores of a layer
public record Scoring(SeenKeys seen, double scale, Optional<AddedScores> added) {
    private static final double LARGEST_SCALE = 1e100;

    /// Checked.
    ///
    /// @throws IllegalArgumentException if the scale isn't in its bounds
    public Scoring {
        if (!(Math.abs(scale) <= LARGEST_SCALE)) {
            throw new IllegalArgumentException(
                    "scale = %s, must be from -1e100 to 1e100".formatted(scale));
        }
    }

    /// With nothing added.
    ///
    /// @throws IllegalArgumentException if the scale isn't in its bounds
    public static Scoring of(SeenKeys seen, double scale) {
        return new Scoring(seen, scale, Optional.empty());
    }

    /// The same with this added.
    public Scoring plus(AddedScores more) {
        return new Scoring(seen, scale, Optional.of(more));
    }
}
