package dev.perron.format;

import dev.perron.vision.Preprocessing;
import dev.perron.vision.Preprocessing.Resize;
import dev.perron.vision.Preprocessing.Size;
import dev.perron.vision.Resampling;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A Hugging Face `preprocessor_config.json`: how a model wants its images.
public final class PreprocessorConfig {
    private static final String NEXT =
            "give the model's own, or say it with --image-size, --image-mean and --image-std";

    private final String where;
    private final Map<String, JsonValue> members;

    private PreprocessorConfig(String where, Map<String, JsonValue> members) {
        this.where = where;
        this.members = members;
    }

    /// The file beside a model, if there is one: `preprocessor_config.json`, or the same after the
    /// model's own name, `vit.preprocessor_config.json` for `vit.onnx`.
    public static Optional<Path> beside(Path model) {
        String stem = String.valueOf(model.getFileName()).replaceFirst("\\.[^.]*$", "");
        return List.of(stem + ".preprocessor_config.json", "preprocessor_config.json").stream()
                .map(model::resolveSibling)
                .filter(Files::isRegularFile)
                .findFirst();
    }

    /// Reads one.
    ///
    /// @throws FormatException if it is none, or asks for what isn't known
    public static Preprocessing read(Path file) {
        String where = file.toString();
        try {
            if (JsonValue.parse(Files.readAllBytes(file), where)
                    instanceof JsonValue.Members(var members)) {
                return new PreprocessorConfig(where, members).preprocessing();
            }
        } catch (IOException e) {
            throw FormatException.unreadable(where, e);
        }
        throw FormatException.of(where, "JSON that is no object", "an object", NEXT);
    }

    private Preprocessing preprocessing() {
        boolean normalised = truth("do_normalize", true);
        try {
            boolean cut = truth("do_center_crop", false);
            Resize resize = truth("do_resize", true) ? resize(cut) : new Resize.None();
            Optional<Size> crop =
                    cut
                            ? Optional.of(
                                    sides(
                                                    member("crop_size")
                                                            .orElseThrow(
                                                                    () -> missing("crop_size")))
                                            .orElseThrow(() -> unknown("crop_size")))
                            : Optional.empty();
            return new Preprocessing(
                    resize,
                    crop,
                    resampling(),
                    truth("do_rescale", true)
                            ? number(
                                    member("rescale_factor")
                                            .orElse(new JsonValue.Digits("" + 1 / 255.0)),
                                    "rescale_factor")
                            : 1,
                    normalised ? three("image_mean") : List.of(0.0, 0.0, 0.0),
                    normalised ? three("image_std") : List.of(1.0, 1.0, 1.0));
        } catch (IllegalArgumentException e) {
            throw FormatException.of(
                    where, String.valueOf(e.getMessage()), "a usable configuration", NEXT, e);
        }
    }

    /// `224`, `{"height": 224, "width": 224}` or `{"shortest_edge": 256}`. A single number is the
    /// shortest edge where the middle is cut out afterwards, as in older files.
    private Resize resize(boolean cut) {
        JsonValue size = member("size").orElseThrow(() -> missing("size"));
        Optional<JsonValue> edge = side(size, "shortest_edge");
        if (edge.isPresent()) {
            return new Resize.ShortestEdge((int) number(edge.get(), "size.shortest_edge"));
        }
        if (cut && size instanceof JsonValue.Digits) {
            return new Resize.ShortestEdge((int) number(size, "size"));
        }
        return new Resize.Exact(sides(size).orElseThrow(() -> unknown("size")));
    }

    private Optional<Size> sides(JsonValue value) {
        if (value instanceof JsonValue.Digits) {
            int side = (int) number(value, "size");
            return Optional.of(new Size(side, side));
        }
        return side(value, "width")
                .flatMap(
                        width ->
                                side(value, "height")
                                        .map(
                                                height ->
                                                        new Size(
                                                                (int) number(width, "width"),
                                                                (int) number(height, "height"))));
    }

    private static Optional<JsonValue> side(JsonValue size, String name) {
        return size instanceof JsonValue.Members(var sides)
                ? Optional.ofNullable(sides.get(name))
                : Optional.empty();
    }

    private Resampling resampling() {
        int number =
                member("resample")
                        .map(value -> (int) number(value, "resample"))
                        .orElse(Resampling.BILINEAR.number());
        return Arrays.stream(Resampling.values())
                .filter(known -> known.number() == number)
                .findFirst()
                .orElseThrow(
                        () ->
                                FormatException.of(
                                        where,
                                        "resample %d".formatted(number),
                                        "0 (nearest), 1 (Lanczos), 2 (bilinear) or 3 (bicubic)",
                                        NEXT));
    }

    private List<Double> three(String name) {
        JsonValue value = member(name).orElseThrow(() -> missing(name));
        if (value instanceof JsonValue.Digits) {
            double same = number(value, name);
            return List.of(same, same, same);
        }
        List<Double> numbers = new ArrayList<>();
        if (value instanceof JsonValue.Items(var items)) {
            items.forEach(item -> numbers.add(number(item, name)));
        }
        if (numbers.size() != 3) {
            throw unknown(name);
        }
        return numbers;
    }

    private boolean truth(String name, boolean otherwise) {
        return member(name)
                .map(
                        value -> {
                            if (value instanceof JsonValue.Truth(boolean said)) {
                                return said;
                            }
                            throw unknown(name);
                        })
                .orElse(otherwise);
    }

    private double number(JsonValue value, String name) {
        if (value instanceof JsonValue.Digits(String digits)) {
            return Double.parseDouble(digits);
        }
        throw unknown(name);
    }

    /// What is there and isn't null.
    private Optional<JsonValue> member(String name) {
        return Optional.ofNullable(members.get(name))
                .filter(value -> !(value instanceof JsonValue.Null));
    }

    private FormatException missing(String name) {
        return FormatException.of(where, "no \"%s\"".formatted(name), "one", NEXT);
    }

    private FormatException unknown(String name) {
        return FormatException.of(
                where,
                "\"%s\" in a form that isn't known".formatted(name),
                "a number, or sides as Hugging Face writes them",
                NEXT);
    }
}
