package dev.perron.chain;

import java.util.List;

/// States that reach one another.
///
/// @param states ascending, not empty
/// @param recurrent whether the chain can never leave them; otherwise they are transient
/// @param period greatest common divisor of the lengths of their cycles; 0 for a single state that
///   never returns to itself, which has none
public record CommunicatingClass(List<Integer> states, boolean recurrent, int period) {
    /// Copies the states.
    public CommunicatingClass {
        states = List.copyOf(states);
    }

    /// Whether this is one state that the chain never leaves.
    public boolean absorbing() {
        return recurrent && states.size() == 1;
    }
}
