package dev.perron.figure;

/// Values `[row, column]` that a figure reads when it is drawn.
@FunctionalInterface
public interface Matrix {
    /// The entry of a row and a column, finite; not negative but where differences are drawn.
    double at(int row, int column);
}
