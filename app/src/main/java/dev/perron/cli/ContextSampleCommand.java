package dev.perron.cli;

import dev.perron.chain.Distribution;
import dev.perron.chain.path.Trajectory;
import dev.perron.chain.stationary.StationaryDistribution;
import dev.perron.context.ContextConditionedChain;
import dev.perron.context.ContextWalk;
import dev.perron.context.Prompt;
import dev.perron.context.PromptLaw;
import dev.perron.figure.AtomicFile;
import dev.perron.figure.SequenceStrip;
import dev.perron.format.IntegerArchive;
import dev.perron.onnx.TextTokenizer;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.random.RandomGenerator.SplittableGenerator;

/// `perron context sample`: prompts with what follows, or whole trajectories.
@Command(
        name = "sample",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = {
            "Draws prompts and what follows them, or trajectories, from a context-conditioned"
                    + " chain, as CSV (which 'fit' reads) or .npz (int32). Each run has a generator"
                    + " of its own, split from --seed."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  perron context sample --rows '0.6,0.4;0.3,0.7' --prompts 1000 --length 8 -o p.csv",
            "  perron context sample --dirichlet 50 --runs 10 --steps 100000 --length 50 -o t.npz"
        })
final class ContextSampleCommand implements Callable<Integer> {
    private static final int STRIPS = 12;

    /// Of a run: what an array may have.
    private static final int MOST_TOKENS = Integer.MAX_VALUE - 8;

    @Mixin private BaseChainOptions base = new BaseChainOptions();

    @Option(
            names = "--prompts",
            paramLabel = "N",
            description = "So many prompts, each with one token that follows.")
    private @Nullable Integer prompts;

    @Option(names = "--runs", paramLabel = "N", description = "So many trajectories.")
    private @Nullable Integer runs;

    @Option(
            names = "--steps",
            paramLabel = "N",
            description = "Tokens that follow the prompt of a trajectory (default 1000).")
    private @Nullable Integer givenSteps;

    @Option(names = "--length", paramLabel = "L", description = "Tokens of a prompt (default 10).")
    private @Nullable Integer givenLength;

    @Option(
            names = "--prompt",
            paramLabel = "TOKENS",
            description = "Always this prompt, tokens separated by spaces.")
    private @Nullable String prompt;

    @Option(
            names = "--law",
            paramLabel = "LAW",
            description =
                    "Of prompts: uniform (default), or chain, a path of the base chain. In its"
                            + " place --frequencies, --text-file or --prompt.")
    private @Nullable String law;

    @Option(
            names = "--frequencies",
            split = ",",
            paramLabel = "F,...",
            description = "Prompts of tokens drawn with these frequencies.")
    private List<Double> frequencies = List.of();

    @Option(
            names = "--text-file",
            paramLabel = "FILE.txt",
            description =
                    "Prompts are stretches of this text: of its characters, or with --tokenizer of"
                        + " its tokens. Without a base chain, rows are drawn as by --dirichlet.")
    private @Nullable Path textFile;

    @Option(names = "--tokenizer", paramLabel = "FILE.json", description = "For --text-file.")
    private @Nullable Path tokenizer;

    @Option(names = "--seed", defaultValue = "1", paramLabel = "N", description = "Default 1.")
    private long seed;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "Where to, .csv or .npz; by default CSV on stdout.")
    private @Nullable Path file;

    @Option(
            names = "--figure",
            paramLabel = "FILE",
            description = "Draw the first trajectories as strips, as .svg or .png.")
    private @Nullable Path figure;

    @Spec private CommandSpec spec = CommandSpec.create();

    /// What is drawn from.
    private record Source(ContextConditionedChain chain, Vocabulary vocabulary, PromptLaw law) {}

    @Override
    public Integer call() throws IOException {
        if ((prompts == null) == (runs == null)) {
            throw new Failure(ExitCode.USAGE, "give --prompts N or --runs N, one of them");
        }
        refuseWhatHasNoUse();
        int count = prompts != null ? prompts : runs != null ? runs : 0;
        int length = length();
        int following = prompts != null ? 1 : givenSteps == null ? 1000 : givenSteps;
        if (count < 1 || following < 1 || length < 1) {
            throw new Failure(
                    ExitCode.USAGE,
                    "--prompts, --runs, --steps and --length must be at least 1 each");
        }
        if (figure != null && prompts != null) {
            throw new Failure(ExitCode.USAGE, "--figure draws trajectories; give --runs");
        }
        Source source = source();
        int given = prompt == null ? length : source.vocabulary().parse("--prompt", prompt).length;
        if ((long) given + following > MOST_TOKENS) {
            throw new Failure(
                    ExitCode.USAGE,
                    "%d tokens given and %d more, must be at most %d together: a run is counted in an int; give fewer --steps"
                            .formatted(given, following, MOST_TOKENS));
        }
        if (file != null && isArchive(file)) {
            writeArchive(file, source, count, following);
        } else if (file != null) {
            Path to = file;
            AtomicFile.write(
                    to,
                    out -> {
                        PrintWriter writer =
                                new PrintWriter(
                                        new OutputStreamWriter(out, StandardCharsets.UTF_8));
                        writeCsv(writer, source, count, following);
                        writer.flush();
                        if (writer.checkError()) {
                            throw new IOException(to + " can't be written: no room?");
                        }
                    });
        } else {
            writeCsv(spec.commandLine().getOut(), source, count, following);
        }
        if (figure != null) {
            OutputOptions.draw(figure, strips(source, Math.min(count, STRIPS), following).draw());
        }
        if (file != null) {
            spec.commandLine().getOut().println(file);
        }
        spec.commandLine().getOut().flush();
        return ExitCode.OK.code();
    }

    /// Each of these would be ignored without a word.
    private void refuseWhatHasNoUse() {
        List<String> ways = new ArrayList<>();
        if (law != null) {
            ways.add("--law");
        }
        if (!frequencies.isEmpty()) {
            ways.add("--frequencies");
        }
        if (textFile != null) {
            ways.add("--text-file");
        }
        if (prompt != null) {
            ways.add("--prompt");
        }
        if (ways.size() > 1) {
            throw new Failure(
                    ExitCode.USAGE,
                    "%s each say what prompts are; give one of them"
                            .formatted(String.join(" and ", ways)));
        }
        if (prompt != null && givenLength != null) {
            throw new Failure(
                    ExitCode.USAGE,
                    "--length is that of drawn prompts; leave it out with --prompt");
        }
        if (prompts != null && givenSteps != null) {
            throw new Failure(
                    ExitCode.USAGE,
                    "--steps is for --runs; --prompts have one token after each of them");
        }
        if (textFile != null && base.named()) {
            throw new Failure(
                    ExitCode.USAGE,
                    "--vocabulary and --text-file both name tokens; leave --vocabulary out");
        }
    }

    private int length() {
        return givenLength == null ? 10 : givenLength;
    }

    private static boolean isArchive(Path file) {
        String name = file.toString().toLowerCase(Locale.ROOT);
        if (!name.endsWith(".npz") && !name.endsWith(".csv")) {
            throw new Failure(ExitCode.USAGE, "-o %s, must end in .csv or .npz".formatted(file));
        }
        return name.endsWith(".npz");
    }

    private Source source() {
        if (textFile != null) {
            return ofText(textFile);
        }
        if (tokenizer != null) {
            throw new Failure(ExitCode.USAGE, "--tokenizer needs --text-file");
        }
        ContextConditionedChain chain = base.read(seed);
        int k = chain.tokens();
        try {
            PromptLaw drawn =
                    frequencies.isEmpty()
                            ? named(chain)
                            : new PromptLaw.Independent(
                                    Distribution.of(
                                            frequencies.stream().mapToDouble(f -> f).toArray()));
            if (!frequencies.isEmpty() && frequencies.size() != k) {
                throw new IllegalArgumentException(
                        "%d of %d tokens".formatted(frequencies.size(), k));
            }
            return new Source(chain, base.vocabulary(k), drawn);
        } catch (IllegalArgumentException e) {
            throw new Failure(ExitCode.USAGE, "--frequencies: " + e.getMessage());
        }
    }

    private PromptLaw named(ContextConditionedChain chain) {
        return switch (law == null ? "uniform" : law) {
            case "uniform" -> new PromptLaw.Independent(Distribution.uniform(chain.tokens()));
            case "chain" ->
                    new PromptLaw.Path(
                            chain.base(),
                            switch (StationaryDistribution.of(chain.base())) {
                                case StationaryDistribution.Unique(var pi, _, _) -> pi;
                                case StationaryDistribution.OnePerClass _ ->
                                        Distribution.uniform(chain.tokens());
                            });
            default ->
                    throw new Failure(
                            ExitCode.USAGE, "--law %s, must be uniform or chain".formatted(law));
        };
    }

    /// A text's own vocabulary, in alphabetical order.
    private Source ofText(Path path) {
        List<String> tokens = new ArrayList<>();
        try {
            String text = Files.readString(path);
            if (tokenizer == null) {
                text.codePoints()
                        .forEach(c -> tokens.add(visible(new String(Character.toChars(c)))));
            } else {
                try (TextTokenizer pieces = TextTokenizer.open(tokenizer)) {
                    pieces.encode(text).tokens().forEach(t -> tokens.add(visible(t.label())));
                }
            }
        } catch (IllegalArgumentException | IOException e) {
            throw new Failure(
                    ExitCode.INPUT, "--text-file %s can't be read: %s".formatted(path, e));
        }
        Vocabulary vocabulary = Vocabulary.of(List.copyOf(new TreeSet<>(tokens)));
        if (vocabulary.size() < 2 || tokens.size() < length()) {
            throw new Failure(
                    ExitCode.INPUT,
                    "--text-file %s has %d tokens, %d different ones, must have at least %d and 2"
                            .formatted(path, tokens.size(), vocabulary.size(), length()));
        }
        ContextConditionedChain chain =
                base.given() ? base.read(seed) : BaseChainOptions.drawn(vocabulary.size(), seed);
        if (chain.tokens() != vocabulary.size()) {
            throw new Failure(
                    ExitCode.INPUT,
                    "--text-file %s has %d different tokens, the base chain %d; give one of as many, or none"
                            .formatted(path, vocabulary.size(), chain.tokens()));
        }
        int[] numbers = tokens.stream().mapToInt(t -> vocabulary.number(t).orElseThrow()).toArray();
        return new Source(chain, vocabulary, new PromptLaw.Stretches(Trajectory.of(numbers)));
    }

    /// Tokens are separated by spaces in the file.
    private static String visible(String token) {
        return token.replace(' ', '␣').replace('\n', '⏎').replace('\r', '␍').replace('\t', '⇥');
    }

    private Prompt draw(Source source, SplittableGenerator random) {
        return prompt == null
                ? source.law().draw(length(), random)
                : Prompt.of(source.vocabulary().parse("--prompt", prompt));
    }

    private void writeCsv(PrintWriter out, Source source, int count, int following) {
        SplittableRandom root = new SplittableRandom(seed);
        Csv csv =
                prompts != null
                        ? new Csv(out, "prompt", "next")
                        : new Csv(out, "run", "step", "token", "given");
        Vocabulary vocabulary = source.vocabulary();
        for (int r = 0; r < count; r++) {
            SplittableGenerator random = root.split();
            Prompt given = draw(source, random);
            ContextWalk walk = source.chain().walk(given, random);
            if (prompts != null) {
                csv.row(
                        String.join(
                                " ",
                                vocabulary.names(Arrays.stream(given.toArray()).boxed().toList())),
                        vocabulary.name(walk.step()));
                continue;
            }
            for (int t = 0; t < given.length() + following; t++) {
                boolean old = t < given.length();
                csv.row(r, t, vocabulary.name(old ? given.token(t) : walk.step()), old ? 1 : 0);
            }
        }
    }

    private void writeArchive(Path to, Source source, int count, int following) {
        SplittableRandom root = new SplittableRandom(seed);
        int given = draw(source, new SplittableRandom(seed)).length();
        new IntegerArchive()
                .with("prompt_length", 1, 1, (_, out) -> out[0] = given)
                .with(
                        "tokens",
                        count,
                        Math.addExact(given, following),
                        (_, out) -> {
                            SplittableGenerator random = root.split();
                            Prompt start = draw(source, random);
                            System.arraycopy(start.toArray(), 0, out, 0, given);
                            ContextWalk walk = source.chain().walk(start, random);
                            for (int t = given; t < out.length; t++) {
                                out[t] = walk.step();
                            }
                        })
                .write(to);
    }

    private SequenceStrip strips(Source source, int count, int following) {
        SplittableRandom root = new SplittableRandom(seed);
        List<SequenceStrip.Row> rows = new ArrayList<>();
        for (int r = 0; r < count; r++) {
            SplittableGenerator random = root.split();
            Prompt given = draw(source, random);
            Trajectory run = source.chain().simulate(given, following, random);
            rows.add(
                    new SequenceStrip.Row(
                            "run " + r,
                            Arrays.stream(run.toArray()).boxed().toList(),
                            given.length()));
        }
        return new SequenceStrip(
                "Trajectories of a context-conditioned chain",
                List.of("%d tokens, seed %d.".formatted(source.chain().tokens(), seed)),
                source.vocabulary().names(),
                rows);
    }
}
