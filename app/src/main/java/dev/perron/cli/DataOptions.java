package dev.perron.cli;

import dev.perron.attention.model.ModelException;
import dev.perron.attention.model.TextInput;
import dev.perron.onnx.ExportedTokenizer;
import dev.perron.onnx.TextTokenizer;
import dev.perron.transformer.KernelSource;
import dev.perron.transformer.RandomKernelSource;
import dev.perron.transformer.TextSource;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// What a model is to be trained on: a Markov source, a new random one for each sequence, or a
/// text.
final class DataOptions {
    /// The part of a text that isn't trained on.
    private static final int HELD_OUT = 10; // a tenth

    /// Entropies that are counted in a text: given 0, 1, 2 and 3 symbols.
    private static final int ENTROPIES = 4;

    @Mixin private SourceOptions known = new SourceOptions();

    @Option(
            names = "--random-kernels",
            description =
                    "A new source for each sequence, of --symbols and --order: each of its rows is"
                        + " drawn from a Dirichlet law, so that it can only be learned in context.")
    private boolean randomKernels;

    @Option(
            names = "--concentration",
            paramLabel = "A",
            description =
                    "With --random-kernels: the parameter of the Dirichlet law (default 1, all rows"
                            + " equally likely); less makes rows more certain.")
    private @Nullable Double concentration;

    @Option(
            names = "--text-file",
            paramLabel = "FILE.txt",
            description =
                    "A text in place of a source: its characters, or with --tokenizer its tokens."
                            + " Its last tenth is for evaluation alone.")
    private @Nullable Path textFile;

    @Option(names = "--tokenizer", paramLabel = "FILE.json", description = "For --text-file.")
    private @Nullable Path tokenizer;

    /// Refuses what is wrong by itself, before anything is read.
    void check() {
        if (tokenizer != null && textFile == null) {
            throw new Failure(ExitCode.USAGE, "--tokenizer needs --text-file");
        }
        if (concentration != null && !randomKernels) {
            throw new Failure(ExitCode.USAGE, "--concentration needs --random-kernels");
        }
        if (randomKernels && textFile != null) {
            throw new Failure(
                    ExitCode.USAGE,
                    "--random-kernels and --text-file exclude each other; give one of them");
        }
        if (randomKernels) {
            known.checkRandom();
        } else if (textFile != null) {
            known.requireNone("--text-file");
        } else {
            known.check(", --matrix, --random-kernels and --symbols, or --text-file");
        }
    }

    boolean ofText() {
        return textFile != null;
    }

    /// What was named.
    ///
    /// @param context tokens of a sequence
    /// @throws Failure if it can't be read, or is too little for such sequences
    TrainingData read(int context) {
        if (textFile != null) {
            return text(textFile, context);
        }
        if (randomKernels) {
            return kernels();
        }
        return new TrainingData.Known(known, known.read());
    }

    private TrainingData kernels() {
        double parameter = concentration == null ? 1 : concentration;
        try {
            RandomKernelSource source =
                    RandomKernelSource.of(
                            known.symbols(), known.order(), parameter, known.startLaw());
            return new TrainingData.RandomKernels(
                    "random kernels of %d symbols, order %d, concentration %s"
                            .formatted(source.symbols(), source.order(), parameter),
                    source,
                    known.start());
        } catch (IllegalArgumentException e) {
            throw new Failure(ExitCode.USAGE, "--random-kernels: " + e.getMessage());
        }
    }

    private TrainingData text(Path file, int context) {
        String content = content(file);
        Pieces pieces = pieces(file, content);
        List<String> symbols = pieces.symbols();
        int heldOut = pieces.size() / HELD_OUT;
        if (symbols.size() < 2 || symbols.size() > KernelSource.MAX_CONTEXTS) {
            throw new Failure(
                    ExitCode.INPUT,
                    "--text-file %s has %d different %s, must have 2 to %d"
                            .formatted(file, symbols.size(), unit(), KernelSource.MAX_CONTEXTS));
        }
        if (heldOut < context + 1) {
            throw new Failure(
                    ExitCode.INPUT,
                    "--text-file %s has %d %s, must have %d, so that a tenth holds a sequence of --context %d; give a longer text or a shorter context"
                            .formatted(
                                    file,
                                    pieces.size(),
                                    unit(),
                                    (long) HELD_OUT * (context + 1),
                                    context));
        }
        TextSource whole = TextSource.ofTokens(pieces.numbers(), symbols.size());
        Map<String, String> identity = new LinkedHashMap<>();
        identity.put(
                "source", "text " + file + (tokenizer == null ? "" : ", tokenizer " + tokenizer));
        identity.put(
                "text",
                "%s, %d %s, %d different"
                        .formatted(Fingerprint.of(content), pieces.size(), unit(), symbols.size()));
        if (tokenizer == null) {
            identity.put(
                    TrainedModel.CHARACTERS,
                    symbols.stream()
                            .map(symbol -> String.valueOf(symbol.codePointAt(0)))
                            .collect(Collectors.joining(" ")));
        }
        pieces.tokenizer()
                .filter(_ -> tokenizer != null)
                .ifPresent(
                        json ->
                                identity.put(
                                        TrainedModel.TOKENIZER, Fingerprint.of(Stream.of(json))));
        return new TrainingData.Text(
                "text %s, %d %s".formatted(file, pieces.size(), unit()),
                whole.holdingOut(heldOut),
                identity,
                symbols,
                pieces.tokenizer(),
                IntStream.range(0, ENTROPIES).mapToObj(whole::conditionalEntropy).toList());
    }

    private String unit() {
        return tokenizer == null ? "characters" : "tokens";
    }

    private static String content(Path file) {
        if (Files.isDirectory(file)) {
            throw new Failure(
                    ExitCode.INPUT,
                    "--text-file %s is a folder; name a file in it".formatted(file));
        }
        try {
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw Failure.unread("--text-file " + file, e);
        }
    }

    /// A text in pieces: what they are, and which of them comes where.
    private static final class Pieces {
        private final List<String> symbols;
        private final int[] numbers;
        private final Optional<byte[]> tokenizer;

        Pieces(List<String> symbols, int[] numbers, Optional<byte[]> tokenizer) {
            this.symbols = symbols;
            this.numbers = numbers;
            this.tokenizer = tokenizer;
        }

        static Pieces ofCharacters(String text) {
            int[] points = text.codePoints().toArray();
            int[] alphabet = Arrays.stream(points).sorted().distinct().toArray();
            List<String> symbols = Arrays.stream(alphabet).mapToObj(Character::toString).toList();
            return new Pieces(
                    symbols,
                    Arrays.stream(points).map(c -> Arrays.binarySearch(alphabet, c)).toArray(),
                    Optional.of(ExportedTokenizer.ofCharacters(symbols)));
        }

        /// The tokens that the text has, numbered anew in their order.
        static Pieces ofTokens(Path tokenizer, String text) throws IOException {
            TextInput read;
            try (TextTokenizer opened = TextTokenizer.open(tokenizer)) {
                read = opened.encode(text);
            }
            int[] used =
                    read.ids().stream().mapToInt(Integer::intValue).sorted().distinct().toArray();
            int[] numbers =
                    read.ids().stream().mapToInt(id -> Arrays.binarySearch(used, id)).toArray();
            String[] symbols = new String[used.length];
            for (int t = numbers.length - 1; t >= 0; t--) {
                symbols[numbers[t]] = read.tokens().get(t).label();
            }
            return new Pieces(
                    List.of(symbols),
                    numbers,
                    RenumberedTokenizer.of(Files.readAllBytes(tokenizer), used)
                            .filter(json -> cutsAlike(json, text, numbers)));
        }

        /// Whether a tokenizer gives these tokens: there are more kinds than are known here.
        private static boolean cutsAlike(byte[] json, String text, int... numbers) {
            try (TextTokenizer opened = TextTokenizer.of("the renumbered tokenizer", json)) {
                return opened.encode(text).ids().equals(Arrays.stream(numbers).boxed().toList());
            } catch (ModelException | IllegalArgumentException _) {
                return false;
            }
        }

        List<String> symbols() {
            return symbols;
        }

        int[] numbers() {
            return numbers;
        }

        /// For a model of these numbers, if one could be made.
        Optional<byte[]> tokenizer() {
            return tokenizer;
        }

        int size() {
            return numbers.length;
        }
    }

    private Pieces pieces(Path file, String text) {
        if (tokenizer == null) {
            return Pieces.ofCharacters(text);
        }
        try {
            return Pieces.ofTokens(tokenizer, text);
        } catch (IOException e) {
            throw Failure.unread("--tokenizer " + tokenizer, e);
        } catch (IllegalArgumentException e) {
            throw new Failure(ExitCode.INPUT, "--text-file %s: %s".formatted(file, e.getMessage()));
        }
    }
}
