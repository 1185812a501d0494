package dev.perron.cli;

import dev.perron.format.PreprocessorConfig;
import dev.perron.onnx.ImageSlot;
import dev.perron.onnx.OnnxModel;
import dev.perron.vision.Preprocessing;
import dev.perron.vision.Preprocessing.Size;
import dev.perron.vision.Resampling;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// How a model wants its images, where the file beside it doesn't say so or is to be overruled.
final class PreprocessingOptions {
    private static final Pattern SIDES =
            Pattern.compile("([1-9][0-9]{0,4})(?:x([1-9][0-9]{0,4}))?");

    @Option(
            names = "--preprocessor",
            paramLabel = "FILE.json",
            description =
                    "How the model wants images, as Hugging Face's preprocessor_config.json says;"
                            + " by default the one beside the model.")
    private @Nullable Path preprocessor;

    @Option(
            names = "--image-size",
            paramLabel = "WxH",
            description = "Resize to this, as 224x224; for models that take several sizes.")
    private @Nullable String size;

    @Option(
            names = "--image-mean",
            split = ",",
            paramLabel = "M",
            description = "Mean of the channels, as 0.485,0.456,0.406, in place of the file's.")
    private List<Double> mean = new ArrayList<>();

    @Option(
            names = "--image-std",
            split = ",",
            paramLabel = "S",
            description = "Standard deviation of the channels, in place of the file's.")
    private List<Double> deviation = new ArrayList<>();

    @Option(
            names = "--resample",
            paramLabel = "HOW",
            description =
                    "How to resize: bilinear, bicubic, lanczos or nearest, as Pillow does it, in"
                            + " place of what the file says.")
    private @Nullable Resampling resampling;

    /// Whether something is said about photographs, which needs one.
    boolean given() {
        return preprocessor != null
                || size != null
                || !mean.isEmpty()
                || !deviation.isEmpty()
                || resampling != null;
    }

    /// How the model wants its images: by the options, by the file beside it, by its only size.
    ///
    /// @param modelFile the model's file
    Preprocessing of(OnnxModel model, Path modelFile) {
        ImageSlot slot = model.description().requireImage();
        Optional<Path> config =
                Optional.ofNullable(preprocessor).or(() -> PreprocessorConfig.beside(modelFile));
        Optional<Preprocessing> said = config.map(PreprocessorConfig::read);
        if (said.isEmpty() && (mean.isEmpty() || deviation.isEmpty())) {
            throw new Failure(
                    ExitCode.INPUT,
                    "%s has no preprocessor_config.json beside it; give one with --preprocessor, or --image-mean and --image-std"
                            .formatted(modelFile));
        }
        Preprocessing base = said.orElseGet(() -> plain(slot, modelFile));
        try {
            Preprocessing chosen =
                    new Preprocessing(
                            base.resize(),
                            base.crop(),
                            resampling == null ? base.resampling() : resampling,
                            base.rescale(),
                            mean.isEmpty() ? base.mean() : mean,
                            deviation.isEmpty() ? base.deviation() : deviation);
            return size == null ? chosen : chosen.endingIn(sides());
        } catch (IllegalArgumentException e) {
            throw new Failure(ExitCode.USAGE, "--image-mean, --image-std: " + e.getMessage());
        }
    }

    /// To the size that is asked for, or the only one that the model takes.
    private Preprocessing plain(ImageSlot slot, Path modelFile) {
        if (size == null && (slot.width().isEmpty() || slot.height().isEmpty())) {
            throw new Failure(
                    ExitCode.INPUT,
                    "%s takes images of several sizes; give one with --image-size, as 224x224"
                            .formatted(modelFile));
        }
        Size to =
                size == null
                        ? new Size(slot.width().orElseThrow(), slot.height().orElseThrow())
                        : sides();
        return Preprocessing.exact(
                to, Resampling.BILINEAR, List.of(0.0, 0.0, 0.0), List.of(1.0, 1.0, 1.0));
    }

    private Size sides() {
        String named = size == null ? "" : size.toLowerCase(Locale.ROOT);
        Matcher sides = SIDES.matcher(named);
        if (!sides.matches()) {
            throw new Failure(
                    ExitCode.USAGE,
                    "--image-size %s, must be width and height as 224x224".formatted(size));
        }
        int width = Integer.parseInt(sides.group(1));
        return new Size(width, sides.group(2) == null ? width : Integer.parseInt(sides.group(2)));
    }
}
