package dev.perron.cli;

import dev.perron.attention.AttentionChain;
import dev.perron.attention.HeadChain;
import dev.perron.attention.HeadWeighting;
import dev.perron.attention.Token;
import dev.perron.chain.SparseStochasticMatrix;
import dev.perron.format.MatrixMarket;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/// A chain that is no head, on states that are called by their numbers, from 0, or as the user
/// says.
record SparseSubject(FileOptions files, HeadOptions heads) {
    /// The chain of a Matrix Market file.
    Subject read(Path path, Progress progress) {
        files.requirePlain("a sparse chain has none");
        files.requireNoPlaces("a sparse chain has none");
        files.requireNoScores();
        progress.at("reading " + path);
        SparseStochasticMatrix chain = MatrixMarket.readChain(path);
        List<String> names = files.stateNames(chain.states());
        List<Token> tokens =
                IntStream.range(0, chain.states())
                        .<Token>mapToObj(
                                i ->
                                        new Token.Piece(
                                                names.isEmpty() ? String.valueOf(i) : names.get(i)))
                        .toList();
        HeadWeighting only =
                switch (heads.weighting(1, heads.layers(1))) {
                    case HeadWeighting.Single single -> single;
                    case HeadWeighting.Mean _, HeadWeighting.ByLambda2 _ ->
                            new HeadWeighting.Single(0, 0);
                };
        return new Subject(
                new Source(
                        path.toString(),
                        Json.object("file", path.toString(), "entries", chain.entries())),
                new Extent(tokens, List.of(0), 1, 0),
                HeadOptions.defined(
                        AttentionChain.of(
                                new HeadChain(0, 0, chain), tokens, heads.specialTokens())),
                only,
                heads.specialTokens());
    }
}
