package dev.perron.cli;

import dev.perron.transformer.Checkpoint;
import dev.perron.transformer.Evaluation;
import dev.perron.transformer.RandomStreams;
import dev.perron.transformer.Trainer;
import dev.perron.transformer.TrainingMemory;
import dev.perron.transformer.TrainingPlan;
import dev.perron.transformer.TransformerConfig;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;

/// `perron train markov`: a transformer on a Markov source, and whether it learned bigram or
/// unigram.
@Command(
        name = "markov",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = {
            "Train a tiny transformer on a Markov source, and judge what it learned from what it"
                + " predicts on every context: bigram, the rows of the source; unigram, how"
                + " frequent its symbols are; or neither. Defaults are those of \"Attention with"
                + " Markov\".",
            "The same options give the same numbers, on as many threads as one likes. Ctrl-C keeps"
                    + " what was done in --out, and --resume goes on from there."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  perron train markov --p 0.2 --q 0.3                        bigram",
            "  perron train markov --p 0.5 --q 0.8 --tied --seed 1        stuck at the unigram,"
                    + " mostly",
            "  perron train markov --p 0.5 --q 0.8 --untied --out run --figure loss.svg",
            "  perron train markov --switch 0.9 --symbols 5 --steps 1000 --json"
        })
final class TrainMarkovCommand implements Callable<Integer> {
    /// Batches of the last evaluation, which the verdict rests on.
    private static final int LAST_BATCHES = 4;

    @Mixin private DataOptions data = new DataOptions();
    @Mixin private ModelOptions model = new ModelOptions();
    @Mixin private TrainingOptions training = new TrainingOptions();
    @Mixin private StartOptions start = new StartOptions();

    @Option(
            names = "--stop-at-verdict",
            description = "Stop as soon as an evaluation finds the bigram.")
    private boolean stopAtVerdict;

    @Option(
            names = "--out",
            paramLabel = "FOLDER",
            description =
                    "Keep the model there, in "
                            + TrainingFolder.CHECKPOINT
                            + "; while training, too (see"
                            + " --save-every).")
    private @Nullable Path out;

    @Option(
            names = "--save-every",
            defaultValue = "100",
            paramLabel = "N",
            description = "Steps from one saving to the next (default 100).")
    private int saveEvery = 100;

    @Option(names = "--resume", description = "Go on with what is in --out, with the same options.")
    private boolean resume;

    @Option(
            names = "--watch",
            description =
                    "Look at the model at each evaluation: what it predicts, how much attention"
                            + " adds, how near to rank one W_V and W_1 are. That is in --json; with"
                            + " --out also attention and position vectors, in watch.npz, watch.csv"
                            + " and watch.svg.")
    private boolean watch;

    @Mixin private OutputOptions output = new OutputOptions();
    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException {
        check();
        TrainingData read = data.read(model.context());
        TransformerConfig config = model.read(read.source().symbols());
        if (read.order() > model.context()) {
            throw new Failure(
                    ExitCode.USAGE,
                    "a source of order %d, must be at most --context %d"
                            .formatted(read.order(), model.context()));
        }
        TrainingPlan plan = training.read(model.context());
        TrainingMemory memory = training.requireMemory(config, plan, read.source());
        if (watch) {
            WatchSize.of(config, plan, read).require(memory, plan);
        }
        Optional<TrainingFolder> folder = folder(read);
        Checkpoint from = begin(folder, read, config, plan);
        try (Progress progress = new Progress(spec);
                Trainer trainer = trainer(from, read);
                Interruption interruption = Interruption.watched()) {
            TrainingRun run = new TrainingRun(watched(from, trainer));
            train(run, trainer, read, folder, progress, interruption);
            run.requireConverged(out);
            folder.ifPresent(f -> f.save(trainer, run.watched(), !run.interrupted()));
            if (run.interrupted()) {
                interruption.tell(
                        spec.commandLine().getErr(),
                        "interrupted after step %d%s"
                                .formatted(
                                        trainer.done(),
                                        folder.isEmpty()
                                                ? "; give --out to be able to go on"
                                                : "; go on with --resume"));
                return ExitCode.INTERRUPTED.code();
            }
            if (folder.isPresent()) {
                folder.get().export(trainer.weights(), read);
                run.watched()
                        .write(
                                folder.get().path(),
                                read,
                                config,
                                trainer.sample(TrainingFolder.SAMPLE));
            }
            show(
                    new TrainingReport(
                            read,
                            config,
                            plan,
                            trainer.curve(),
                            trainer.done(),
                            read.judge(trainer.evaluate(LAST_BATCHES)),
                            run));
            return ExitCode.OK.code();
        }
    }

    private void check() {
        output.check();
        data.check();
        start.check();
        training.threads();
        if (saveEvery < 1) {
            throw new Failure(
                    ExitCode.USAGE, "--save-every %d, must be at least 1".formatted(saveEvery));
        }
        if (resume && out == null) {
            throw new Failure(
                    ExitCode.USAGE,
                    "--resume needs the folder of the training; give it with --out");
        }
        if (watch && out == null && !output.json()) {
            throw new Failure(
                    ExitCode.USAGE,
                    "--watch is shown by --json and kept by --out; give one of them");
        }
        if (stopAtVerdict && data.ofText()) {
            throw new Failure(
                    ExitCode.USAGE,
                    "--stop-at-verdict: a text has no bigram to stop at; leave it out");
        }
    }

    private Optional<TrainingFolder> folder(TrainingData read) {
        if (out == null) {
            return Optional.empty();
        }
        Map<String, String> identity = new LinkedHashMap<>(read.identity());
        identity.put("init", start.identity());
        return Optional.of(new TrainingFolder(out, identity));
    }

    private Checkpoint begin(
            Optional<TrainingFolder> folder,
            TrainingData read,
            TransformerConfig config,
            TrainingPlan plan)
            throws IOException {
        if (folder.isEmpty()) {
            return fresh(read, config, plan);
        }
        Checkpoint from = resume ? folder.get().resumed(config, plan) : fresh(read, config, plan);
        if (!resume) {
            folder.get().begin();
        }
        if (data.ofText()) {
            folder.get().writeTokenizer(read); // a checkpoint needs it, too
        }
        return from;
    }

    private Checkpoint fresh(TrainingData read, TransformerConfig config, TrainingPlan plan) {
        try {
            return Checkpoint.start(
                    start.read(read, config)
                            .draw(config, new RandomStreams(plan.seed()).stream("init", 0)),
                    plan);
        } catch (IllegalArgumentException e) {
            throw new Failure(ExitCode.USAGE, "--init: " + e.getMessage());
        }
    }

    private Trainer trainer(Checkpoint from, TrainingData read) {
        try {
            return Trainer.of(from, read.source(), training.threads());
        } catch (IllegalArgumentException e) {
            throw new Failure(ExitCode.USAGE, "the model's options: " + e.getMessage());
        }
    }

    private WatchLog watched(Checkpoint from, Trainer trainer) {
        return watch && resume && out != null
                ? WatchLog.resumed(out, from, trainer.sample(TrainingFolder.SAMPLE))
                : WatchLog.empty();
    }

    private void train(
            TrainingRun run,
            Trainer trainer,
            TrainingData read,
            Optional<TrainingFolder> folder,
            Progress progress,
            Interruption interruption) {
        int[] sample = trainer.sample(TrainingFolder.SAMPLE);
        while (!trainer.finished() && !interruption.asked()) {
            if (run.step(trainer) instanceof Trainer.Step.Diverged diverged) {
                run.diverge(diverged);
                return;
            }
            if (trainer.evaluationIsDue()) {
                Evaluation evaluation = trainer.evaluate();
                if (!Double.isFinite(evaluation.loss())) {
                    run.diverge(new Trainer.Step.Diverged(trainer.done(), evaluation.loss()));
                    return;
                }
                if (watch) {
                    run.watched().look(evaluation, trainer.weights(), sample);
                }
                Verdict verdict = read.judge(evaluation);
                progress.at(progress(trainer, evaluation, verdict));
                if (stopAtVerdict && verdict.complete()) {
                    return;
                }
            }
            if (trainer.done() % saveEvery == 0) {
                if (diverged(trainer, run)) {
                    return;
                }
                folder.ifPresent(f -> f.save(trainer, run.watched(), false));
            }
        }
        // The last step, too, may have left weights that no checkpoint should take over.
        if (!diverged(trainer, run)) {
            run.end(interruption.asked());
        }
    }

    private static String progress(Trainer trainer, Evaluation evaluation, Verdict verdict) {
        return "step %d of %d: loss %.4f%s"
                .formatted(
                        trainer.done(),
                        trainer.steps(),
                        evaluation.loss(),
                        verdict.levels().stream()
                                .map(level -> ", %s %.4f".formatted(level.name(), level.loss()))
                                .collect(Collectors.joining()));
    }

    private static boolean diverged(Trainer trainer, TrainingRun run) {
        double loss = trainer.evaluate(1).loss();
        if (!Double.isFinite(loss)) {
            run.diverge(new Trainer.Step.Diverged(trainer.done(), loss));
        }
        return !Double.isFinite(loss);
    }

    private void show(TrainingReport report) throws IOException {
        output.figure(() -> report.figure().draw());
        PrintWriter to = spec.commandLine().getOut();
        if (output.json()) {
            Json.print(to, report.document());
        } else if (output.csv()) {
            report.csv(to);
        } else {
            report.text(to);
            if (out != null) {
                to.println("saved in " + out.resolve(TrainingFolder.CHECKPOINT));
            }
        }
        to.flush();
    }
}
