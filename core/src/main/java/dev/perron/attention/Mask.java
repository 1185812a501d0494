package dev.perron.attention;

/// Which keys a query may attend to.
public enum Mask {
    /// All of them.
    NONE,
    /// Its own token's and those before it.
    CAUSAL;

    /// How many of n keys query `query` sees: those from 0 on.
    int visible(int query, int n) {
        return switch (this) {
            case NONE -> n;
            case CAUSAL -> query + 1;
        };
    }
}
