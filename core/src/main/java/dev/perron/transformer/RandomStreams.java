package dev.perron.transformer;

import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/// Streams of random numbers, named, split from one seed: drawing more from one never changes
/// another, and the numbers of a step don't depend on the steps before.
///
/// @param seed of all of them
public record RandomStreams(long seed) {
    private static final RandomGeneratorFactory<RandomGenerator> FACTORY =
            RandomGeneratorFactory.of("L64X128MixRandom");

    /// The stream of this name.
    ///
    /// @param name `init`, `data`, `eval` or any other
    /// @param number which of the streams of that name: a step
    public RandomGenerator stream(String name, long number) {
        long mixed = mix(mix(seed) + mix(name.hashCode()) * 31 + number);
        return FACTORY.create(mixed);
    }

    /// Stafford's variant 13 of the 64-bit finaliser of MurmurHash3.
    private static long mix(long z) {
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
