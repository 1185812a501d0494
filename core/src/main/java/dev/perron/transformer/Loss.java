package dev.perron.transformer;

/// A loss in nats a symbol, and how far it may be off.
///
/// @param mean over sequences of their mean losses
/// @param standardError of that mean, from how the sequences differ; 0 of an exact loss, NaN of one
///   sequence, from which it can't be known
/// @param sequences that it was measured on; 0 of an exact loss
public record Loss(double mean, double standardError, long sequences) {
    /// That of the mean of some sequences' losses.
    ///
    /// @param squares mean of the squares of their losses
    static Loss ofSequences(double mean, double squares, long sequences) {
        return new Loss(mean, standardError(mean, squares, sequences), sequences);
    }

    /// The standard error of a mean, from the mean of squares: NaN if there is but one.
    static double standardError(double mean, double squares, long count) {
        return count == 1
                ? Double.NaN
                : Math.sqrt(Math.max(0, squares - mean * mean) / (count - 1));
    }

    /// What a judgement allows for a standard error: two of it, or nothing if it isn't known.
    static double allowance(double standardError) {
        return Double.isNaN(standardError) ? 0 : 2 * standardError;
    }

    /// A loss that was computed, not sampled.
    public static Loss exact(double nats) {
        return new Loss(nats, 0, 0);
    }
}
