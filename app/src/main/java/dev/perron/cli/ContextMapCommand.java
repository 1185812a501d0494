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
import dev.perron.transformer.RandomStreams;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.random.RandomGenerator;
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
            "  perron context map --weights w.npy --embeddings e.npy --prompt '0 1 1 0'",
            "  perron context map --dirichlet 5 --random-embeddings 8 --random-positions 12"
        })
final class ContextMapCommand implements Callable<Integer> {
    private static final int PROMPTS = 200;
    private static final int LENGTH = 12;
    private static final int MOST = 8192;

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
            names = "--random-embeddings",
            paramLabel = "D",
            description =
                    "In place of a file: Gaussian ones of dimension D, at least K, by --seed.")
    private @Nullable Integer randomDimension;

    @Option(
            names = "--random-positions",
            paramLabel = "L",
            description = "In place of --position-vectors: L Gaussian ones, by --seed.")
    private @Nullable Integer randomPositions;

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
        refuseTwoOfAKind();
        SingleLayerAttention layer = layer();
        StochasticMatrix chain = base(layer);
        Vocabulary vocabulary = base.vocabulary(chain.states());
        double[][] u = positionVectors(layer);
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
            if (u.length > 0 && given.length() > u.length) {
                throw new Failure(
                        ExitCode.INPUT,
                        "--prompt has %d tokens, there are vectors for %d positions; give one a token"
                                .formatted(given.length(), u.length));
            }
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

    private void refuseTwoOfAKind() {
        if (embeddings != null && randomDimension != null) {
            throw new Failure(
                    ExitCode.USAGE, "give --embeddings or --random-embeddings, one of them");
        }
        if (positions != null && randomPositions != null) {
            throw new Failure(
                    ExitCode.USAGE, "give --position-vectors or --random-positions, one of them");
        }
        if ((randomDimension != null && (randomDimension < 2 || randomDimension > MOST))
                || (randomPositions != null && (randomPositions < 1 || randomPositions > MOST))) {
            throw new Failure(
                    ExitCode.USAGE,
                    "--random-embeddings must be from 2 to %d, --random-positions from 1 to %d"
                            .formatted(MOST, MOST));
        }
    }

    /// Gaussian rows, scaled to length 1 on average.
    private double[][] random(String name, int rows, int columns) {
        RandomGenerator random = new RandomStreams(seed).stream(name, 0);
        double[][] drawn = new double[rows][columns];
        for (double[] row : drawn) {
            for (int c = 0; c < columns; c++) {
                row[c] = random.nextGaussian() / Math.sqrt(columns);
            }
        }
        return drawn;
    }

    private SingleLayerAttention layer() {
        if (weights != null) {
            double[][] w = BaseChainOptions.array(weights);
            Embeddings vectors = embeddings(w.length);
            try {
                return SingleLayerAttention.of(vectors, w);
            } catch (IllegalArgumentException e) {
                throw new Failure(
                        ExitCode.INPUT, "--weights %s: %s".formatted(weights, e.getMessage()));
            }
        }
        ContextConditionedChain chain = base.read(seed);
        Embeddings vectors = embeddings(chain.tokens());
        try {
            return SingleLayerAttention.of(chain.base(), vectors);
        } catch (IllegalArgumentException e) {
            throw new Failure(
                    ExitCode.INPUT, "--embeddings %s: %s".formatted(embeddings, e.getMessage()));
        }
    }

    private Embeddings embeddings(int tokens) {
        try {
            if (randomDimension != null) {
                return Embeddings.of(random("embeddings", tokens, randomDimension));
            }
            return embeddings == null
                    ? Embeddings.orthonormal(tokens)
                    : Embeddings.of(BaseChainOptions.array(embeddings));
        } catch (IllegalArgumentException e) {
            throw new Failure(
                    ExitCode.INPUT,
                    "%s: %s"
                            .formatted(
                                    randomDimension != null
                                            ? "--random-embeddings " + randomDimension
                                            : embeddings == null
                                                    ? "--weights " + weights
                                                    : "--embeddings " + embeddings,
                                    e.getMessage()));
        }
    }

    private StochasticMatrix base(SingleLayerAttention layer) {
        try {
            return weights == null ? base.read(seed).base() : layer.baseChain();
        } catch (IllegalArgumentException e) {
            throw new Failure(
                    ExitCode.INPUT, "--weights %s: %s".formatted(weights, e.getMessage()));
        }
    }

    /// Those of the file, none without one.
    private double[][] positionVectors(SingleLayerAttention layer) {
        if (randomPositions != null) {
            return random("positions", randomPositions, layer.embeddings().dimension());
        }
        if (positions == null) {
            return new double[0][];
        }
        double[][] u = BaseChainOptions.array(positions);
        if (u.length == 0) {
            throw new Failure(
                    ExitCode.INPUT,
                    "--position-vectors %s: no rows, must have one a position"
                            .formatted(positions));
        }
        try {
            layer.positionWeights(u);
            return u;
        } catch (IllegalArgumentException e) {
            throw new Failure(
                    ExitCode.INPUT,
                    "--position-vectors %s: %s".formatted(positions, e.getMessage()));
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

    // "next" and "positionWeights" are there if they were asked for
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
        if (content.get("positionWeights") instanceof List<?> weight) {
            out.println("weights of positions, a column a query");
            String[] columns = header.clone();
            columns[0] = "position";
            Table byPosition = new Table(columns);
            for (int l = 0; l < weight.size(); l++) {
                List<Object> row = new ArrayList<>(List.of(l));
                row.addAll((List<?>) weight.get(l));
                byPosition.row(row.toArray());
            }
            byPosition.print(out);
        }
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
