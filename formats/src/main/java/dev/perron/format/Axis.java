package dev.perron.format;

import java.util.Arrays;
import java.util.Optional;

/// What one axis of an array of attention counts.
public enum Axis {
    /// Layers of the model.
    LAYER('l'),
    /// Samples of a batch.
    BATCH('b'),
    /// Heads of a layer.
    HEAD('h'),
    /// Queries, "dest": who attends.
    QUERY('q'),
    /// Keys, "src": what is attended to.
    KEY('k');

    private final char letter;

    Axis(char letter) {
        this.letter = letter;
    }

    /// As it is written in `l,h,q,k`.
    public char letter() {
        return letter;
    }

    static Optional<Axis> of(String letter) {
        return Arrays.stream(values())
                .filter(axis -> letter.equals(String.valueOf(axis.letter)))
                .findFirst();
    }
}
