package dev.perron.attention;

/// Which keys a query may attend to: those that the mask leaves, and of these the ones less than a
/// window away. With a causal mask these are the `window` latest, the query's own included, as in
/// Mistral; without one, `window - 1` to each side.
///
/// @param mask NONE or CAUSAL
/// @param window at least 1; as large as the text or larger leaves all
public record SeenKeys(Mask mask, int window) {
    /// What `window` is without one.
    public static final int ALL = Integer.MAX_VALUE;

    /// Checked.
    ///
    /// @throws IllegalArgumentException if the window isn't at least 1
    public SeenKeys {
        if (window < 1) {
            throw new IllegalArgumentException(
                    "a window of %d keys, must be at least 1".formatted(window));
        }
    }

    /// All that the mask leaves.
    public static SeenKeys of(Mask mask) {
        return new SeenKeys(mask, ALL);
    }

    /// Whether no query sees a later key.
    public boolean causal() {
        return mask == Mask.CAUSAL || window == 1;
    }

    /// Whether every query sees every key, however many there are.
    public boolean all() {
        return mask == Mask.NONE && window == ALL;
    }

    /// The first key that a query sees.
    int first(int query) {
        return window > query ? 0 : query - window + 1;
    }

    /// The one after the last key that a query sees, of n.
    int end(int query, int n) {
        int visible = mask.visible(query, n);
        return window > n - query ? visible : Math.min(visible, query + window);
    }
}
