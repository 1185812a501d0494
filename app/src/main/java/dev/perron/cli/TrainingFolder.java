package dev.perron.cli;

import dev.perron.figure.AtomicFile;
import dev.perron.format.CheckpointFile;
import dev.perron.onnx.ExportedTokenizer;
import dev.perron.onnx.TransformerExport;
import dev.perron.transformer.Checkpoint;
import dev.perron.transformer.Trainer;
import dev.perron.transformer.TrainingPlan;
import dev.perron.transformer.TransformerConfig;
import dev.perron.transformer.TransformerWeights;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The folder of `--out`: a training's checkpoint, and in the end its model for others to run.
///
/// @param path of the folder
/// @param identity what is trained on and from where, name and value: a checkpoint keeps it, and is
///   gone on with only if it is the same
record TrainingFolder(Path path, Map<String, String> identity) {
    static final String CHECKPOINT = "checkpoint.safetensors";
    static final String TOKENIZER = "tokenizer.json";

    /// Symbols of the sequence on which a checkpoint's attention is shown.
    static final int SAMPLE = 64;

    /// What is written beside a checkpoint, of the same model.
    private static final List<String> OF_THE_MODEL =
            List.of("model.onnx", TOKENIZER, "watch.npz", "watch.csv", "watch.svg");

    private static final String ENDED = "ended";

    /// Copies the map, in its order.
    TrainingFolder {
        identity = Collections.unmodifiableMap(new LinkedHashMap<>(identity));
    }

    Path checkpoint() {
        return path.resolve(CHECKPOINT);
    }

    /// Makes the folder for a training that begins.
    ///
    /// @throws Failure if there is one that isn't finished
    void begin() {
        if (Files.exists(path) && !Files.isDirectory(path)) {
            throw new Failure(
                    ExitCode.INPUT,
                    "--out %s is a file, must be a folder; give another".formatted(path));
        }
        try {
            Files.createDirectories(path);
        } catch (IOException e) {
            throw new Failure(
                    ExitCode.INPUT,
                    "--out %s can't be made (%s); give another folder".formatted(path, e));
        }
        if (Files.notExists(checkpoint())) {
            return;
        }
        CheckpointFile there = CheckpointFile.read(checkpoint());
        Checkpoint saved = there.checkpoint();
        if (saved.done() < saved.plan().steps() && !there.about().containsKey(ENDED)) {
            throw new Failure(
                    ExitCode.INPUT,
                    "%s is of a training that isn't finished (%d of %d steps); go on with it by --resume, give another --out, or remove it"
                            .formatted(checkpoint(), saved.done(), saved.plan().steps()));
        }
        try {
            for (String earlier : OF_THE_MODEL) {
                Files.deleteIfExists(path.resolve(earlier));
            }
        } catch (IOException e) {
            throw new Failure(
                    ExitCode.INPUT,
                    "--out %s: what is there can't be replaced (%s); give another folder"
                            .formatted(path, e));
        }
    }

    /// What was trained so far.
    ///
    /// @throws Failure if that was another training; the message shows the difference
    Checkpoint resumed(TransformerConfig config, TrainingPlan plan) {
        if (Files.notExists(checkpoint())) {
            throw new Failure(
                    ExitCode.INPUT,
                    "--resume: there is no %s to go on with; leave out --resume to begin"
                            .formatted(checkpoint()));
        }
        CheckpointFile read = CheckpointFile.read(checkpoint());
        Checkpoint saved = read.checkpoint();
        String difference =
                Stream.of(
                                saved.weights().config().differenceFrom(config),
                                saved.plan().differenceFrom(plan),
                                difference(read.about()))
                        .filter(text -> !text.isEmpty())
                        .collect(Collectors.joining("; "));
        if (!difference.isEmpty()) {
            throw new Failure(
                    ExitCode.INPUT,
                    "%s is of another training than the command line: %s; give the same options, or another --out"
                            .formatted(checkpoint(), difference));
        }
        return saved;
    }

    private String difference(Map<String, String> saved) {
        return identity.entrySet().stream()
                .filter(entry -> !entry.getValue().equals(saved.get(entry.getKey())))
                .map(
                        entry ->
                                "%s: %s, there %s"
                                        .formatted(
                                                entry.getKey(),
                                                saved.getOrDefault(entry.getKey(), "not known"),
                                                entry.getValue()))
                .collect(Collectors.joining("; "));
    }

    /// Saves a training; what was seen of it first, so that there is never less of that.
    ///
    /// @param ended whether it goes no further, be it before its last step
    void save(Trainer trainer, WatchLog watched, boolean ended) {
        int[] sample = trainer.sample(SAMPLE);
        watched.save(path, trainer.weights().config(), sample);
        Map<String, String> about = new LinkedHashMap<>(identity);
        about.put(CheckpointFile.SAMPLE, text(sample));
        if (ended && !trainer.finished()) {
            about.put(ENDED, "after step " + trainer.done());
        }
        new CheckpointFile(trainer.checkpoint(), about).write(checkpoint());
    }

    private static String text(int[] tokens) {
        return Arrays.stream(tokens).mapToObj(String::valueOf).collect(Collectors.joining(" "));
    }

    /// Writes the model for others to run, and the tokenizer that it needs.
    void export(TransformerWeights weights, TrainingData data) throws IOException {
        byte[] model = TransformerExport.model(weights);
        AtomicFile.write(path.resolve("model.onnx"), to -> to.write(model));
        writeTokenizer(data);
    }

    /// Writes the tokenizer that the model needs, if there is one for its symbols.
    void writeTokenizer(TrainingData data) throws IOException {
        Optional<byte[]> tokenizer =
                switch (data) {
                    case TrainingData.Known _, TrainingData.RandomKernels _ ->
                            Optional.of(ExportedTokenizer.ofNumbers(data.source().symbols()));
                    case TrainingData.Text text -> text.tokenizer();
                };
        if (tokenizer.isPresent()) {
            AtomicFile.write(path.resolve(TOKENIZER), to -> to.write(tokenizer.get()));
        } else {
            Files.deleteIfExists(path.resolve(TOKENIZER));
        }
    }
}
