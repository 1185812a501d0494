package dev.perron.format;

import dev.perron.attention.AttentionTensor;
import dev.perron.transformer.Checkpoint;
import dev.perron.transformer.LossCurve;
import dev.perron.transformer.TrainingPlan;
import dev.perron.transformer.Transformer;
import dev.perron.transformer.TransformerConfig;
import dev.perron.transformer.TransformerWeights;
import dev.perron.transformer.WeightLayout;
import dev.perron.transformer.WeightTensor;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// A training on disk, a .safetensors file: an array a weight tensor, by the names of
/// [WeightLayout], the optimiser's memory, the losses so far, and configuration and plan as text in
/// the header. Other programs read the weights as those of any model. What is read is equal to what
/// was written, to the last bit.
///
/// @param checkpoint the training
/// @param about what else the header says: of the source, for one
public record CheckpointFile(Checkpoint checkpoint, Map<String, String> about) {
    /// What `about` calls a sequence, as in `0 1 1 0`, on which the model's attention is shown
    /// where the file is taken for one of attention.
    public static final String SAMPLE = "sample";

    private static final String KIND = "perron-checkpoint";
    private static final String FIRST = "optimiser.first";
    private static final String SECOND = "optimiser.second";
    private static final String TRAINING = "losses.training";
    private static final String EVALUATIONS = "losses.evaluations";

    /// Copies the map.
    public CheckpointFile {
        about = Map.copyOf(about);
    }

    /// An array to write.
    private static final class Array {
        private final String name;
        private final ElementType type;
        private final List<Integer> shape;
        private final double[] numbers;

        Array(String name, ElementType type, List<Integer> shape, double[] numbers) {
            this.name = name;
            this.type = type;
            this.shape = shape;
            this.numbers = numbers;
        }

        static Array flat(String name, ElementType type, double[] numbers) {
            return new Array(name, type, List.of(numbers.length), numbers);
        }

        long bytes() {
            return (long) numbers.length * type.bytes();
        }

        byte[] encoded() {
            return type.encode(numbers, numbers.length);
        }
    }

    /// Writes the file, whole or not at all.
    ///
    /// @throws FormatException if it can't be written: what was there before is untouched
    public void write(Path file) {
        List<Array> arrays = arrays();
        Map<String, Object> header = new LinkedHashMap<>();
        header.put("__metadata__", metadata());
        long at = 0;
        for (Array array : arrays) {
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("dtype", array.type.safetensorsCode());
            entry.put("shape", array.shape);
            entry.put("data_offsets", List.of(at, at + array.bytes()));
            header.put(array.name, entry);
            at += array.bytes();
        }
        byte[] text = JsonText.of(header).getBytes(StandardCharsets.UTF_8);
        WholeFile.write(
                file,
                out -> {
                    Safetensors.writeHeader(out, text);
                    for (Array array : arrays) {
                        out.write(array.encoded());
                    }
                });
    }

    private Map<String, String> metadata() {
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put("kind", KIND);
        metadata.put("version", "1");
        metadata.put("done", String.valueOf(checkpoint.done()));
        metadata.putAll(CheckpointText.of(checkpoint.weights().config(), checkpoint.plan()));
        // sorted: the order of a map of its own may differ from run to run
        new TreeMap<>(about).forEach((name, value) -> metadata.put("about." + name, value));
        return metadata;
    }

    private List<Array> arrays() {
        ElementType type =
                switch (checkpoint.plan().precision()) {
                    case FLOAT32 -> ElementType.FLOAT32;
                    case FLOAT64 -> ElementType.FLOAT64;
                };
        TransformerWeights weights = checkpoint.weights();
        List<Array> arrays = new ArrayList<>();
        for (WeightTensor tensor : weights.layout().tensors()) {
            arrays.add(
                    new Array(tensor.name(), type, tensor.shape(), weights.tensor(tensor.name())));
        }
        arrays.add(Array.flat(FIRST, type, checkpoint.firstMoments()));
        arrays.add(Array.flat(SECOND, type, checkpoint.secondMoments()));
        LossCurve curve = checkpoint.curve();
        arrays.add(
                Array.flat(
                        TRAINING,
                        ElementType.FLOAT64,
                        curve.training().stream().mapToDouble(Double::doubleValue).toArray()));
        double[] points =
                curve.evaluations().stream()
                        .flatMapToDouble(p -> Arrays.stream(new double[] {p.step(), p.loss()}))
                        .toArray();
        arrays.add(
                new Array(EVALUATIONS, ElementType.FLOAT64, List.of(points.length / 2, 2), points));
        // widest numbers first, so that each begins at a multiple of its size
        arrays.sort((a, b) -> Integer.compare(b.type.bytes(), a.type.bytes()));
        return arrays;
    }

    /// Whether a file is a checkpoint, by its header.
    static boolean is(ArrayFile file) {
        return KIND.equals(file.metadata().get("kind"));
    }

    /// The attention of the model on its sample, as a file would hold it.
    ///
    /// @throws FormatException if it has no attention, or the sample isn't one
    static ArrayFile attention(Path path) {
        CheckpointFile read = read(path);
        String where = path.toString();
        TransformerWeights weights = read.checkpoint().weights();
        List<String> names = List.of(read.about().getOrDefault(SAMPLE, "").strip().split(" +", -1));
        if (!weights.config().attention()) {
            throw FormatException.of(
                    where, "a model without attention", "one that has some", "train another");
        }
        AttentionTensor tensor;
        try {
            int[] tokens = names.stream().mapToInt(Integer::parseInt).toArray();
            tensor = Transformer.of(weights).attend(tokens);
        } catch (IllegalArgumentException e) { // NumberFormatException is one
            throw FormatException.of(
                    where,
                    "sample '%s' (%s)".formatted(String.join(" ", names), e.getMessage()),
                    "tokens of the model, parted by blanks",
                    "train again",
                    e);
        }
        long n = names.size();
        int heads = tensor.heads();
        ArrayShape shape = new ArrayShape(List.of((long) heads, n, n));
        List<FloatArray> arrays = new ArrayList<>();
        for (int layer = 0; layer < tensor.layers().size(); layer++) {
            double[] all = new double[(int) (heads * n * n)];
            for (int head = 0; head < heads; head++) {
                float[] rows = tensor.all().get(layer * heads + head).toArray();
                for (int i = 0; i < rows.length; i++) {
                    all[head * rows.length + i] = rows[i];
                }
            }
            arrays.add(FloatArray.ofOwned("attentions." + layer, shape, all));
        }
        return ArrayFile.ofMemory(
                ".safetensors",
                arrays,
                Map.of(
                        "model",
                        read.about().getOrDefault("source", "a Markov source"),
                        "axes",
                        "h,q,k",
                        "tokens",
                        JsonText.of(names),
                        "causal",
                        "true"));
    }

    /// Reads a checkpoint.
    ///
    /// @throws FormatException if it can't be read, or is something else
    public static CheckpointFile read(Path file) {
        String where = file.toString();
        if (Files.notExists(file)) {
            throw FormatException.of(
                    where,
                    "no such file",
                    "a checkpoint that 'perron train' wrote",
                    "give the checkpoint.safetensors of its --out folder");
        }
        try (ArrayFile arrays = ArrayFile.open(file)) {
            Map<String, String> header = arrays.metadata();
            if (!KIND.equals(header.get("kind"))) {
                throw FormatException.of(
                        where,
                        "no checkpoint",
                        "one that 'perron train' wrote",
                        "give the checkpoint.safetensors of its --out folder");
            }
            TransformerConfig config = CheckpointText.config(header, where);
            TrainingPlan plan = CheckpointText.plan(header, where);
            WeightLayout layout = WeightLayout.of(config);
            double[] values = new double[layout.size()];
            for (WeightTensor tensor : layout.tensors()) {
                double[] numbers = numbers(arrays, where, tensor.name(), tensor.size());
                System.arraycopy(numbers, 0, values, tensor.offset(), numbers.length);
            }
            Map<String, String> about = new LinkedHashMap<>();
            header.forEach(
                    (name, value) -> {
                        if (name.startsWith("about.")) {
                            about.put(name.substring("about.".length()), value);
                        }
                    });
            int done = Integer.parseInt(header.getOrDefault("done", ""));
            Checkpoint read =
                    Checkpoint.of(
                            TransformerWeights.of(layout, values),
                            numbers(arrays, where, FIRST, values.length),
                            numbers(arrays, where, SECOND, values.length),
                            plan,
                            done,
                            curve(arrays, where));
            return new CheckpointFile(read, about);
        } catch (IllegalArgumentException e) {
            throw FormatException.of(
                    where,
                    "a checkpoint that doesn't hold together (%s)".formatted(e.getMessage()),
                    "one as 'perron train' wrote it",
                    "train again",
                    e);
        }
    }

    private static LossCurve curve(ArrayFile arrays, String where) {
        double[] points = array(arrays, where, EVALUATIONS);
        List<LossCurve.Point> evaluations = new ArrayList<>();
        for (int i = 0; i + 1 < points.length; i += 2) {
            evaluations.add(new LossCurve.Point((int) points[i], points[i + 1]));
        }
        return new LossCurve(
                Arrays.stream(array(arrays, where, TRAINING)).boxed().toList(), evaluations);
    }

    private static double[] numbers(ArrayFile arrays, String where, String name, int count) {
        double[] numbers = array(arrays, where, name);
        if (numbers.length != count) {
            throw FormatException.of(
                    where + ": " + name,
                    numbers.length + " numbers",
                    count + " by the configuration in the header",
                    "the file was changed after it was written: train again");
        }
        return numbers;
    }

    private static double[] array(ArrayFile arrays, String where, String name) {
        return arrays.arrays().stream()
                .filter(array -> array.name().equals(name))
                .findFirst()
                .orElseThrow(
                        () ->
                                FormatException.of(
                                        where,
                                        "no array " + name,
                                        "all that its header speaks of",
                                        "the file was changed after it was written: train again"))
                .toArray();
    }
}
