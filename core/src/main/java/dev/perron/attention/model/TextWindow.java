package dev.perron.attention.model;

/// A part of a text that goes through a model by itself, as a text that is longer than the model's
/// context must.
///
/// @param number of the part, from 0
/// @param start how many tokens of the text come before its first one, special ones not counted
/// @param tokens of the part, with all special tokens of the whole text around them
public record TextWindow(int number, int start, TextInput tokens) {
    /// Checked.
    ///
    /// @throws IllegalArgumentException if a number is negative
    public TextWindow {
        if (number < 0 || start < 0) {
            throw new IllegalArgumentException(
                    "window %d from token %d, must be from 0".formatted(number, start));
        }
    }
}
