package dev.perron.cli;

import dev.perron.format.ImageFile;
import dev.perron.onnx.OnnxModel;
import dev.perron.vision.ImageAttention;
import dev.perron.vision.Preprocessing;
import dev.perron.vision.Preprocessing.Prepared;
import dev.perron.vision.RgbImage;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// A photograph, or a folder of them, and how the model wants it.
final class ImageOptions {
    private static final Pattern PHOTOGRAPH = Pattern.compile("(?i).*\\.(jpe?g|png)");

    @Option(
            names = "--image",
            paramLabel = "FILE",
            description =
                    "A photograph in place of --text, JPEG or PNG, through a vision --model; or a"
                            + " folder of them, one after another into one --csv.")
    private @Nullable Path image;

    @Mixin private PreprocessingOptions preprocessing = new PreprocessingOptions();

    /// Whether there is a photograph or a folder.
    boolean given() {
        return image != null;
    }

    /// Whether something is said about photographs, which needs one.
    boolean configured() {
        return preprocessing.given();
    }

    /// Whether there is a folder of photographs.
    boolean folder() {
        return image != null && Files.isDirectory(image);
    }

    /// The same of another photograph.
    ImageOptions at(Path other) {
        ImageOptions same = new ImageOptions();
        same.image = other;
        same.preprocessing = preprocessing;
        return same;
    }

    /// The photograph's file.
    Path file() {
        if (image == null) {
            throw new Failure(ExitCode.USAGE, "nothing to read; give --image FILE");
        }
        if (folder()) {
            throw new Failure(
                    ExitCode.USAGE,
                    "--image %s is a folder; give one photograph; rank, bounce, states, heads and chain take a folder"
                            .formatted(image));
        }
        return image;
    }

    /// The photographs of a folder, by name; one that isn't a folder alone.
    static List<Path> photographs(Path folder) {
        if (!Files.isDirectory(folder)) {
            return List.of(folder);
        }
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> found =
                    files.filter(file -> PHOTOGRAPH.matcher(file.toString()).matches())
                            .sorted()
                            .toList();
            if (found.isEmpty()) {
                throw new Failure(
                        ExitCode.INPUT,
                        "%s has no .jpg, .jpeg or .png, must have at least one".formatted(folder));
            }
            return found;
        } catch (IOException e) {
            throw new Failure(ExitCode.INPUT, "%s can't be read: %s".formatted(folder, e));
        }
    }

    /// The photographs of the folder.
    List<Path> photographs() {
        return image == null ? List.of() : photographs(image);
    }

    /// A photograph as the model takes it.
    record Taken(Path file, RgbImage image, Prepared prepared) {
        /// Runs the model on it, which tells what grid the tokens are.
        InputOptions.Attended attend(OnnxModel model, List<Integer> layers) {
            ImageAttention seen = model.attend(prepared.pixels(), layers);
            Picture picture =
                    new Picture(file, image, prepared.pixels(), prepared.view(), seen.grid());
            return new InputOptions.Attended(Source.of(model, picture), seen.attention());
        }
    }

    /// Runs the model on the photograph.
    ///
    /// @param modelFile the model's file
    InputOptions.Attended attend(OnnxModel model, Path modelFile, List<Integer> layers) {
        return take(file(), preprocessing(model, modelFile)).attend(model, layers);
    }

    /// Reads a photograph and prepares it.
    static Taken take(Path file, Preprocessing preprocessing) {
        RgbImage read = ImageFile.read(file);
        try {
            return new Taken(file, read, preprocessing.prepare(read));
        } catch (IllegalArgumentException e) {
            throw new Failure(ExitCode.INPUT, "%s: %s".formatted(file, e.getMessage()));
        }
    }

    /// How the model wants its images.
    ///
    /// @param modelFile the model's file
    Preprocessing preprocessing(OnnxModel model, Path modelFile) {
        return preprocessing.of(model, modelFile);
    }
}
