package dev.perron.cli;

import static java.util.stream.Collectors.joining;

import dev.perron.chain.Distribution;
import dev.perron.chain.StochasticMatrix;
import dev.perron.transformer.KernelSource;
import dev.perron.transformer.KnownSource;
import dev.perron.transformer.LagSource;
import dev.perron.transformer.StartLaw;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// A Markov source: binary, symmetric switching, or any matrix from a file; of order 1, or with a
/// lag.
final class SourceOptions {
    /// Probabilities at most that a checkpoint keeps as they are.
    private static final int SHOWN = 36;

    @Option(
            names = "--p",
            paramLabel = "P",
            description = "Binary source: the probability of 1 after 0. Needs --q.")
    private @Nullable Double p;

    @Option(
            names = "--q",
            paramLabel = "Q",
            description = "Binary source: the probability of 0 after 1. Needs --p.")
    private @Nullable Double q;

    @Option(
            names = "--switch",
            paramLabel = "P",
            description =
                    "Symmetric source: the probability of leaving a symbol, for each other one"
                            + " alike. Needs --symbols.")
    private @Nullable Double switching;

    @Option(
            names = "--symbols",
            paramLabel = "S",
            description = "Symbols of --switch, and of --random-kernels where there is that.")
    private @Nullable Integer symbols;

    @Option(
            names = "--matrix",
            paramLabel = "FILE",
            description =
                    "Source with this matrix, a row a line; rows sum to 1. Text (.csv, .txt), or"
                            + " .npy, .npz, .safetensors, .json, .mtx.")
    private @Nullable Path matrix;

    @Option(
            names = "--order",
            defaultValue = "1",
            paramLabel = "K",
            description =
                    "The next symbol depends on the last K (default 1): --matrix is text with a row"
                            + " for each block of K symbols, in the order 00, 01, 10, 11.")
    private int order = 1;

    @Option(
            names = "--lag",
            defaultValue = "1",
            paramLabel = "K",
            description =
                    "The next symbol depends on the one K places back alone (default 1): K chains"
                            + " that take turns.")
    private int lag = 1;

    @Option(
            names = "--start",
            defaultValue = "stationary",
            paramLabel = "LAW",
            description =
                    "How sequences start: stationary (default), uniform, or a probability a symbol"
                            + " as 0.9,0.1.")
    private String start = "stationary";

    /// Refuses what is wrong by itself, before anything is read.
    void check() {
        check(", or --matrix");
    }

    /// The same where there are other sources, too.
    ///
    /// @param last the end of the list of what may be given
    void check(String last) {
        int given = (p != null || q != null ? 1 : 0) + (switching != null ? 1 : 0);
        given += matrix != null ? 1 : 0;
        if (given != 1) {
            throw new Failure(
                    ExitCode.USAGE,
                    (given == 0 ? "no source" : "several sources")
                            + "; give one of --p and --q, --switch and --symbols"
                            + last);
        }
        if ((p == null) != (q == null)) {
            throw new Failure(ExitCode.USAGE, "--p and --q go together; give both");
        }
        if ((switching == null) != (symbols == null)) {
            throw new Failure(ExitCode.USAGE, "--switch and --symbols go together; give both");
        }
        requireProbability("--p", p);
        requireProbability("--q", q);
        requireProbability("--switch", switching);
        requireSymbols();
        if (lag < 1) {
            throw new Failure(ExitCode.USAGE, "--lag %d, must be at least 1".formatted(lag));
        }
        if (order < 1) {
            throw new Failure(ExitCode.USAGE, "--order %d, must be at least 1".formatted(order));
        }
        if (order > 1 && (matrix == null || !SourceMatrix.isText(matrix) || lag > 1)) {
            throw new Failure(
                    ExitCode.USAGE,
                    "--order %d needs --matrix with a .csv or .txt file, and no --lag"
                            .formatted(order));
        }
        startLaw();
    }

    private void requireSymbols() {
        if (symbols != null && (symbols < 2 || symbols > KernelSource.MAX_CONTEXTS)) {
            throw new Failure(
                    ExitCode.USAGE,
                    "--symbols %d, must be 2 to %d".formatted(symbols, KernelSource.MAX_CONTEXTS));
        }
    }

    /// Refuses what says more than symbols, order and start, all that is asked of random kernels.
    void checkRandom() {
        if (symbols == null) {
            throw new Failure(ExitCode.USAGE, "--random-kernels needs --symbols");
        }
        requireSymbols();
        if (order < 1) {
            throw new Failure(ExitCode.USAGE, "--order %d, must be at least 1".formatted(order));
        }
        if (p != null || q != null || switching != null || matrix != null || lag != 1) {
            throw new Failure(
                    ExitCode.USAGE,
                    "--random-kernels has no --p, --q, --switch, --matrix or --lag; leave them"
                            + " out");
        }
        startLaw();
    }

    /// Refuses all of this where something else is the source.
    void requireNone(String other) {
        if (p != null
                || q != null
                || switching != null
                || symbols != null
                || matrix != null
                || order != 1
                || lag != 1
                || !start.equals("stationary")) {
            throw new Failure(
                    ExitCode.USAGE,
                    other
                            + " is the source; leave out --p, --q, --switch, --symbols, --matrix,"
                            + " --order, --lag and --start");
        }
    }

    int symbols() {
        return symbols == null ? 0 : symbols;
    }

    int order() {
        return order;
    }

    String start() {
        return start;
    }

    private static void requireProbability(String name, @Nullable Double value) {
        if (value != null && !(value >= 0 && value <= 1)) {
            throw new Failure(ExitCode.USAGE, "%s %s, must be from 0 to 1".formatted(name, value));
        }
    }

    /// The source.
    ///
    /// @throws Failure if it is reducible and starts from its stationary law, which isn't unique
    KnownSource read() {
        if (order > 1 && matrix != null) {
            return kernel(matrix);
        }
        StochasticMatrix transition = transition();
        try {
            return lag == 1
                    ? KernelSource.ofMatrix(transition, startLaw())
                    : LagSource.of(transition, lag, startLaw());
        } catch (IllegalArgumentException e) {
            throw new Failure(ExitCode.INPUT, name() + ": " + e.getMessage());
        }
    }

    /// As in a headline.
    String name() {
        String which =
                matrix != null
                        ? matrix.toString()
                        : switching != null
                                ? "switching source, %d symbols, p = %s"
                                        .formatted(symbols, switching)
                                : "binary source, p = %s, q = %s".formatted(p, q);
        return which + (lag == 1 ? "" : ", lag " + lag) + (order == 1 ? "" : ", order " + order);
    }

    /// What a document says about the source.
    Map<String, Object> facts(KnownSource source) {
        Map<String, Object> facts = Json.object("name", name());
        if (p != null) {
            facts.putAll(Json.object("p", p, "q", q));
        }
        facts.putAll(
                Json.object(
                        "symbols", source.symbols(),
                        "order", source.order(),
                        "start", start,
                        "rows", rows(source),
                        "stationary", boxed(source.unigram()),
                        "entropyRate", source.entropyRate(),
                        "unigramEntropy", source.unigramEntropy(),
                        "remark", source.remark().orElse(null)));
        return facts;
    }

    /// What tells the source from others.
    Map<String, String> identity(KnownSource source) {
        Map<String, String> identity = new LinkedHashMap<>();
        identity.put("source", name());
        identity.put("start", start);
        identity.put(
                "rows",
                source.contexts() * source.symbols() <= SHOWN
                        ? rows(source).stream().map(List::toString).collect(joining(" "))
                        : Fingerprint.of(
                                IntStream.range(0, source.contexts())
                                        .mapToObj(c -> bytes(source.next(c)))));
        return identity;
    }

    private static byte[] bytes(Distribution law) {
        ByteBuffer bytes = ByteBuffer.allocate(law.states() * Double.BYTES);
        bytes.asDoubleBuffer().put(law.toArray());
        return bytes.array();
    }

    private static List<List<Double>> rows(KnownSource source) {
        return IntStream.range(0, source.contexts()).mapToObj(c -> boxed(source.next(c))).toList();
    }

    private static List<Double> boxed(Distribution law) {
        return Arrays.stream(law.toArray()).boxed().toList();
    }

    StartLaw startLaw() {
        if (start.equals("stationary")) {
            return new StartLaw.Stationary();
        }
        if (start.equals("uniform")) {
            return new StartLaw.Uniform();
        }
        try {
            return new StartLaw.Given(Distribution.of(SourceMatrix.numbers(start)));
        } catch (IllegalArgumentException e) {
            throw new Failure(
                    ExitCode.USAGE,
                    "--start %s, must be stationary, uniform, or probabilities as 0.9,0.1: %s"
                            .formatted(start, e.getMessage()));
        }
    }

    private KnownSource kernel(Path file) {
        List<Distribution> laws = SourceMatrix.laws(file);
        try {
            return KernelSource.ofKernel(order, laws, startLaw());
        } catch (IllegalArgumentException e) {
            throw SourceMatrix.wrong(
                    file,
                    e,
                    "a row of probabilities for each block of %d symbols".formatted(order));
        }
    }

    private StochasticMatrix transition() {
        if (matrix != null) {
            return SourceMatrix.read(matrix);
        }
        if (switching != null && symbols != null) {
            return StochasticMatrix.copyOf(
                    KernelSource.switching(symbols, switching, new StartLaw.Uniform()).chain());
        }
        double up = p == null ? 0 : p;
        double down = q == null ? 0 : q;
        return StochasticMatrix.ofRows(new double[][] {{1 - up, up}, {down, 1 - down}});
    }
}
