package dev.perron.attention;

/// Along which way of attention importance flows.
public enum Direction {
    /// From query to key: a token is important if important tokens attend to it ("sink").
    INCOMING,
    /// From key to query: a token is important if it attends to important tokens ("source").
    OUTGOING
}
