package dev.perron.attention.model;

/// In which form a layer's heads are wanted.
public enum HeadForm {
    /// Rows of attention, as the model makes them.
    ROWS,
    /// Q and K, from which rows are made when they are needed.
    QUERIES_AND_KEYS,
    /// Whichever takes less memory; rows where Q and K can't be had.
    SMALLER
}
