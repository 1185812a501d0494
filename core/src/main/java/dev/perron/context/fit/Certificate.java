package dev.perron.context.fit;

/// How good a fitted row is.
///
/// @param samples that it rests on
/// @param contexts that are distinct among them
/// @param risk mean of -log Pr(y | X) over the samples, in nats, without the ridge; 0 without
///   samples
/// @param gradientNorm largest entry of the mean loss's gradient, in size
/// @param newtonDecrement √(gᵀ H⁻¹ g): the mean loss is within about half its square of the
///   smallest
/// @param iterations of Newton
public record Certificate(
        long samples,
        int contexts,
        double risk,
        double gradientNorm,
        double newtonDecrement,
        int iterations) {}
