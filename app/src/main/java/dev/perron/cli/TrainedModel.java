package dev.perron.cli;

import dev.perron.format.CheckpointFile;
import dev.perron.onnx.ExportedTokenizer;
import dev.perron.onnx.OnnxModel;
import dev.perron.onnx.TextTokenizer;
import dev.perron.onnx.TransformerExport;
import dev.perron.transformer.Transformer;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// A checkpoint in the place of a model: what `perron train` wrote, asked for its attention to any
/// text of its symbols.
final class TrainedModel {
    /// What a checkpoint calls its characters, by their code points.
    static final String CHARACTERS = "characters";

    private TrainedModel() {}

    /// Whether a file is taken for one.
    static boolean is(Path file) {
        return file.toString().toLowerCase(Locale.ROOT).endsWith(".safetensors");
    }

    static Transformer open(Path file) {
        return Transformer.ofFile(
                file.toString(),
                Fingerprint.ofFile(file),
                CheckpointFile.read(file).checkpoint().weights());
    }

    /// The same model as ONNX Runtime runs it.
    static OnnxModel exported(Path file) {
        return OnnxModel.of(
                file.toString(),
                TransformerExport.model(CheckpointFile.read(file).checkpoint().weights()));
    }

    /// Its symbols: numbers parted by blanks, or the characters of the text that it was trained on.
    static TextTokenizer tokenizer(Path file) {
        CheckpointFile read = CheckpointFile.read(file);
        String characters = read.about().get(CHARACTERS);
        if (characters != null) {
            List<String> alphabet =
                    Arrays.stream(characters.split(" ", -1))
                            .map(point -> Character.toString(Integer.parseInt(point)))
                            .toList();
            return TextTokenizer.of(file.toString(), ExportedTokenizer.ofCharacters(alphabet));
        }
        if (read.about().containsKey("text")) {
            throw new Failure(
                    ExitCode.INPUT,
                    "%s was trained on a tokenizer's tokens, numbered anew; ask for its attention to its sample, without --text"
                            .formatted(file));
        }
        int symbols = read.checkpoint().weights().config().dVocab();
        return TextTokenizer.of(file.toString(), ExportedTokenizer.ofNumbers(symbols));
    }
}
