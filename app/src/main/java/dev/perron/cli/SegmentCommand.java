package dev.perron.cli;

import dev.perron.figure.Overlay;
import dev.perron.figure.PhotoPanels;
import dev.perron.format.ImageFile;
import dev.perron.format.NamedArrays;
import dev.perron.onnx.OnnxModel;
import dev.perron.vision.Mask;
import dev.perron.vision.PatchMap;
import dev.perron.vision.Preprocessing;
import dev.perron.vision.RunLength;
import dev.perron.vision.Segmentation;
import dev.perron.vision.SegmentationScore;
import dev.perron.vision.Threshold;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// `perron segment`: the subject of a photograph, out of attention alone.
@Command(
        name = "segment",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = {
            "Cuts the subject out of a photograph without any training or label: by metastable"
                + " states of the directed attention chain (default), by bounces from a token, or"
                + " by TokenRank. A folder is done photograph by photograph, into a folder of"
                + " masks."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  perron segment photo.jpg --model vit.onnx -o mask.png --figure overlay.png",
            "  perron segment photo.jpg --model vit.onnx --method bounce --from 7,7 --layers 5-8",
            "  perron segment photos --model vit.onnx -o masks --resume"
        })
final class SegmentCommand implements Callable<Integer> {
    private static final List<String> COLUMNS =
            List.of("image", "file", "method", "layers", "threshold", "cut", "area", "mean_iou");

    @Parameters(
            index = "0",
            paramLabel = "IMAGE",
            description = "A photograph, JPEG or PNG, or a folder of them.")
    private Path image = Path.of("");

    @Mixin private VisionModelOptions model = new VisionModelOptions();
    @Mixin private SegmentOptions how = new SegmentOptions();

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE.png",
            description =
                    "The mask to write, grey, the subject white; of a folder of photographs, the"
                            + " folder to write masks to.")
    private @Nullable Path output;

    @Option(
            names = "--resume",
            description = "Of a folder: leave out photographs whose mask is there already.")
    private boolean resume;

    @Option(
            names = "--scores",
            paramLabel = "FILE.npz",
            description =
                    "Also write what was cut: 'patches' [rows, columns] and 'pixels' [height,"
                            + " width], float32.")
    private @Nullable Path scores;

    @Option(
            names = "--mask",
            paramLabel = "REF.png",
            description = "Compare with this mask: accuracy, IoU, average precision.")
    private @Nullable Path reference;

    @Mixin private OutputOptions form = new OutputOptions();
    @Spec private CommandSpec spec = CommandSpec.create();

    /// A photograph that was cut.
    private record Answer(
            Picture picture, SegmentOptions.Made made, Segmentation cut, Optional<Judged> judged) {}

    /// @param resized whether the mask to compare with had another size
    private record Judged(SegmentationScore score, boolean resized) {}

    @Override
    public Integer call() throws IOException {
        form.check();
        how.check();
        if (scores != null && !scores.toString().toLowerCase(Locale.ROOT).endsWith(".npz")) {
            throw new Failure(ExitCode.USAGE, "--scores %s, must end in .npz".formatted(scores));
        }
        requireOther(output, image);
        try (Progress progress = new Progress(spec);
                OnnxModel opened = model.open()) {
            Preprocessing preprocessing = model.preprocessing(opened);
            if (Files.isDirectory(image)) {
                folder(opened, preprocessing, progress);
            } else {
                progress.at("running " + opened.description().name());
                show(Source.of(opened), cut(opened, preprocessing, image));
            }
            return ExitCode.OK.code();
        }
    }

    /// A mask never takes the place of what it was cut from.
    private static void requireOther(@Nullable Path output, Path image) throws IOException {
        if (output != null
                && Files.exists(output)
                && Files.exists(image)
                && Files.isSameFile(output, image)) {
            throw new Failure(
                    ExitCode.USAGE,
                    "-o %s is the input itself, which would be overwritten; name another"
                            .formatted(output));
        }
    }

    private Answer cut(OnnxModel opened, Preprocessing preprocessing, Path file) {
        ImageOptions.Taken taken = ImageOptions.take(file, preprocessing);
        List<Integer> all = IntStream.range(0, opened.layers()).boxed().toList();
        var seen = opened.attend(taken.prepared().pixels(), all);
        Picture picture =
                new Picture(
                        file,
                        taken.image(),
                        taken.prepared().pixels(),
                        taken.prepared().view(),
                        seen.grid());
        SegmentOptions.Made made = how.map(seen, picture);
        Segmentation cut =
                Segmentation.of(
                        made.map(),
                        how.threshold(),
                        picture.view(),
                        taken.image().width(),
                        taken.image().height());
        return new Answer(picture, made, cut, judged(cut));
    }

    private Optional<Judged> judged(Segmentation cut) {
        if (reference == null) {
            return Optional.empty();
        }
        Mask truth = ImageFile.readMask(reference);
        int width = cut.mask().width();
        int height = cut.mask().height();
        boolean resized = truth.width() != width || truth.height() != height;
        Mask brought = resized ? truth.resized(width, height) : truth;
        return Optional.of(
                new Judged(SegmentationScore.of(cut.mask(), cut.map(), brought), resized));
    }

    private void show(Source source, Answer answer) throws IOException {
        form.figure(() -> figure(source, answer).draw());
        if (output != null) {
            ImageFile.writeMask(output, answer.cut().mask());
        }
        if (scores != null) {
            PatchMap patches = answer.cut().patches();
            float[] values = new float[patches.grid().patches()];
            double[] exact = patches.toArray();
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) exact[i];
            }
            new NamedArrays()
                    .with("patches", patches.grid().rows(), patches.grid().columns(), values)
                    .with(
                            "pixels",
                            answer.cut().map().height(),
                            answer.cut().map().width(),
                            answer.cut().map().toArray())
                    .write(scores);
        }
        PrintWriter out = spec.commandLine().getOut();
        if (form.json()) {
            Map<String, Object> content = Json.object();
            content.putAll(source.facts());
            content.putAll(entry(answer));
            Json.print(out, Json.document("segment", content));
        } else if (form.csv()) {
            row(Csv.headed(out, COLUMNS), 0, answer);
        } else {
            text(out, answer);
        }
        out.flush();
    }

    /// One model, one photograph after another; each mask is there whole or not at all.
    private void folder(OnnxModel opened, Preprocessing preprocessing, Progress progress)
            throws IOException {
        if (output == null || form.json() || form.drawn() || scores != null || reference != null) {
            throw new Failure(
                    ExitCode.USAGE,
                    "a folder of photographs needs -o FOLDER, and neither --json, --figure,"
                            + " --scores nor --mask");
        }
        Files.createDirectories(output);
        List<Path> files = ImageOptions.photographs(image);
        requireNamesApart(files);
        PrintWriter out = spec.commandLine().getOut();
        Csv csv = Csv.headed(out, COLUMNS);
        for (int i = 0; i < files.size(); i++) {
            Path file = files.get(i);
            Path mask = output.resolve(maskName(file));
            if (resume && Files.exists(mask)) {
                continue;
            }
            progress.at("image %d of %d, %s".formatted(i, files.size(), file));
            Answer answer = cut(opened, preprocessing, file);
            ImageFile.writeMask(mask, answer.cut().mask());
            row(csv, i, answer);
            out.flush();
        }
    }

    private static String maskName(Path photograph) {
        return String.valueOf(photograph.getFileName()).replaceFirst("\\.[^.]*$", ".png");
    }

    private static void requireNamesApart(List<Path> files) {
        Map<String, Path> first = new HashMap<>();
        for (Path file : files) {
            Path before = first.putIfAbsent(maskName(file), file);
            if (before != null) {
                throw new Failure(
                        ExitCode.INPUT,
                        "%s and %s would share the mask %s; rename one"
                                .formatted(before, file, maskName(file)));
            }
        }
    }

    private void row(Csv csv, int number, Answer answer) {
        csv.row(
                number,
                answer.picture().file().getFileName(),
                how.method(),
                layers(answer),
                how.threshold().name().toLowerCase(Locale.ROOT),
                answer.cut().threshold(),
                area(answer),
                answer.judged().map(judged -> judged.score().meanIou()).orElse(null));
    }

    private static String layers(Answer answer) {
        List<Integer> layers = answer.made().layers();
        int first = layers.getFirst();
        int last = layers.getLast();
        if (layers.size() == 1) {
            return String.valueOf(first);
        }
        return last - first == layers.size() - 1
                ? "%d-%d".formatted(first, last)
                : layers.stream().map(String::valueOf).collect(Collectors.joining(","));
    }

    private static double area(Answer answer) {
        Mask mask = answer.cut().mask();
        return (double) mask.area() / mask.width() / mask.height();
    }

    private Map<String, Object> entry(Answer answer) {
        RunLength runs = RunLength.of(answer.cut().mask());
        Map<String, Object> entry = Json.object();
        entry.putAll(answer.picture().facts());
        entry.putAll(
                Json.object(
                        "method", how.method(),
                        "layers", answer.made().layers(),
                        "layersBecause", answer.made().because(),
                        "threshold", how.threshold().name().toLowerCase(Locale.ROOT),
                        "cut", answer.cut().threshold(),
                        "area", area(answer),
                        "segmentation",
                                Json.object(
                                        "size", List.of(runs.height(), runs.width()),
                                        "counts", runs.counts()),
                        "segmentationCompressed",
                                Json.object(
                                        "size", List.of(runs.height(), runs.width()),
                                        "counts", runs.compressed())));
        answer.judged()
                .ifPresent(
                        judged ->
                                entry.put(
                                        "score",
                                        Json.object(
                                                "accuracy", judged.score().accuracy(),
                                                "foregroundIou", judged.score().foregroundIou(),
                                                "backgroundIou", judged.score().backgroundIou(),
                                                "meanIou", judged.score().meanIou(),
                                                "meanAp", judged.score().meanAp(),
                                                "maskResized", judged.resized())));
        return entry;
    }

    private void text(PrintWriter out, Answer answer) {
        out.println(
                "%s: %s, layers %s (%s), cut at the %s, %s"
                        .formatted(
                                answer.picture().file(),
                                how.method(),
                                layers(answer),
                                answer.made().because(),
                                how.threshold() == Threshold.MEAN ? "mean" : "threshold of Otsu",
                                Table.number(answer.cut().threshold())));
        out.println("the subject has %.1f %% of the pixels".formatted(100 * area(answer)));
        answer.judged()
                .ifPresent(
                        judged ->
                                out.println(
                                        "against %s%s: mean IoU %.3f (foreground %.3f, background %.3f), accuracy %.3f, mean AP %.3f"
                                                .formatted(
                                                        reference,
                                                        judged.resized()
                                                                ? ", brought to the photograph's"
                                                                        + " size"
                                                                : "",
                                                        judged.score().meanIou(),
                                                        judged.score().foregroundIou(),
                                                        judged.score().backgroundIou(),
                                                        judged.score().accuracy(),
                                                        judged.score().meanAp())));
        if (output != null) {
            out.println("mask: " + output);
        }
    }

    private PhotoPanels figure(Source source, Answer answer) {
        PatchMap map = answer.cut().patches();
        var scale = Picture.scale(map);
        return new PhotoPanels(
                "Subject by " + how.method(),
                List.of(
                        answer.picture().words(),
                        "%s, layers %s, %s"
                                .formatted(source.name(), layers(answer), answer.made().because())),
                answer.picture().image(),
                answer.picture().view(),
                List.of(
                        PhotoPanels.Panel.of("what is cut", new Overlay.Heat(map, scale)),
                        PhotoPanels.Panel.of("the subject", new Overlay.Cut(answer.cut().mask()))),
                Optional.of(scale));
    }
}
