package dev.perron.bench;

/// What a ratio is asked to be.
///
/// @param side of the limit on which it must be
/// @param limit the limit itself suffices
record Target(Side side, double limit) {
    /// Of a limit.
    enum Side {
        /// Speed: how many times faster than a peer.
        AT_LEAST,
        /// Cost: how many times a floor of the machine.
        AT_MOST
    }

    static Target atLeast(double limit) {
        return new Target(Side.AT_LEAST, limit);
    }

    static Target atMost(double limit) {
        return new Target(Side.AT_MOST, limit);
    }

    /// A ratio that is no number meets nothing.
    boolean metBy(double ratio) {
        return switch (side) {
            case AT_LEAST -> ratio >= limit;
            case AT_MOST -> ratio <= limit;
        };
    }

    @Override
    public String toString() {
        return switch (side) {
            case AT_LEAST -> "≥ " + Numbers.short3(limit);
            case AT_MOST -> "≤ " + Numbers.short3(limit);
        };
    }
}
