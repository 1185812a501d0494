package dev.perron.cli;

import dev.perron.attention.AttentionChain;
import dev.perron.attention.HeadChain;
import dev.perron.attention.HeadWeighting;
import dev.perron.attention.Precision;
import dev.perron.attention.RectangularHead;
import dev.perron.attention.Token;
import dev.perron.attention.TwoStepChain;
import dev.perron.format.AttentionFile;
import dev.perron.format.FileDescription;
import dev.perron.onnx.OnnxModel;
import dev.perron.onnx.TextInput;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/// Attention whose queries and keys aren't the same tokens, as a chain on one of the two.
final class TwoStepOptions {
    /// The states of the chain.
    enum Side {
        QUERIES,
        KEYS
    }

    @Option(
            names = "--two-step",
            paramLabel = "queries|keys",
            description =
                    "For rectangular attention (cross attention, new tokens and a cache of keys):"
                            + " the chain on its queries, or on its keys, that goes a step along"
                            + " attention and a step back to who paid it, in proportion.")
    private @Nullable Side side;

    boolean given() {
        return side != null;
    }

    /// A rectangular layer or several.
    ///
    /// @param source where from
    /// @param layers that were asked for
    /// @param weighting of their heads
    /// @param heads the ones that are asked for, layer by layer
    /// @param queries what they are called
    /// @param keys what they are called
    private record Rectangle(
            Source source,
            List<Integer> layers,
            HeadWeighting weighting,
            List<RectangularHead> heads,
            List<Token> queries,
            List<Token> keys) {}

    /// The chain of a file's heads.
    Subject read(AttentionFile file, Source source, FileOptions files, HeadOptions heads) {
        files.requireStrictRows("--two-step takes rows as they are");
        FileDescription about = file.description();
        List<Integer> layers = heads.layers(about.layers());
        HeadWeighting weighting = heads.weighting(about.heads(), layers);
        List<RectangularHead> read = new ArrayList<>();
        for (int layer : layers) {
            for (int head : chosen(weighting, about.heads())) {
                read.add(head(file, layer, head));
            }
        }
        return subject(
                new Rectangle(
                        source,
                        layers,
                        weighting,
                        read,
                        about.square() ? about.tokens() : numbered(about.queries()),
                        about.tokens()),
                heads);
    }

    private static RectangularHead head(AttentionFile file, int layer, int head) {
        FileDescription about = file.description();
        Precision precision = about.type().precision();
        try {
            return RectangularHead.of(
                    layer, head, about.queries(), file.rows(layer, head), precision);
        } catch (IllegalArgumentException e) {
            throw new Failure(
                    ExitCode.INPUT,
                    "%s: %s; look at it with 'perron inspect'"
                            .formatted(about.path(), e.getMessage()));
        }
    }

    /// The chain of a model's heads.
    Subject run(OnnxModel model, TextInput text, HeadOptions heads) {
        List<Integer> layers = heads.layers(model.layers());
        List<RectangularHead> run = new ArrayList<>();
        HeadWeighting weighting = new HeadWeighting.Mean();
        for (int layer : layers) {
            List<RectangularHead> all = model.rectangularHeads(text, layer);
            weighting = heads.weighting(all.size(), layers);
            chosen(weighting, all.size()).forEach(head -> run.add(all.get(head)));
        }
        RectangularHead first = run.getFirst();
        return subject(
                new Rectangle(
                        Source.of(model),
                        layers,
                        weighting,
                        run,
                        named(first.queries(), text),
                        named(first.keys(), text)),
                heads);
    }

    private static List<Integer> chosen(HeadWeighting weighting, int heads) {
        return switch (weighting) {
            case HeadWeighting.Single(_, int head) -> List.of(head);
            case HeadWeighting.Mean _, HeadWeighting.ByLambda2 _ ->
                    IntStream.range(0, heads).boxed().toList();
        };
    }

    /// The text's tokens, where there are as many.
    private static List<Token> named(int count, TextInput text) {
        return count == text.size() ? text.tokens() : numbered(count);
    }

    private static List<Token> numbered(int count) {
        return IntStream.range(0, count)
                .<Token>mapToObj(i -> new Token.Piece(String.valueOf(i)))
                .toList();
    }

    private Subject subject(Rectangle read, HeadOptions heads) {
        boolean onQueries = side == Side.QUERIES;
        List<Token> all = onQueries ? read.queries() : read.keys();
        requireRoom(read, all.size());
        List<HeadChain> chains = new ArrayList<>();
        List<Integer> members = List.of();
        for (RectangularHead head : read.heads()) {
            if (head.queries() != read.queries().size() || head.keys() != read.keys().size()) {
                throw new Failure(
                        ExitCode.INPUT,
                        "%s is %d x %d, another head %d x %d, must be as many; take one --layer"
                                .formatted(
                                        head.name(),
                                        head.queries(),
                                        head.keys(),
                                        read.queries().size(),
                                        read.keys().size()));
            }
            TwoStepChain chain =
                    onQueries ? TwoStepChain.onQueries(head) : TwoStepChain.onKeys(head);
            if (!chains.isEmpty() && !chain.members().equals(members)) {
                throw new Failure(
                        ExitCode.INPUT,
                        "%s: other keys that no query attends to than in %s; take one --head, or --two-step queries"
                                .formatted(head.name(), read.heads().getFirst().name()));
            }
            members = chain.members();
            chains.add(new HeadChain(head.layer(), head.number(), chain.chain()));
        }
        AttentionChain.Defined found =
                HeadOptions.defined(
                        AttentionChain.of(
                                chains,
                                members.stream().map(all::get).toList(),
                                read.weighting(),
                                heads.specialTokens()));
        return new Subject(
                named(read),
                new Extent(all, read.layers(), chains.size() / read.layers().size(), 0),
                new AttentionChain.Defined(
                        found.transition(),
                        found.positions().stream().map(members::get).toList(),
                        found.heads()),
                read.weighting(),
                heads.specialTokens());
    }

    /// Every answer names it, since it isn't attention as it is.
    private Source named(Rectangle read) {
        String states = String.valueOf(side).toLowerCase(Locale.ROOT);
        return new Source(
                        "%s, two steps on its %s".formatted(read.source().name(), states),
                        read.source().facts())
                .with(
                        Json.object(
                                "twoStep", states,
                                "queries", read.queries().size(),
                                "keys", read.keys().size()));
    }

    private static void requireRoom(Rectangle read, int states) {
        long bytes = 8L * states * states * read.heads().size();
        long room = Runtime.getRuntime().maxMemory();
        if (bytes > room / 2) {
            throw new Failure(
                    ExitCode.INPUT,
                    "--two-step on %d tokens in %d heads takes %d MB, must be at most half of the %d MB that Java has here; take one --head or the other side, or give Java more with PERRON_JAVA_OPTIONS=-Xmx"
                            .formatted(states, read.heads().size(), bytes >> 20, room >> 20));
        }
    }
}
