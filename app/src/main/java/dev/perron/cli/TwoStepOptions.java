package dev.perron.cli;

import dev.perron.attention.AttentionChain;
import dev.perron.attention.HeadChain;
import dev.perron.attention.HeadWeighting;
import dev.perron.attention.RectangularHead;
import dev.perron.attention.Token;
import dev.perron.attention.TwoStepChain;
import dev.perron.attention.model.AttentionModel;
import dev.perron.attention.model.TextInput;
import dev.perron.format.AttentionFile;
import dev.perron.format.FileDescription;
import dev.perron.format.FileRectangle;

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

    /// @throws Failure if it is asked for where it makes no sense
    void requireNone(String why) {
        if (given()) {
            throw new Failure(ExitCode.USAGE, "--two-step: %s; leave it out".formatted(why));
        }
    }

    /// The chain of a file's heads.
    Subject read(AttentionFile file, Source source, FileOptions files, HeadOptions heads) {
        files.requireStrictRows("--two-step takes rows as they are");
        FileDescription about = file.description();
        List<Integer> layers = heads.layers(about.layers());
        HeadWeighting weighting = heads.weighting(about.heads(), layers);
        List<Integer> chosen = chosen(weighting, about.heads());
        requireRoom(about.queries(), about.keys(), layers.size() * chosen.size());
        Chains chains = new Chains(side == Side.QUERIES);
        for (int layer : layers) {
            for (int head : chosen) {
                FileRectangle read = file.rectangle(layer, head);
                chains.add(read.head(), read.queries(), read.keys());
            }
        }
        return subject(
                source,
                layers,
                weighting,
                chains,
                about.square() || side == Side.KEYS ? about.tokens() : numbered(about.queries()),
                heads);
    }

    /// The chain of a model's heads.
    Subject run(AttentionModel model, TextInput text, HeadOptions heads) {
        List<Integer> layers = heads.layers(model.layers());
        Chains chains = new Chains(side == Side.QUERIES);
        HeadWeighting weighting = new HeadWeighting.Mean();
        for (int layer : layers) {
            List<RectangularHead> all = model.rectangularHeads(text, layer);
            weighting = heads.weighting(all.size(), layers);
            List<Integer> chosen = chosen(weighting, all.size());
            RectangularHead first = all.getFirst();
            requireRoom(first.queries(), first.keys(), layers.size() * chosen.size());
            for (int head : chosen) {
                RectangularHead one = all.get(head);
                chains.add(one, numbers(one.queries()), numbers(one.keys()));
            }
        }
        return subject(
                Source.of(model),
                layers,
                weighting,
                chains,
                named(side == Side.QUERIES ? chains.queries : chains.keys, text),
                heads);
    }

    private static List<Integer> chosen(HeadWeighting weighting, int heads) {
        return switch (weighting) {
            case HeadWeighting.Single(_, int head) -> List.of(head);
            case HeadWeighting.Mean _, HeadWeighting.ByLambda2 _ -> numbers(heads);
        };
    }

    private static List<Integer> numbers(int count) {
        return IntStream.range(0, count).boxed().toList();
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

    /// Chains of heads, which must have the same states.
    private static final class Chains {
        private final boolean onQueries;
        private final List<HeadChain> heads = new ArrayList<>();
        private List<Integer> states = List.of(); // their positions
        private int queries;
        private int keys;
        private double worstRow;

        Chains(boolean onQueries) {
            this.onQueries = onQueries;
        }

        /// @param queryPositions what its queries are of all
        /// @param keyPositions what its keys are of all
        void add(RectangularHead head, List<Integer> queryPositions, List<Integer> keyPositions) {
            if (!heads.isEmpty() && (head.queries() != queries || head.keys() != keys)) {
                throw new Failure(
                        ExitCode.INPUT,
                        "%s is %d x %d, another head %d x %d, must be as many; take one --layer"
                                .formatted(
                                        head.name(), head.queries(), head.keys(), queries, keys));
            }
            TwoStepChain chain =
                    onQueries ? TwoStepChain.onQueries(head) : TwoStepChain.onKeys(head);
            List<Integer> positions = onQueries ? queryPositions : keyPositions;
            List<Integer> members = chain.members().stream().map(positions::get).toList();
            if (!heads.isEmpty() && !members.equals(states)) {
                throw new Failure(
                        ExitCode.INPUT,
                        "%s: other keys that no query attends to than in %s; take one --head, or --two-step queries"
                                .formatted(head.name(), heads.getFirst().name()));
            }
            queries = head.queries();
            keys = head.keys();
            states = members;
            worstRow = Math.max(worstRow, head.worstRow());
            heads.add(new HeadChain(head.layer(), head.number(), chain.chain()));
        }
    }

    /// @param all what the queries or the keys are called
    private Subject subject(
            Source source,
            List<Integer> layers,
            HeadWeighting weighting,
            Chains chains,
            List<Token> all,
            HeadOptions heads) {
        AttentionChain.Defined found =
                HeadOptions.defined(
                        AttentionChain.of(
                                chains.heads,
                                chains.states.stream().map(all::get).toList(),
                                weighting,
                                heads.specialTokens()));
        return new Subject(
                named(source, chains),
                new Extent(all, layers, chains.heads.size() / layers.size(), chains.worstRow),
                new AttentionChain.Defined(
                        found.transition(),
                        found.positions().stream().map(chains.states::get).toList(),
                        found.heads()),
                weighting,
                heads.specialTokens());
    }

    /// Every answer names it, since it isn't attention as it is.
    private Source named(Source source, Chains chains) {
        String states = String.valueOf(side).toLowerCase(Locale.ROOT);
        return new Source(
                        "%s, two steps on its %s".formatted(source.name(), states), source.facts())
                .with(
                        Json.object(
                                "twoStep", states,
                                "queries", chains.queries,
                                "keys", chains.keys));
    }

    /// Before anything of that size is read: the chains, and a head's rows twice.
    private void requireRoom(int queries, int keys, int heads) {
        long states = side == Side.QUERIES ? queries : keys;
        double bytes = 8.0 * states * states * heads + 8.0 * queries * keys;
        long room = Runtime.getRuntime().maxMemory();
        if (bytes > room / 2.0) {
            throw new Failure(
                    ExitCode.INPUT,
                    "--two-step on %d tokens in %d heads takes %.0f MB, must be at most half of the %d MB that Java has here; take one --head or the other side, or give Java more with PERRON_JAVA_OPTIONS=-Xmx"
                            .formatted(states, heads, bytes / (1 << 20), room >> 20));
        }
    }
}
