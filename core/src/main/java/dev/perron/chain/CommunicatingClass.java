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
    ///
    /// @throws IllegalArgumentException if there are none, they don't ascend, or the period isn't
    ///   one that a class of so many states can have
    public CommunicatingClass {
        states = List.copyOf(states);
        if (states.isEmpty()) {
            throw new IllegalArgumentException("no states, must be at least 1");
        }
        for (int i = 1; i < states.size(); i++) {
            if (states.get(i) <= states.get(i - 1)) {
                throw new IllegalArgumentException("states " + states + ", must be ascending");
            }
        }
        boolean mayBeZero = states.size() == 1 && !recurrent;
        if (period < (mayBeZero ? 0 : 1) || period > states.size()) {
            throw new IllegalArgumentException(
                    "period = %d, must be from %d to %d"
                            .formatted(period, mayBeZero ? 0 : 1, states.size()));
        }
    }

    /// Whether this is one state that the chain never leaves.
    public boolean absorbing() {
        return recurrent && states.size() == 1;
    }
}
