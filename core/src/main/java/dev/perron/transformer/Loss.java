package dev.perron.transformer;

/// A loss in nats a symbol, and how far it may be off.
///
/// @param mean over sequences of their mean losses
/// @param standardError of that mean, from how the sequences differ; 0 of an exact loss
/// @param sequences that it was measured on; 0 of an exact loss
public record Loss(double mean, double standardError, long sequences) {
    /// A loss that was computed, not sampled.
    public static Loss exact(double nats) {
        return new Loss(nats, 0, 0);
    }
}
