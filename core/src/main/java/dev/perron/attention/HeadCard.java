package dev.perron.attention;

import dev.perron.chain.Distribution;
import dev.perron.chain.Transition;
import dev.perron.chain.spectrum.Spectrum;

import java.util.Arrays;

/// What tells one head from another, in five numbers. For n tokens:
///
/// @param spectrum with λ₂: |λ₂| near 1 means that the head forgets slowly, since it has groups of
///   tokens that attention rarely leaves or cycles through (λ₂ then isn't near 1 itself); at 0 it
///   forgets at once
/// @param entropy mean over queries of -Σ a log a, in nats, from 0 to log n
/// @param sinkMass attention that the most attended token gets, averaged over queries, from 1/n to
///   1
/// @param sink its state, the first one of several
/// @param distance mean over queries of Σ a(i,j)|i-j|, in tokens
public record HeadCard(
        Spectrum spectrum, double entropy, double sinkMass, int sink, double distance) {
    /// The card of a chain.
    public static HeadCard of(Transition chain) {
        int n = chain.states();
        double[] row = new double[n];
        double[] received = new double[n];
        double entropy = 0;
        double distance = 0;
        for (int i = 0; i < n; i++) {
            chain.row(i, row);
            for (int j = 0; j < n; j++) {
                received[j] += row[j] / n;
                distance += row[j] * Math.abs(i - j) / n;
            }
            entropy += Distribution.proportionalTo(row).entropy() / n;
        }
        double most = Arrays.stream(received).max().orElseThrow();
        int sink = 0;
        while (received[sink] != most) {
            sink++;
        }
        return new HeadCard(Spectrum.of(chain), entropy, most, sink, distance);
    }
}
