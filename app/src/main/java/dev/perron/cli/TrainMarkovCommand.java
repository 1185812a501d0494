package dev.perron.cli;

import dev.perron.figure.AtomicFile;
import dev.perron.format.CheckpointFile;
import dev.perron.onnx.TransformerExport;
import dev.perron.transformer.Checkpoint;
import dev.perron.transformer.Evaluation;
import dev.perron.transformer.KnownSource;
import dev.perron.transformer.Observation;
import dev.perron.transformer.RandomStreams;
import dev.perron.transformer.Solution;
import dev.perron.transformer.Trainer;
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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
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
    private static final String CHECKPOINT = "checkpoint.safetensors";

    /// Symbols of the sequence on which a checkpoint's attention is shown.
    private static final int SAMPLE = 64;

    /// Batches of the last evaluation, which the verdict rests on.
    private static final int LAST_BATCHES = 4;

    @Mixin private SourceOptions source = new SourceOptions();
    @Mixin private ModelOptions model = new ModelOptions();
    @Mixin private TrainingOptions training = new TrainingOptions();

    @Option(
            names = "--stop-at-verdict",
            description = "Stop as soon as an evaluation finds the bigram.")
    private boolean stopAtVerdict;

    @Option(
            names = "--out",
            paramLabel = "FOLDER",
            description =
                    "Keep the model there, in "
                            + CHECKPOINT
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
                    "With --json also what the model looks like at each evaluation: what it"
                            + " predicts, how much attention adds, how near to rank one W_V and W_1"
                            + " are.")
    private boolean watch;

    @Mixin private OutputOptions output = new OutputOptions();
    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException {
        check();
        KnownSource known = source.read();
        TransformerConfig config = model.read(known.symbols());
        if (known.order() > model.context()) {
            throw new Failure(
                    ExitCode.USAGE,
                    "a source of order %d, must be at most --context %d"
                            .formatted(known.order(), model.context()));
        }
        TrainingPlan plan = training.read(model.context());
        Checkpoint from = resume ? resumed(config, plan) : fresh(config, plan);
        if (out != null) {
            Files.createDirectories(out);
        }
        try (Progress progress = new Progress(spec);
                Trainer trainer = trainer(from, known);
                Interruption interruption = Interruption.watched()) {
            TrainingRun run = train(trainer, known, progress, interruption);
            run.requireConverged(out);
            save(trainer);
            if (run.interrupted()) {
                interruption.tell(
                        spec.commandLine().getErr(),
                        "interrupted after step %d%s"
                                .formatted(
                                        trainer.done(),
                                        out == null
                                                ? "; give --out to be able to go on"
                                                : "; go on with --resume"));
                return ExitCode.INTERRUPTED.code();
            }
            export(trainer);
            Evaluation last = trainer.evaluate(LAST_BATCHES);
            show(
                    new TrainingReport(
                            source,
                            known,
                            config,
                            plan,
                            trainer.curve(),
                            last,
                            last.solution(known).orElseThrow(),
                            run));
            return ExitCode.OK.code();
        }
    }

    private void check() {
        output.check();
        source.check();
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
    }

    private Checkpoint fresh(TransformerConfig config, TrainingPlan plan) {
        try {
            return Checkpoint.start(
                    training.start().draw(config, new RandomStreams(plan.seed()).stream("init", 0)),
                    plan);
        } catch (IllegalArgumentException e) {
            throw new Failure(ExitCode.USAGE, "--init: " + e.getMessage());
        }
    }

    /// What was trained so far.
    ///
    /// @throws Failure if that was another training; the message shows the difference
    private Checkpoint resumed(TransformerConfig config, TrainingPlan plan) {
        Path file = checkpoint().orElseThrow();
        CheckpointFile read = CheckpointFile.read(file);
        Checkpoint saved = read.checkpoint();
        String difference = saved.weights().config().differenceFrom(config);
        if (difference.isEmpty() && !saved.plan().equals(plan)) {
            difference = "%s, there %s".formatted(saved.plan(), plan);
        }
        String trainedOn = read.about().getOrDefault("source", "");
        if (difference.isEmpty() && !trainedOn.equals(source.name())) {
            difference = "%s, there %s".formatted(trainedOn, source.name());
        }
        if (!difference.isEmpty()) {
            throw new Failure(
                    ExitCode.INPUT,
                    "%s is of another training than the command line: %s; give the same options, or another --out"
                            .formatted(file, difference));
        }
        return saved;
    }

    private Trainer trainer(Checkpoint from, KnownSource known) {
        try {
            return Trainer.of(from, known, training.threads());
        } catch (IllegalArgumentException e) {
            throw new Failure(ExitCode.USAGE, "the model's options: " + e.getMessage());
        }
    }

    private TrainingRun train(
            Trainer trainer, KnownSource known, Progress progress, Interruption interruption) {
        TrainingRun run = new TrainingRun();
        while (!trainer.finished() && !interruption.asked()) {
            if (run.step(trainer) instanceof Trainer.Step.Diverged diverged) {
                run.diverge(diverged);
                return run;
            }
            if (trainer.evaluationIsDue()) {
                Evaluation evaluation = trainer.evaluate();
                if (watch) {
                    run.watch(
                            Observation.of(evaluation, trainer.weights(), trainer.sample(SAMPLE)));
                }
                progress.at(
                        "step %d of %d: loss %.4f, entropy rate %.4f, unigram entropy %.4f"
                                .formatted(
                                        trainer.done(),
                                        trainer.steps(),
                                        evaluation.loss(),
                                        known.entropyRate(),
                                        known.unigramEntropy()));
                if (stopAtVerdict
                        && evaluation
                                .solution(known)
                                .filter(found -> found instanceof Solution.Bigram)
                                .isPresent()) {
                    return run;
                }
            }
            if (trainer.done() % saveEvery == 0) {
                double loss = trainer.evaluate(1).loss();
                if (!Double.isFinite(loss)) {
                    run.diverge(new Trainer.Step.Diverged(trainer.done(), loss));
                    return run;
                }
                save(trainer);
            }
        }
        // The last step, too, may have left weights that no checkpoint should take over.
        double loss = trainer.evaluate(1).loss();
        if (!Double.isFinite(loss)) {
            run.diverge(new Trainer.Step.Diverged(trainer.done(), loss));
            return run;
        }
        run.end(interruption.asked());
        return run;
    }

    private Optional<Path> checkpoint() {
        return Optional.ofNullable(out).map(folder -> folder.resolve(CHECKPOINT));
    }

    private void save(Trainer trainer) {
        checkpoint()
                .ifPresent(
                        file ->
                                new CheckpointFile(
                                                trainer.checkpoint(),
                                                Map.of(
                                                        "source",
                                                        source.name(),
                                                        CheckpointFile.SAMPLE,
                                                        text(trainer.sample(SAMPLE))))
                                        .write(file));
    }

    private static String text(int[] tokens) {
        return Arrays.stream(tokens).mapToObj(String::valueOf).collect(Collectors.joining(" "));
    }

    /// The model for others to run, and the tokenizer that it needs.
    private void export(Trainer trainer) throws IOException {
        if (out != null) {
            byte[] model = TransformerExport.model(trainer.weights());
            byte[] tokenizer = TransformerExport.tokenizer(trainer.weights().config().dVocab());
            AtomicFile.write(out.resolve("model.onnx"), to -> to.write(model));
            AtomicFile.write(out.resolve("tokenizer.json"), to -> to.write(tokenizer));
        }
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
            checkpoint().ifPresent(file -> to.println("saved in " + file));
        }
        to.flush();
    }
}
