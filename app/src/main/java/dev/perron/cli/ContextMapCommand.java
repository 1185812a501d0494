package dev.perron.cli;

import dev.perron.chain.Distribution;
import dev.perron.chain.StochasticMatrix;
import dev.perron.context.ContextConditionedChain;
import dev.perron.context.Embeddings;
import dev.perron.context.Prompt;
import dev.perron.context.PromptLaw;
import dev.perron.context.SingleLayerAttention;
import dev.perron.figure.Heatmap;
import dev.perron.figure.Label;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;

/// `perron context map`: attention weights to base chain and back.
@Command(
        name = "map",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = {
            "Attention weights W with embeddings E to the base chain P, or P to the W of the"
                    + " identifiable subspace. Says how far attention and chain are apart on random"
                    + " prompts; that is rounding."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  perron context map --rows '0.6,0.4;0.3,0.7'",
            "  perron context map --weights w.npy --embeddings e.npy --prompt '0 1 1 0'"
        })
final class ContextMapCommand implements Callable<Integer> {
    private static final int PROMPTS = 200;
    private static final int LENGTH = 12;

    @Mixin private BaseChainOptions base = new BaseChainOptions();

    @Option(
            names = "--weights",
            paramLabel = "FILE",
            description = "W [d,d], in place of a base chain: .npy, .csv, ...")
    private @Nullable Path weights;

    @Option(
            names = "--embeddings",
            paramLabel = "FILE",
            description = "E [K,d], a row a token; by default unit vectors.")
    private @Nullable Path embeddings;

    @Option(
            names = "--position-vectors",
            paramLabel = "FILE",
            description = "u [L,d], added to the keys: position weights are shown, too.")
    private @Nullable Path positions;

    @Option(
            names = "--prompt",
            paramLabel = "TOKENS",
            description = "Show the law of the token after this prompt.")
    private @Nullable String prompt;

    @Option(
            names = "--seed",
            defaultValue = "1",
            paramLabel = "N",
            description = "Of the random prompts, and of --dirichlet (default 1).")
    private long seed;

    @Mixin private OutputOptions output = new OutputOptions();
    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException {
        output.check();
        if (base.given() == (weights != null)) {
            throw new Failure(ExitCode.USAGE, "give a base chain or --weights, one of them");
        }
        SingleLayerAttention layer = layer();
        StochasticMatrix chain = base(layer);
        Vocabulary vocabulary = base.vocabulary(chain.states());
        double[][] u = positions == null ? new double[0][] : BaseChainOptions.array(positions);
        double difference = difference(layer, chain, u);
        Map<String, Object> content =
                Json.object(
                        "tokens",
                        vocabulary.names(),
                        "dimension",
                        layer.embeddings().dimension(),
                        "identifiableDimension",
                        chain.states() * (chain.states() - 1),
                        "base",
                        rows(chain),
                        "weights",
                        rows(layer.identifiablePart().weights()),
                        "roundTripDifference",
                        roundTrip(layer, chain),
                        "attentionDifference",
                        difference);
        if (u.length > 0) {
            content.put("positionWeights", positionWeights(layer, u, chain.states()));
        }
        if (prompt != null) {
            Prompt given = Prompt.of(vocabulary.parse("--prompt", prompt));
            content.put("prompt", prompt);
            content.put("next", next(layer, chain, u, given));
        }
        output.figure(
                () ->
                        Heatmap.of(
                                        "Base chain of " + chain.states() + " tokens",
                                        vocabulary.names().stream()
                                                .map(name -> new Label(name, false))
                                                .toList(),
                                        chain::probability)
                                .draw());
        PrintWriter out = spec.commandLine().getOut();
        if (output.json()) {
            Json.print(out, Json.document("context map", content));
        } else if (output.csv()) {
            Csv csv = new Csv(out, "query", "next", "probability");
            for (int i = 0; i < chain.states(); i++) {
                for (int j = 0; j < chain.states(); j++) {
                    csv.row(vocabulary.name(i), vocabulary.name(j), chain.probability(i, j));
                }
            }
        } else {
            table(out, chain, vocabulary, content);
        }
        out.flush();
        return ExitCode.OK.code();
    }

    private SingleLayerAttention layer() {
        try {
            if (weights != null) {
                double[][] w = BaseChainOptions.array(weights);
                return SingleLayerAttention.of(embeddings(w.length), w);
            }
            ContextConditionedChain chain = base.read(seed);
            return SingleLayerAttention.of(chain.base(), embeddings(chain.tokens()));
        } catch (IllegalArgumentException e) {
            throw new Failure(ExitCode.INPUT, String.valueOf(e.getMessage()));
        }
    }

    private Embeddings embeddings(int tokens) {
        return embeddings == null
                ? Embeddings.orthonormal(tokens)
                : Embeddings.of(BaseChainOptions.array(embeddings));
    }

    private StochasticMatrix base(SingleLayerAttention layer) {
        try {
            return weights == null ? base.read(seed).base() : layer.baseChain();
        } catch (IllegalArgumentException e) {
            throw new Failure(ExitCode.INPUT, "--weights: " + e.getMessage());
        }
    }

    private static double roundTrip(SingleLayerAttention layer, StochasticMatrix chain) {
        StochasticMatrix again = SingleLayerAttention.of(chain, layer.embeddings()).baseChain();
        double most = 0;
        for (int i = 0; i < chain.states(); i++) {
            for (int j = 0; j < chain.states(); j++) {
                most = Math.max(most, Math.abs(again.probability(i, j) - chain.probability(i, j)));
            }
        }
        return most;
    }

    /// The largest difference between attention and chain over random prompts.
    private double difference(SingleLayerAttention layer, StochasticMatrix chain, double[][] u) {
        SplittableRandom random = new SplittableRandom(seed);
        PromptLaw law = new PromptLaw.Independent(Distribution.uniform(chain.states()));
        int length = u.length == 0 ? LENGTH : Math.min(LENGTH, u.length);
        double most = 0;
        for (int i = 0; i < PROMPTS; i++) {
            Prompt drawn = law.draw(1 + random.nextInt(length), random);
            double[] attention = layer.next(drawn, u);
            List<Double> expected = next(layer, chain, u, drawn);
            for (int j = 0; j < attention.length; j++) {
                most = Math.max(most, Math.abs(attention[j] - expected.get(j)));
            }
        }
        return most;
    }

    private static List<Double> next(
            SingleLayerAttention layer, StochasticMatrix chain, double[][] u, Prompt prompt) {
        ContextConditionedChain plain = ContextConditionedChain.of(chain);
        ContextConditionedChain conditioned =
                u.length == 0 ? plain : plain.withPositions(layer.positionWeights(u));
        return Arrays.stream(conditioned.next(prompt).toArray()).boxed().toList();
    }

    private static List<List<Double>> positionWeights(
            SingleLayerAttention layer, double[][] u, int tokens) {
        var weight = layer.positionWeights(u);
        return IntStream.range(0, weight.positions())
                .mapToObj(
                        l -> IntStream.range(0, tokens).mapToObj(q -> weight.weight(l, q)).toList())
                .toList();
    }

    static List<List<Double>> rows(StochasticMatrix chain) {
        int n = chain.states();
        return IntStream.range(0, n)
                .mapToObj(
                        i -> IntStream.range(0, n).mapToObj(j -> chain.probability(i, j)).toList())
                .toList();
    }

    private static List<List<Double>> rows(double[][] matrix) {
        return Arrays.stream(matrix).map(row -> Arrays.stream(row).boxed().toList()).toList();
    }

    private static void table(
            PrintWriter out,
            StochasticMatrix chain,
            Vocabulary vocabulary,
            Map<String, Object> content) {
        out.println(
                "base chain P, a row a query; W in the subspace of %s dimensions"
                        .formatted(content.get("identifiableDimension")));
        String[] header = new String[vocabulary.size() + 1];
        header[0] = "query";
        for (int j = 0; j < vocabulary.size(); j++) {
            header[j + 1] = vocabulary.name(j);
        }
        Table table = new Table(header);
        for (int i = 0; i < chain.states(); i++) {
            Object[] row = new Object[header.length];
            row[0] = vocabulary.name(i);
            for (int j = 0; j < chain.states(); j++) {
                row[j + 1] = chain.probability(i, j);
            }
            table.row(row);
        }
        table.print(out);
        if (content.containsKey("next")) {
            out.println("after '%s': %s".formatted(content.get("prompt"), content.get("next")));
        }
        out.println(
                "P to W to P: %.1e; attention and chain on %d prompts: %.1e"
                        .formatted(
                                (Double) content.get("roundTripDifference"),
                                PROMPTS,
                                (Double) content.get("attentionDifference")));
    }
}
