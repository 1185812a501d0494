package dev.perron.kernel;

/// The sizes of one causal head, its rows of times `[channel][stride]`.
///
/// @param times tokens T
/// @param stride floats from one channel to the next: T in whole blocks or more
/// @param dHead channels D
/// @param window how many keys a query sees, its own among them
/// @param biased whether something is added to the scores by distance
public record AttentionShape(int times, int stride, int dHead, int window, boolean biased) {
    /// What comes before distance 0 and after the last one in a table by distance.
    static final int MARGIN = 64;

    /// How many floats a table by distance has, see [#distances].
    public int distances() {
        return times + 2 * MARGIN;
    }

    /// Where a distance, query minus key, stands in such a table.
    public int distanceAt(int distance) {
        return distance + MARGIN;
    }

    /// What is added to a score by distance: nothing within the window, and where a query may not
    /// look, in the future or beyond the window, so much that nothing is left of the weight. Biases
    /// go over the zeros.
    public float[] mask() {
        float[] table = new float[distances()];
        for (int i = 0; i < table.length; i++) {
            int distance = i - MARGIN;
            table[i] = distance >= 0 && distance < window ? 0 : NEVER;
        }
        return table;
    }

    /// Far below any score, and so far from the largest float that sums of it stay finite.
    static final float NEVER = -1e30f;
}
