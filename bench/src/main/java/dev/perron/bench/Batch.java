package dev.perron.bench;

import dev.perron.attention.AttentionHead;
import dev.perron.attention.AttentionTensor;
import dev.perron.attention.Token;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Heads of one kind and size, ours to ask and on disk for the peers.
///
/// @param kind of all of them
/// @param n tokens
/// @param heads the chains
record Batch(Chains kind, int n, List<AttentionHead> heads) {
    /// Made by seeds 0, ..., count - 1.
    static Batch of(Chains kind, int n, int count) {
        float[][] rows = new float[count][];
        Cores.forEach(count, h -> rows[h] = kind.rows(n, h));
        List<Token> tokens =
                IntStream.range(0, n)
                        .<Token>mapToObj(i -> new Token.Piece(Integer.toString(i)))
                        .toList();
        return new Batch(
                kind,
                n,
                AttentionTensor.of(tokens, List.of(0), count, Stream.of(rows).toList()).all());
    }

    /// `sticky, n = 901 x 72`.
    String name() {
        return heads.size() == 1
                ? "%s, n = %d".formatted(kind, n)
                : "%s, n = %d x %d".formatted(kind, n, heads.size());
    }

    /// Writes heads.npy.
    void writeTo(Path folder) throws IOException {
        NpyFile.writeSquares(
                folder.resolve("heads.npy"), n, heads.size(), h -> heads.get(h).toArray());
    }
}
