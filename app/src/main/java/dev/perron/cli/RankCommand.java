package dev.perron.cli;

import dev.perron.attention.Certificate;
import dev.perron.attention.Direction;
import dev.perron.attention.TokenRank;
import dev.perron.chain.CommunicatingClass;
import dev.perron.chain.Distribution;
import dev.perron.chain.Structure;
import dev.perron.chain.Teleporting;
import dev.perron.figure.Label;
import dev.perron.figure.TokenStrip;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// `perron rank`: TokenRank of a text's tokens.
@Command(
        name = "rank",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = {
            "TokenRank: how important each token is to the whole, as the stationary distribution"
                    + " of attention read as a Markov chain.",
            "alpha is the probability of following attention rather than restarting (others call"
                    + " it damping and default to 0.85). Incoming rank flows to the tokens that"
                    + " are attended to (sinks), outgoing rank to those that attend (sources)."
        },
        footerHeading = "%nExample:%n",
        footer = "  perron rank --text \"The quick brown fox jumps\" --layer 5 --figure rank.svg")
final class RankCommand implements Callable<Integer> {
    @Mixin private ChainOptions chain = new ChainOptions();
    @Mixin private RestartOptions restart = new RestartOptions();
    @Mixin private OutputOptions output = new OutputOptions();

    @Option(
            names = "--direction",
            defaultValue = "in",
            paramLabel = "in|out",
            description = "Incoming (default) or outgoing.")
    private String direction = "in";

    @Option(
            names = "--method",
            defaultValue = "auto",
            paramLabel = "M",
            description =
                    "How scores are computed: auto (default), power, krylov, triangular or"
                            + " elimination.")
    private String method = "auto";

    @Option(
            names = "--tolerance",
            defaultValue = "1e-9",
            paramLabel = "E",
            description =
                    "Largest L1 error of the scores where they are iterated for (default 1e-9);"
                            + " a direct method is as exact as it can be.")
    private double tolerance = TokenRank.TOLERANCE;

    @Option(
            names = "--max-iterations",
            defaultValue = "30000",
            paramLabel = "N",
            description = "Give up after so many steps (default 30000).")
    private int maxIterations = TokenRank.MAX_STEPS;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException {
        output.check();
        Direction flow = direction();
        Optional<Certificate.Method> wanted = method();
        restart.check();
        if (!(tolerance > 0 && tolerance < 1)) {
            throw new Failure(
                    ExitCode.USAGE, "--tolerance %s, must be in (0, 1)".formatted(tolerance));
        }
        if (maxIterations < 1) {
            throw new Failure(
                    ExitCode.USAGE, "--max-iterations %d, must be >= 1".formatted(maxIterations));
        }
        try (Progress progress = new Progress(spec)) {
            Subject subject = chain.read(progress);
            Structure structure = Structure.of(subject.transition());
            Distribution v = restart.distribution(subject);
            Teleporting teleporting = new Teleporting(subject.transition(), restart.alpha(), v);
            progress.at("ranking %d tokens".formatted(subject.states()));
            return switch (rank(wanted, teleporting, flow)) {
                case TokenRank.Ranked(var scores, var certificate) -> {
                    show(new Answer(subject, structure, flow, scores, certificate, true));
                    yield ExitCode.OK.code();
                }
                case TokenRank.NotConverged(var last, var certificate) -> {
                    show(new Answer(subject, structure, flow, last, certificate, false));
                    throw new Failure(
                            ExitCode.NUMERICAL,
                            "not converged: error at most %.1e after %d iterations, tolerance %.1e; raise --max-iterations or --tolerance, or lower --alpha"
                                    .formatted(
                                            certificate.errorBound(),
                                            certificate.iterations(),
                                            tolerance));
                }
                case TokenRank.NotUnique(var several) ->
                        throw new Failure(
                                ExitCode.NUMERICAL,
                                "not unique: without teleporting %s has %d recurrent classes (%s) and a ranking for each; give an --alpha below 1, or see 'perron chain'"
                                        .formatted(
                                                subject.heads(),
                                                several.extremes().size(),
                                                classes(structure, subject)));
                case TokenRank.Undefined(int state) ->
                        throw new Failure(
                                ExitCode.NUMERICAL,
                                "outgoing rank is not defined: token %s gets no attention and no restart; give an --alpha below 1 without --personalize, or --direction in"
                                        .formatted(subject.named(state)));
            };
        }
    }

    /// What was found, whether good enough or not.
    private record Answer(
            Subject subject,
            Structure structure,
            Direction flow,
            Distribution scores,
            Certificate certificate,
            boolean converged) {
        /// States by falling score.
        List<Integer> ranking() {
            return IntStream.range(0, scores.states())
                    .boxed()
                    .sorted(Comparator.comparingDouble((Integer i) -> scores.mass(i)).reversed())
                    .toList();
        }
    }

    private Direction direction() {
        return switch (direction.toLowerCase(Locale.ROOT)) {
            case "in", "incoming" -> Direction.INCOMING;
            case "out", "outgoing" -> Direction.OUTGOING;
            default ->
                    throw new Failure(
                            ExitCode.USAGE,
                            "--direction %s, must be in or out".formatted(direction));
        };
    }

    /// The method asked for, or nothing for the best one.
    private Optional<Certificate.Method> method() {
        return switch (method.toLowerCase(Locale.ROOT)) {
            case "auto" -> Optional.empty();
            case "power" -> Optional.of(Certificate.Method.POWER_ITERATION);
            case "krylov" -> Optional.of(Certificate.Method.KRYLOV);
            case "triangular" -> Optional.of(Certificate.Method.TRIANGULAR_SOLVE);
            case "elimination" -> Optional.of(Certificate.Method.ELIMINATION);
            default ->
                    throw new Failure(
                            ExitCode.USAGE,
                            "--method %s, must be auto, power, krylov, triangular or elimination"
                                    .formatted(method));
        };
    }

    private TokenRank rank(Optional<Certificate.Method> wanted, Teleporting chain, Direction flow) {
        if (wanted.isEmpty()) {
            return TokenRank.of(chain, flow, tolerance, maxIterations);
        }
        Optional<String> objection = TokenRank.objection(wanted.get(), chain, flow);
        if (objection.isPresent()) {
            throw new Failure(
                    ExitCode.INPUT,
                    "--method %s: %s; leave it out, or give --method elimination"
                            .formatted(method, objection.get()));
        }
        return TokenRank.by(wanted.get(), chain, flow, tolerance, maxIterations);
    }

    private void show(Answer answer) throws IOException {
        output.figure(
                () ->
                        TokenStrip.of(
                                        "TokenRank, "
                                                + answer.flow().name().toLowerCase(Locale.ROOT),
                                        Label.of(answer.subject().tokens()),
                                        answer.scores().toArray())
                                .withNotes(
                                        answer.subject().model() + ", " + answer.subject().heads(),
                                        Labels.certificate(
                                                answer.certificate(), answer.converged()))
                                .draw());
        PrintWriter out = spec.commandLine().getOut();
        if (output.json()) {
            Json.print(out, document(answer));
        } else if (output.csv()) {
            csv(out, answer);
        } else {
            table(out, answer);
        }
        out.flush();
    }

    private Map<String, Object> document(Answer answer) {
        Subject subject = answer.subject();
        Certificate certificate = answer.certificate();
        Map<String, Object> content = subject.description();
        content.putAll(restart.description());
        content.putAll(
                Json.object(
                        "direction",
                        answer.flow().name().toLowerCase(Locale.ROOT),
                        "method",
                        Labels.of(certificate.method()),
                        "converged",
                        answer.converged(),
                        "iterations",
                        certificate.iterations(),
                        "residual",
                        certificate.residual(),
                        "errorBound",
                        certificate.errorBound(),
                        "tolerance",
                        switch (certificate.method()) {
                            case POWER_ITERATION, KRYLOV -> tolerance;
                            case TRIANGULAR_SOLVE, ELIMINATION -> null;
                        }));
        content.putAll(Labels.structure(answer.structure(), subject));
        List<Integer> ranking = answer.ranking();
        content.put(
                "tokens",
                IntStream.range(0, subject.states())
                        .mapToObj(
                                i ->
                                        subject.entry(
                                                i,
                                                "score",
                                                answer.scores().mass(i),
                                                "rank",
                                                ranking.indexOf(i) + 1))
                        .toList());
        return Json.document("rank", content);
    }

    private void csv(PrintWriter out, Answer answer) {
        Csv csv = new Csv(out, "layer", "head", "token_index", "token", "special", "score", "rank");
        Subject subject = answer.subject();
        List<Integer> ranking = answer.ranking();
        for (int i = 0; i < subject.states(); i++) {
            Map<String, Object> token = subject.entry(i);
            csv.row(
                    subject.layerName(),
                    subject.headName(),
                    token.get("index"),
                    token.get("token"),
                    token.get("special"),
                    answer.scores().mass(i),
                    ranking.indexOf(i) + 1);
        }
    }

    private void table(PrintWriter out, Answer answer) {
        Subject subject = answer.subject();
        List<Integer> ranking = answer.ranking();
        double most = answer.scores().mass(ranking.getFirst());
        Table table = new Table("rank", "#", "token", "score", "");
        for (int r = 0; r < ranking.size(); r++) {
            int state = ranking.get(r);
            double score = answer.scores().mass(state);
            table.row(
                    r + 1,
                    subject.chain().positions().get(state),
                    subject.token(state).label(),
                    score,
                    Labels.bar(score / most));
        }
        out.println(subject.model() + ", " + subject.heads() + ", " + restart.words());
        table.print(out);
        out.println();
        for (String remark : subject.remarks(answer.structure())) {
            out.println(remark);
        }
        out.println(Labels.certificate(answer.certificate(), answer.converged()));
    }

    private static String classes(Structure structure, Subject subject) {
        List<String> shown = new ArrayList<>();
        for (CommunicatingClass c : structure.recurrent()) {
            shown.add(
                    c.states().stream()
                                    .limit(4)
                                    .map(subject::named)
                                    .collect(Collectors.joining(" "))
                            + (c.states().size() > 4 ? " ..." : ""));
        }
        return String.join("; ", shown);
    }
}
