package dev.perron.context.fit;

/// How good a fitted row is.
///
/// @param samples that it rests on
/// @param contexts that are distinct among them
/// @param risk mean of -log Pr(y | X) over the samples, in nats, without the ridge; 0 without
///   samples
/// @param penalty what the ridge adds to it; 0 without a ridge
/// @param gradientNorm largest entry of the mean loss's gradient, in size, the ridge's part
///   included
/// @param newtonDecrement √(gᵀ H⁻¹ g): the mean loss is within about half its square of the
///   smallest
/// @param iterations of Newton
public record Certificate(
        long samples,
        int contexts,
        double risk,
        double penalty,
        double gradientNorm,
        double newtonDecrement,
        int iterations) {}
