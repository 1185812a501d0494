package dev.perron.cli;

import dev.perron.attention.AttentionFlow;
import dev.perron.attention.AttentionTensor;
import dev.perron.attention.Certificate;
import dev.perron.attention.Direction;
import dev.perron.attention.RankAgreement;
import dev.perron.attention.Rollout;
import dev.perron.attention.TokenRank;
import dev.perron.chain.CommunicatingClass;
import dev.perron.chain.Distribution;
import dev.perron.chain.Structure;
import dev.perron.chain.Teleporting;
import dev.perron.figure.Drawing;
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
        footerHeading = "%nExamples:%n",
        footer = {
            "  perron rank --text \"The quick brown fox jumps\" --layer 5 --figure rank.svg",
            "  perron rank --queries q.npy --keys k.npy --causal --window 4096",
            "  perron rank scores.npy --scores --causal --head 3",
            "  perron rank --texts sentences.txt --csv -o ranks.csv --resume",
            "  perron rank --text - --text-window 512 --csv < book.txt",
            "  perron rank --image photo.jpg --model vit.onnx --figure rank.png",
            "  perron rank --text \"The quick brown fox jumps\" --alpha-sweep --figure sweep.svg"
        })
final class RankCommand implements Callable<Integer> {
    private static final List<String> COLUMNS =
            List.of(
                    "layer",
                    "head",
                    "token_index",
                    "token",
                    "special",
                    "score",
                    "rank",
                    "alpha",
                    "direction",
                    "method",
                    "converged",
                    "iterations",
                    "residual",
                    "error_bound");

    @Mixin private ChainOptions chain = new ChainOptions();
    @Mixin private RestartOptions restart = new RestartOptions();
    @Mixin private SweepOptions sweep = new SweepOptions();
    @Mixin private OutputOptions output = new OutputOptions();
    @Mixin private BatchOptions batch = new BatchOptions();

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
                            + " elimination. Or, as baselines that go through layers 0 to --layer:"
                            + " rollout, or flow, out of --personalize TOKEN.")
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
        boolean through = throughLayers();
        Optional<Certificate.Method> wanted = through ? Optional.empty() : method();
        restart.check();
        if (!(tolerance > 0 && tolerance < 1)) {
            throw new Failure(
                    ExitCode.USAGE, "--tolerance %s, must be in (0, 1)".formatted(tolerance));
        }
        if (maxIterations < 1) {
            throw new Failure(
                    ExitCode.USAGE, "--max-iterations %d, must be >= 1".formatted(maxIterations));
        }
        sweep.check();
        batch.check(output, chain.folder());
        if ((batch.given() || chain.folder()) && sweep.alphas().isPresent()) {
            throw new Failure(
                    ExitCode.USAGE,
                    "--texts, --text-window or a folder and --alpha-sweep exclude each other; give"
                            + " one");
        }
        try (Progress progress = new Progress(spec)) {
            if (through) {
                rankThrough(progress);
                return ExitCode.OK.code();
            }
            if (batch.given() || chain.folder()) {
                rankAll(flow, wanted, progress);
                return ExitCode.OK.code();
            }
            Subject subject = chain.read(progress);
            Question question = question(subject, flow, wanted);
            progress.at("ranking %d tokens".formatted(subject.states()));
            Optional<List<Double>> alphas = sweep.alphas();
            if (alphas.isPresent()) {
                sweep(question, alphas.get());
            } else {
                rank(question);
            }
            return ExitCode.OK.code();
        }
    }

    /// What is asked, at whatever α.
    private record Question(
            Subject subject,
            Structure structure,
            Direction flow,
            Optional<Certificate.Method> method,
            Distribution restart) {
        Teleporting at(double alpha) {
            return new Teleporting(subject.transition(), alpha, restart);
        }
    }

    private Question question(
            Subject subject, Direction flow, Optional<Certificate.Method> wanted) {
        return new Question(
                subject,
                Structure.of(subject.transition()),
                flow,
                wanted,
                restart.distribution(subject));
    }

    private boolean throughLayers() {
        boolean through = method.equalsIgnoreCase("rollout") || method.equalsIgnoreCase("flow");
        if (through
                && (batch.given()
                        || chain.folder()
                        || sweep.alphas().isPresent()
                        || direction() == Direction.OUTGOING)) {
            throw new Failure(
                    ExitCode.USAGE,
                    "--method %s excludes --texts, --text-window, a folder, --alpha-sweep and --direction out"
                            .formatted(method));
        }
        return through;
    }

    /// A baseline through layers, shown as a ranking.
    private void rankThrough(Progress progress) throws IOException {
        InputOptions.Attended reading = chain.readThrough(method, progress);
        AttentionTensor tensor = reading.tensor();
        Rollout rollout = Rollout.of(tensor);
        Subject subject = Subject.through(reading.source(), tensor, rollout);
        Distribution outputs = restart.distribution(subject);
        Distribution scores =
                method.equalsIgnoreCase("rollout")
                        ? rollout.inputs(outputs)
                        : flow(tensor, outputs, progress);
        show(
                new Answer(
                        new Question(
                                subject,
                                Structure.of(subject.transition()),
                                Direction.INCOMING,
                                Optional.empty(),
                                outputs),
                        scores,
                        new HowRanked.Through(method.toLowerCase(Locale.ROOT), tensor.layers())));
    }

    private Distribution flow(AttentionTensor tensor, Distribution outputs, Progress progress) {
        List<Integer> from =
                IntStream.range(0, outputs.states())
                        .filter(token -> outputs.mass(token) > 0)
                        .boxed()
                        .toList();
        if (from.size() != 1) {
            throw new Failure(
                    ExitCode.USAGE,
                    "--method flow goes out from one token; give --personalize TOKEN");
        }
        progress.at("maximum flows to %d tokens".formatted(outputs.states()));
        return Distribution.proportionalTo(AttentionFlow.to(tensor, from.getFirst()));
    }

    /// One after another; one without a ranking ends it, with those before it written.
    private void rankAll(Direction flow, Optional<Certificate.Method> wanted, Progress progress)
            throws IOException {
        try (TextTable table = batch.table(spec.commandLine().getOut(), COLUMNS)) {
            chain.each(
                    batch,
                    table,
                    progress,
                    (subject, csv) -> {
                        Question question = question(subject, flow, wanted);
                        TokenRank rank = ranks(question, List.of(restart.alpha())).getFirst();
                        if (!(rank instanceof TokenRank.Ranked(var scores, var certificate))) {
                            throw new Failure(
                                    ExitCode.NUMERICAL, shortcoming(rank, question).orElseThrow());
                        }
                        csv(csv, new Answer(question, scores, stationary(certificate, true)));
                    });
        }
    }

    private void rank(Question question) throws IOException {
        TokenRank rank = ranks(question, List.of(restart.alpha())).getFirst();
        switch (rank) {
            case TokenRank.Ranked(var scores, var certificate) ->
                    show(new Answer(question, scores, stationary(certificate, true)));
            case TokenRank.NotConverged(var last, var certificate) ->
                    show(new Answer(question, last, stationary(certificate, false)));
            case TokenRank.NotUnique _, TokenRank.Undefined _ -> {}
        }
        Optional<String> shortcoming = shortcoming(rank, question);
        if (shortcoming.isPresent()) {
            throw new Failure(ExitCode.NUMERICAL, shortcoming.get());
        }
    }

    /// The ranking at `--alpha` and those of the sweep, which share their passes over attention.
    private void sweep(Question question, List<Double> alphas) throws IOException {
        List<Double> all = new ArrayList<>(alphas);
        if (!alphas.contains(restart.alpha())) {
            all.add(restart.alpha());
        }
        List<TokenRank> ranks = ranks(question, all);
        TokenRank reference = ranks.get(all.indexOf(restart.alpha()));
        if (!(reference instanceof TokenRank.Ranked compared)) {
            throw new Failure(ExitCode.NUMERICAL, shortcoming(reference, question).orElseThrow());
        }
        List<AlphaSweep.Point> points = new ArrayList<>();
        List<AlphaSweep.Missing> missing = new ArrayList<>();
        for (int k = 0; k < alphas.size(); k++) {
            if (ranks.get(k) instanceof TokenRank.Ranked ranked) {
                points.add(
                        new AlphaSweep.Point(
                                alphas.get(k),
                                ranked,
                                RankAgreement.of(ranked, compared, sweep.top())));
            } else {
                missing.add(
                        new AlphaSweep.Missing(
                                alphas.get(k), shortcoming(ranks.get(k), question).orElseThrow()));
            }
        }
        if (points.isEmpty()) {
            throw new Failure(ExitCode.NUMERICAL, missing.getFirst().words());
        }
        show(
                new AlphaSweep(
                        question.subject(),
                        question.structure(),
                        question.flow(),
                        restart,
                        compared,
                        points,
                        missing,
                        sweep.top(),
                        tolerance));
        if (!missing.isEmpty()) {
            throw new Failure(ExitCode.NUMERICAL, missing.getFirst().words());
        }
    }

    private void show(AlphaSweep answer) throws IOException {
        output.figure(answer::figure);
        PrintWriter out = spec.commandLine().getOut();
        if (output.json()) {
            Json.print(out, answer.document());
        } else if (output.csv()) {
            answer.csv(out);
        } else {
            answer.text(out);
        }
        out.flush();
    }

    /// Why a ranking isn't one; nothing if it is.
    private Optional<String> shortcoming(TokenRank rank, Question question) {
        return switch (rank) {
            case TokenRank.Ranked _ -> Optional.empty();
            case TokenRank.NotConverged(_, var certificate) ->
                    Optional.of(
                            "not converged: error at most %.1e after %d iterations, tolerance %.1e; raise --max-iterations or --tolerance, or lower --alpha"
                                    .formatted(
                                            certificate.errorBound(),
                                            certificate.iterations(),
                                            tolerance));
            case TokenRank.NotUnique(var several) ->
                    Optional.of(
                            "not unique: without teleporting %s has %d recurrent classes (%s) and a ranking for each; give an --alpha below 1, or see 'perron chain'"
                                    .formatted(
                                            question.subject().heads(),
                                            several.extremes().size(),
                                            classes(question.structure(), question.subject())));
            case TokenRank.Undefined(int state) ->
                    Optional.of(
                            "outgoing rank is not defined: token %s gets no attention and no restart; give an --alpha below 1 without --personalize, or --direction in"
                                    .formatted(question.subject().named(state)));
        };
    }

    /// What was found, whether good enough or not.
    private record Answer(Question question, Distribution scores, HowRanked how) {
        Subject subject() {
            return question.subject();
        }

        List<Integer> ranking() {
            return TokenRank.order(scores);
        }
    }

    private HowRanked stationary(Certificate certificate, boolean converged) {
        return new HowRanked.Stationary(certificate, converged, tolerance);
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
                            "--method %s, must be auto, power, krylov, triangular, elimination, rollout or flow"
                                    .formatted(method));
        };
    }

    private List<TokenRank> ranks(Question question, List<Double> alphas) {
        List<Teleporting> chains = alphas.stream().map(question::at).toList();
        if (question.method().isEmpty()) {
            return TokenRank.ofAll(chains, question.flow(), tolerance, maxIterations);
        }
        Certificate.Method wanted = question.method().get();
        for (Teleporting teleporting : chains) {
            Optional<String> objection = TokenRank.objection(wanted, teleporting, question.flow());
            if (objection.isPresent()) {
                throw new Failure(
                        ExitCode.INPUT,
                        "--method %s: %s; leave it out, or give --method elimination"
                                .formatted(method, objection.get()));
            }
        }
        return TokenRank.byAll(wanted, chains, question.flow(), tolerance, maxIterations);
    }

    private static String title(Answer answer) {
        return switch (answer.how()) {
            case HowRanked.Stationary _ -> "TokenRank, " + Labels.of(answer.question().flow());
            case HowRanked.Through(String method, _) -> "Attention " + method;
        };
    }

    private static Drawing figure(Answer answer) {
        Subject subject = answer.subject();
        String title = title(answer);
        double[] scores = answer.scores().toArray();
        String heads = subject.model() + ", " + subject.heads();
        String certificate = answer.how().words();
        return subject.source()
                .picture()
                .map(picture -> picture.over(title, subject, scores, heads, certificate).draw())
                .orElseGet(
                        () ->
                                TokenStrip.of(title, Label.of(subject.tokens()), scores)
                                        .withNotes(heads, certificate)
                                        .draw());
    }

    private void show(Answer answer) throws IOException {
        output.figure(() -> figure(answer));
        PrintWriter out = spec.commandLine().getOut();
        if (output.json()) {
            Json.print(out, document(answer));
        } else if (output.csv()) {
            csv(Csv.headed(out, COLUMNS), answer);
        } else {
            table(out, answer);
        }
        out.flush();
    }

    private Map<String, Object> document(Answer answer) {
        Subject subject = answer.subject();
        Map<String, Object> content = subject.description();
        content.putAll(restart.description());
        content.put("direction", Labels.of(answer.question().flow()));
        content.putAll(answer.how().facts());
        content.putAll(Labels.structure(answer.question().structure(), subject));
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

    private void csv(Csv csv, Answer answer) {
        Subject subject = answer.subject();
        List<Object> how = answer.how().cells();
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
                    ranking.indexOf(i) + 1,
                    restart.alpha(),
                    Labels.of(answer.question().flow()),
                    how.get(0),
                    how.get(1),
                    how.get(2),
                    how.get(3),
                    how.get(4));
        }
    }

    private void table(PrintWriter out, Answer answer) {
        Subject subject = answer.subject();
        List<Integer> ranking = answer.ranking();
        double most = answer.scores().mass(ranking.getFirst());
        Table table = new Table("rank", "#", "token", "score", "");
        int shown = sweep.shown(ranking.size());
        for (int r = 0; r < shown; r++) {
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
        if (shown < ranking.size()) {
            out.println("... and %d more".formatted(ranking.size() - shown));
        }
        out.println();
        for (String remark : subject.remarks(answer.question().structure())) {
            out.println(remark);
        }
        out.println(answer.how().words());
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
