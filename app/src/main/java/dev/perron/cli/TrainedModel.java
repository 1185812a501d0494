package dev.perron.cli;

import dev.perron.format.CheckpointFile;
import dev.perron.onnx.ExportedTokenizer;
import dev.perron.onnx.OnnxModel;
import dev.perron.onnx.TextTokenizer;
import dev.perron.onnx.TransformerExport;
import dev.perron.transformer.Probabilities;
import dev.perron.transformer.Transformer;
import dev.perron.transformer.TransformerWeights;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/// A checkpoint in the place of a model: what `perron train` wrote, asked for its attention to any
/// text of its symbols.
final class TrainedModel {
    /// What a checkpoint calls its characters, by their code points.
    static final String CHARACTERS = "characters";

    /// What a checkpoint calls the tokenizer beside it, by its fingerprint.
    static final String TOKENIZER = "tokenizer";

    private TrainedModel() {}

    /// Whether a file is taken for one.
    static boolean is(Path file) {
        return file.toString().toLowerCase(Locale.ROOT).endsWith(".safetensors");
    }

    static Transformer open(Path file) {
        TransformerWeights weights = CheckpointFile.read(file).checkpoint().weights();
        return Transformer.ofFile(file.toString(), Fingerprint.ofFile(file), weights);
    }

    /// The same model as ONNX Runtime runs it.
    static OnnxModel exported(Path file) {
        return OnnxModel.of(
                file.toString(),
                TransformerExport.model(CheckpointFile.read(file).checkpoint().weights()));
    }

    /// Refuses one whose laws aren't a softmax of the logits that its export gives: what is drawn
    /// from those would be drawn from other laws.
    static void requireSoftmax(Path file) {
        Probabilities made =
                CheckpointFile.read(file).checkpoint().weights().config().probabilities();
        if (made != Probabilities.SOFTMAX) {
            throw new Failure(
                    ExitCode.INPUT,
                    "%s was trained with --probabilities %s, tokens are drawn by softmax alone; train it without"
                            .formatted(file, made.name().toLowerCase(Locale.ROOT)));
        }
    }

    /// Its symbols: numbers parted by blanks, the characters of the text that it was trained on, or
    /// the tokens of the tokenizer that was written beside it.
    ///
    /// @param given one that was named in place of that
    static TextTokenizer tokenizer(Path file, @Nullable Path given) {
        CheckpointFile read = CheckpointFile.read(file);
        String fingerprint = read.about().get(TOKENIZER);
        if (fingerprint != null) {
            return beside(
                    file,
                    given == null ? file.resolveSibling(TrainingFolder.TOKENIZER) : given,
                    fingerprint);
        }
        if (read.about().containsKey("text") && !read.about().containsKey(CHARACTERS)) {
            throw new Failure(
                    ExitCode.INPUT,
                    "%s was trained on a tokenizer's tokens, numbered anew, and that tokenizer is of a kind that can't be; ask for its attention to its sample, without --text"
                            .formatted(file));
        }
        if (given != null) {
            return TextTokenizer.open(given);
        }
        String characters = read.about().get(CHARACTERS);
        if (characters != null) {
            List<String> alphabet =
                    Arrays.stream(characters.split(" ", -1))
                            .map(point -> Character.toString(Integer.parseInt(point)))
                            .toList();
            return TextTokenizer.of(file.toString(), ExportedTokenizer.ofCharacters(alphabet));
        }
        int symbols = read.checkpoint().weights().config().dVocab();
        return TextTokenizer.of(file.toString(), ExportedTokenizer.ofNumbers(symbols));
    }

    /// The one that the model was trained with; another's numbers would mean other tokens.
    private static TextTokenizer beside(Path model, Path tokenizer, String fingerprint) {
        byte[] json;
        try {
            json = Files.readAllBytes(tokenizer);
        } catch (IOException e) {
            throw Failure.unread(
                    "%s needs the tokenizer that was written beside it: %s"
                            .formatted(model, tokenizer),
                    e);
        }
        if (!Fingerprint.of(Stream.of(json)).equals(fingerprint)) {
            throw new Failure(
                    ExitCode.INPUT,
                    "%s isn't the tokenizer that %s was trained with; give the %s that was written beside it"
                            .formatted(tokenizer, model, TrainingFolder.TOKENIZER));
        }
        return TextTokenizer.of(tokenizer.toString(), json);
    }
}
