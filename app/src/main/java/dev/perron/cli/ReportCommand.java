package dev.perron.cli;

import dev.perron.attention.AttentionChain;
import dev.perron.attention.AttentionTensor;
import dev.perron.attention.Direction;
import dev.perron.attention.HeadWeighting;
import dev.perron.attention.SpecialTokens;
import dev.perron.attention.Token;
import dev.perron.attention.TokenRank;
import dev.perron.chain.Distribution;
import dev.perron.chain.Teleporting;
import dev.perron.chain.spectrum.Spectrum;
import dev.perron.web.HeadFacts;
import dev.perron.web.Ranking;
import dev.perron.web.Report;
import dev.perron.web.ReportContent;
import dev.perron.web.ReportContent.Fact;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// `perron report`: one offline HTML file.
@Command(
        name = "report",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = {
            "One self-contained HTML file: tokens coloured by TokenRank, a wall of all heads by"
                    + " |λ₂|, the matrix of a head, bounces from a token. Of a photograph, its"
                    + " patches are coloured beside it. It opens offline and"
                    + " makes no network request."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  perron report --text \"The quick brown fox jumps\" -o report.html",
            "  perron report --image photo.jpg --model vit.onnx -o report.html"
        })
final class ReportCommand implements Callable<Integer> {
    private static final int TITLE = 80;

    @Mixin private LayersOptions input = new LayersOptions();

    @Option(
            names = {"-o", "--output"},
            required = true,
            paramLabel = "FILE.html",
            description = "The file to write.")
    private Path output = Path.of("");

    @Option(
            names = "--alpha",
            defaultValue = "0.99",
            paramLabel = "A",
            description =
                    "Probability of following attention rather than restarting, in (0, 1) (default"
                            + " 0.99).")
    private double alpha = TokenRank.ALPHA;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException {
        if (!(alpha > 0 && alpha < 1)) {
            throw new Failure(
                    ExitCode.USAGE,
                    "--alpha %s, must be in (0, 1): without restarts a causal head's ranking says nothing"
                            .formatted(alpha));
        }
        try (Progress progress = new Progress(spec)) {
            LayersOptions.Reading reading = input.read(progress);
            AttentionTensor tensor = reading.tensor();
            ReportContent content =
                    new ReportContent(
                            title(reading),
                            provenance(reading),
                            command(),
                            tensor,
                            rankings(tensor, Direction.INCOMING, progress),
                            rankings(tensor, Direction.OUTGOING, progress),
                            facts(tensor, progress),
                            alpha,
                            reading.source()
                                    .picture()
                                    .map(
                                            picture ->
                                                    new ReportContent.Photo(
                                                            picture.image(),
                                                            picture.view(),
                                                            picture.grid())));
            progress.at("writing " + output);
            write(content);
            spec.commandLine().getOut().println(output);
            return ExitCode.OK.code();
        }
    }

    private void write(ReportContent content) throws IOException {
        Report report;
        try {
            report = Report.of(content);
        } catch (IllegalArgumentException e) {
            throw new Failure(ExitCode.INPUT, e.getMessage() + "; take one with --layer");
        }
        report.write(output);
    }

    private static String title(LayersOptions.Reading reading) {
        Optional<Picture> picture = reading.source().picture();
        if (picture.isPresent()) {
            return String.valueOf(picture.get().file().getFileName());
        }
        String text =
                reading.tokens().stream()
                        .filter(token -> token instanceof Token.Piece)
                        .map(Token::label)
                        .collect(Collectors.joining(" "))
                        .replaceAll("\\s+", " ")
                        .strip();
        return text.length() <= TITLE ? text : text.substring(0, TITLE - 1) + "…";
    }

    private List<Fact> provenance(LayersOptions.Reading reading) {
        AttentionTensor tensor = reading.tensor();
        List<Fact> facts = new ArrayList<>();
        reading.source().facts().forEach((name, value) -> facts.add(fact(name, value)));
        facts.add(new Fact("Layers", tensor.layers().toString()));
        facts.add(new Fact("Largest |row sum - 1|", "%.1e".formatted(tensor.worstRow())));
        Version.provenance().forEach((name, value) -> facts.add(new Fact(name, value.toString())));
        return facts;
    }

    /// What a document calls `modelSha256`, and a person the SHA-256.
    private static Fact fact(String name, Object value) {
        String label =
                switch (name) {
                    case "modelSha256" -> "SHA-256";
                    case "elementType" -> "Numbers";
                    case "axesBecause" -> "Axes taken";
                    default -> name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
                };
        return new Fact(label, String.valueOf(value));
    }

    /// The command line, quoted for a shell.
    private String command() {
        return Stream.concat(
                        Stream.of("perron"),
                        spec.root().commandLine().getParseResult().originalArgs().stream())
                .map(
                        word ->
                                word.matches("[\\w./=:@,+-]+")
                                        ? word
                                        : "'" + word.replace("'", "'\\''") + "'")
                .collect(Collectors.joining(" "));
    }

    /// `[layer][head or mean]`.
    private List<List<Ranking>> rankings(
            AttentionTensor tensor, Direction direction, Progress progress) {
        AtomicInteger done = new AtomicInteger();
        int heads = tensor.heads();
        List<Ranking> all =
                IntStream.range(0, tensor.layers().size() * (heads + 1))
                        .parallel()
                        .mapToObj(
                                i -> {
                                    progress.at(
                                            "ranking, %s, %d done"
                                                    .formatted(direction, done.getAndIncrement()));
                                    return ranking(
                                            tensor,
                                            tensor.layers().get(i / (heads + 1)),
                                            i % (heads + 1),
                                            direction);
                                })
                        .toList();
        return IntStream.range(0, tensor.layers().size())
                .mapToObj(l -> all.subList(l * (heads + 1), (l + 1) * (heads + 1)))
                .toList();
    }

    private Ranking ranking(AttentionTensor tensor, int layer, int head, Direction direction) {
        boolean mean = head == tensor.heads();
        HeadWeighting weighting =
                mean ? new HeadWeighting.Mean() : new HeadWeighting.Single(layer, head);
        AttentionTensor source = mean ? tensor.layer(layer) : tensor;
        String name = mean ? "L%d, mean".formatted(layer) : "L%dH%d".formatted(layer, head);
        return switch (AttentionChain.of(source, weighting, SpecialTokens.KEEP)) {
            case AttentionChain.Undefined(String explanation) ->
                    throw new Failure(ExitCode.NUMERICAL, explanation);
            case AttentionChain.Defined chain -> {
                int n = chain.transition().states();
                Teleporting teleporting =
                        new Teleporting(chain.transition(), alpha, Distribution.uniform(n));
                yield switch (TokenRank.of(
                        teleporting, direction, TokenRank.TOLERANCE, TokenRank.MAX_STEPS)) {
                    case TokenRank.Ranked(var scores, var certificate) ->
                            new Ranking(scores, Labels.certificate(certificate, true));
                    case TokenRank.NotConverged(var last, var certificate) ->
                            new Ranking(last, Labels.certificate(certificate, false));
                    case TokenRank.NotUnique _, TokenRank.Undefined _ ->
                            throw new Failure(
                                    ExitCode.NUMERICAL, name + " has no ranking at alpha " + alpha);
                };
            }
        };
    }

    private static List<List<HeadFacts>> facts(AttentionTensor tensor, Progress progress) {
        AtomicInteger done = new AtomicInteger();
        List<HeadFacts> all =
                tensor.all().parallelStream()
                        .map(
                                head -> {
                                    progress.at(
                                            "|λ₂| of %d heads".formatted(done.incrementAndGet()));
                                    return HeadFacts.of(
                                            head,
                                            Math.min(
                                                    1,
                                                    HeadsCommand.lambda2(
                                                                    head.name(), Spectrum.of(head))
                                                            .modulus()));
                                })
                        .toList();
        return IntStream.range(0, tensor.layers().size())
                .mapToObj(l -> all.subList(l * tensor.heads(), (l + 1) * tensor.heads()))
                .toList();
    }
}
