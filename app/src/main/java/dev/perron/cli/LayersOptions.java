package dev.perron.cli;

import dev.perron.attention.AttentionHead;
import dev.perron.attention.AttentionTensor;
import dev.perron.attention.HeadChain;
import dev.perron.attention.HeadWeighting;
import dev.perron.attention.Token;
import dev.perron.chain.StochasticMatrix;
import dev.perron.format.AttentionFile;

import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// An input for questions about all heads at once.
final class LayersOptions {
    @Mixin private InputOptions input = new InputOptions();
    @Mixin private QueryKeyOptions queriesAndKeys = new QueryKeyOptions();

    @Option(
            names = "--layer",
            defaultValue = "all",
            paramLabel = "N|all",
            description = "Only one layer, from 0; -1 is the last one (default all).")
    private String layer = "all";

    /// What was read.
    ///
    /// @param source a model or a file
    /// @param tokens that heads attend to
    /// @param layers their numbers, ascending
    /// @param heads layer by layer, as many in each
    /// @param worstRow the largest |row sum - 1|, 0 where rows are made here
    record Reading(
            Source source,
            List<Token> tokens,
            List<Integer> layers,
            List<HeadChain> heads,
            double worstRow) {
        static Reading of(Source source, AttentionTensor tensor) {
            return new Reading(
                    source,
                    tensor.tokens(),
                    tensor.layers(),
                    tensor.all().stream().map(HeadChain::of).toList(),
                    tensor.worstRow());
        }

        String model() {
            return source.name();
        }

        /// Heads of each layer.
        int each() {
            return heads.size() / layers.size();
        }

        /// All rows of all heads: those of Q and K are written out.
        ///
        /// @throws Failure if there is no room for them
        AttentionTensor tensor() {
            int n = tokens.size();
            long bytes = 4L * n * n * heads.size();
            long room = Runtime.getRuntime().maxMemory();
            if (n > StochasticMatrix.MOST_STATES) {
                throw new Failure(
                        ExitCode.INPUT,
                        "%d tokens: all rows of a head are needed here, must be at most %d; ask rank, which makes rows of Q and K one by one"
                                .formatted(n, StochasticMatrix.MOST_STATES));
            }
            if (bytes > room / 10 * 9) {
                throw new Failure(
                        ExitCode.INPUT,
                        "%d heads on %d tokens take %d MB as rows, Java has %d MB here; take one --layer, or give Java more with PERRON_JAVA_OPTIONS=-Xmx"
                                .formatted(heads.size(), n, bytes >> 20, room >> 20));
            }
            return AttentionTensor.ofHeads(tokens, heads.stream().map(this::rows).toList());
        }

        private AttentionHead rows(HeadChain head) {
            if (head.chain() instanceof AttentionHead made) {
                return made;
            }
            int n = tokens.size();
            return AttentionHead.filled(
                    head.layer(),
                    head.number(),
                    tokens,
                    Double.POSITIVE_INFINITY,
                    rows -> {
                        double[] row = new double[n];
                        for (int i = 0; i < n; i++) {
                            head.chain().row(i, row);
                            for (int j = 0; j < n; j++) {
                                rows[i * n + j] = (float) row[j];
                            }
                        }
                    });
        }
    }

    Reading read(Progress progress) {
        if (queriesAndKeys.given(input)) {
            return readQueriesAndKeys(progress);
        }
        queriesAndKeys.requireNone();
        Optional<Path> path = input.file();
        if (path.isPresent()) {
            try (AttentionFile file = input.openFile(path.get())) {
                progress.at("reading " + path.get());
                List<Integer> layers = HeadOptions.layers(layer, file.description().layers());
                return Reading.of(input.source(file), file.tensor(layers).tensor());
            }
        }
        InputOptions.Attended attended =
                input.attend(progress, count -> HeadOptions.layers(layer, count));
        return Reading.of(attended.source(), attended.tensor());
    }

    private Reading readQueriesAndKeys(Progress progress) {
        input.requireNoModel();
        progress.at("reading queries and keys");
        QueryKeyOptions.Reading read =
                queriesAndKeys.read(
                        input.files(),
                        there -> HeadOptions.layers(layer, there),
                        (_, _) -> new HeadWeighting.Mean());
        return new Reading(read.source(), read.tokens(), read.layers(), read.chains(), 0);
    }

    /// Whether there is a folder of photographs.
    boolean folder() {
        return input.folder();
    }

    /// What is asked of an input.
    @FunctionalInterface
    interface OneReading {
        Answer of(Reading reading);
    }

    /// Many texts, windows of one, or photographs, through one model.
    void each(BatchOptions batch, BatchSink sink, Progress progress, OneReading one)
            throws IOException {
        queriesAndKeys.requireNoneNamed(input.folder() ? "--image" : batch.option());
        input.each(
                batch,
                sink,
                count -> HeadOptions.layers(layer, count),
                (source, tensor) -> one.of(Reading.of(source, tensor)),
                progress);
    }
}
