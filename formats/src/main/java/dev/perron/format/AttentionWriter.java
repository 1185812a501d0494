package dev.perron.format;

import dev.perron.attention.AttentionHead;
import dev.perron.attention.AttentionTensor;
import dev.perron.chain.Transition;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/// Writes attention as Python people read it: little endian, C order, one head after another. What
/// the numbers don't say goes into a sidecar, or a .safetensors' metadata, so that the file is read
/// again without options.
public final class AttentionWriter {
    /// Zip knows nothing earlier; a file's bytes don't depend on when it was written.
    private static final LocalDateTime ALWAYS = LocalDateTime.of(1980, 1, 1, 0, 0);

    private static final Axes OF_LAYER = Axes.parse("h,q,k");

    /// Files that a sidecar may belong to.
    private static final List<String> WITH_SIDECAR = List.of(".npy", ".npz", ".csv", ".tsv");

    private AttentionWriter() {}

    /// Heads that are written, and where their numbers come from.
    private record Heads(List<Integer> layers, int each, int queries, int keys, Numbers numbers) {
        ArrayShape ofLayer() {
            return ArrayShape.of(each, queries, keys);
        }
    }

    @FunctionalInterface
    private interface Numbers {
        /// Gives one head's numbers, rows one after another.
        void give(int layer, int head, AttentionFile.Rows to) throws IOException;
    }

    /// Why a file can't be written in such a format, in words; empty if it can.
    ///
    /// @param file ends in .npy (one array `[layer, head, query, key]`, layers from 0), or in .npz
    ///   or .safetensors (an array `attentions.N` a layer, `[head, query, key]`)
    /// @param layers their numbers, ascending
    public static Optional<String> objection(Path file, List<Integer> layers, ElementType type) {
        String name = file.toString().toLowerCase(Locale.ROOT);
        if (name.endsWith(".safetensors")) {
            return Optional.empty();
        }
        if (!name.endsWith(".npz") && !name.endsWith(".npy")) {
            return Optional.of("%s, must end in .npy, .npz or .safetensors".formatted(file));
        }
        if (type == ElementType.BFLOAT16) {
            return Optional.of(
                    "%s in bfloat16, which NumPy doesn't have; write .safetensors, or float32"
                            .formatted(file));
        }
        if (name.endsWith(".npy") && layers.getLast() != layers.size() - 1) {
            return Optional.of(
                    "layers %s in one .npy array, which counts them from 0; write .npz or .safetensors"
                            .formatted(layers));
        }
        return Optional.empty();
    }

    /// Writes all heads of a tensor.
    ///
    /// @param file as [#objection] has it
    /// @param type of the numbers, to which they are rounded
    /// @param sidecar what is said beside them; its axes are replaced by the right ones
    /// @throws IllegalArgumentException if there is an objection
    /// @throws FormatException if the file can't be written, or its sidecar's place is another's
    public static void write(Path file, AttentionTensor tensor, ElementType type, Sidecar sidecar) {
        int n = tensor.tokens().size();
        write(
                file,
                new Heads(
                        tensor.layers(),
                        tensor.heads(),
                        n,
                        n,
                        (layer, head, to) -> rows(tensor.head(layer, head), n, to)),
                type,
                sidecar);
    }

    /// Writes what another file holds, head by head: neither file need fit in memory. Rows are
    /// written as they are, whether they sum to 1 or not; of scores, their softmax.
    ///
    /// @param file as [#objection] has it; another one than is read
    /// @param type of the numbers, to which they are rounded
    /// @throws IllegalArgumentException if there is an objection
    /// @throws FormatException if one can't be read or the other can't be written
    public static void copy(Path file, AttentionFile from, ElementType type) {
        FileDescription about = from.description();
        write(
                file,
                new Heads(about.layers(), about.heads(), about.queries(), about.keys(), from::give),
                type,
                from.sidecar());
    }

    /// Writes a chain as the one head of a model.
    ///
    /// @param file as [#objection] has it
    /// @param type of the numbers, to which they are rounded
    /// @param sidecar what is said beside them; its axes are replaced by the right ones
    /// @throws IllegalArgumentException if there is an objection
    /// @throws FormatException if the file can't be written, or its sidecar's place is another's
    public static void write(Path file, Transition chain, ElementType type, Sidecar sidecar) {
        int n = chain.states();
        write(
                file,
                new Heads(
                        List.of(0),
                        1,
                        n,
                        n,
                        (_, _, to) -> {
                            double[] row = new double[n];
                            for (int i = 0; i < n; i++) {
                                chain.row(i, row);
                                to.take(row, n);
                            }
                        }),
                type,
                sidecar);
    }

    private static void write(Path file, Heads heads, ElementType type, Sidecar sidecar) {
        objection(file, heads.layers(), type)
                .ifPresent(
                        why -> {
                            throw new IllegalArgumentException(why);
                        });
        String name = file.toString().toLowerCase(Locale.ROOT);
        if (name.endsWith(".safetensors")) {
            Sidecar said = sidecar.withAxes(OF_LAYER);
            WholeFile.write(file, out -> writeSafetensors(out, heads, type, said));
            return;
        }
        requireOwnSidecar(file);
        if (name.endsWith(".npz")) {
            WholeFile.write(file, out -> writeNpz(out, heads, type));
            writeBeside(file, sidecar.withAxes(OF_LAYER));
        } else {
            WholeFile.write(file, out -> writeNpy(out, heads, type));
            writeBeside(file, sidecar.withAxes(Axes.parse("l,h,q,k")));
        }
    }

    /// A sidecar is found by its name, `x.json`: two files of attention can't share one, and an
    /// answer of another command mustn't be lost.
    private static void requireOwnSidecar(Path file) {
        Path beside = Sidecar.beside(file);
        String stem = String.valueOf(beside.getFileName()).replaceFirst("\\.json$", "");
        for (String ending : WITH_SIDECAR) {
            Path other = file.resolveSibling(stem + ending);
            if (!other.equals(file) && Files.exists(other)) {
                throw taken(file, beside, "the sidecar of %s, which is there".formatted(other));
            }
        }
        if (Files.exists(beside) && !Files.exists(file)) {
            throw taken(file, beside, "there already");
        }
    }

    private static FormatException taken(Path file, Path beside, String why) {
        return FormatException.of(
                file.toString(),
                "its sidecar would be %s, %s".formatted(beside, why),
                "a name of its own",
                "choose another name, or write .safetensors, which needs no sidecar");
    }

    private static void writeBeside(Path file, Sidecar sidecar) {
        byte[] text = (JsonText.of(sidecar.members()) + "\n").getBytes(StandardCharsets.UTF_8);
        WholeFile.write(Sidecar.beside(file), out -> out.write(text));
    }

    private static void writeNpy(OutputStream out, Heads heads, ElementType type)
            throws IOException {
        out.write(
                NpyHeader.bytes(
                        "<" + type.numpyCode(),
                        false,
                        ArrayShape.of(
                                heads.layers().size(),
                                heads.each(),
                                heads.queries(),
                                heads.keys())));
        for (int layer : heads.layers()) {
            writeLayer(out, heads, layer, type);
        }
    }

    private static void writeNpz(OutputStream out, Heads heads, ElementType type)
            throws IOException {
        byte[] header = NpyHeader.bytes("<" + type.numpyCode(), false, heads.ofLayer());
        long size = header.length + heads.ofLayer().elements() * type.bytes();
        // Stored, so that it can be mapped; zip wants the checksums first. All of them before any
        // layer is written: a source that can only be read forward is then read twice, not more.
        Map<Integer, Long> checksums = new LinkedHashMap<>();
        for (int layer : heads.layers()) {
            CRC32 checksum = new CRC32();
            checksum.update(header);
            for (int head = 0; head < heads.each(); head++) {
                heads.numbers()
                        .give(
                                layer,
                                head,
                                (numbers, count) -> checksum.update(type.encode(numbers, count)));
            }
            checksums.put(layer, checksum.getValue());
        }
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            for (Map.Entry<Integer, Long> layer : checksums.entrySet()) {
                ZipEntry entry = new ZipEntry("attentions.%d.npy".formatted(layer.getKey()));
                entry.setTimeLocal(ALWAYS);
                entry.setMethod(ZipEntry.STORED);
                entry.setSize(size);
                entry.setCrc(layer.getValue());
                zip.putNextEntry(entry);
                zip.write(header);
                writeLayer(zip, heads, layer.getKey(), type);
                zip.closeEntry();
            }
        }
    }

    private static void writeSafetensors(
            OutputStream out, Heads heads, ElementType type, Sidecar sidecar) throws IOException {
        Map<String, Object> metadata = new LinkedHashMap<>();
        sidecar.members()
                .forEach(
                        (name, value) ->
                                metadata.put(
                                        name,
                                        value instanceof String ? value : JsonText.of(value)));
        Map<String, Object> header = new LinkedHashMap<>();
        header.put("__metadata__", metadata);
        long at = 0;
        for (int layer : heads.layers()) {
            long end = at + heads.ofLayer().elements() * type.bytes();
            Map<String, Object> array = new LinkedHashMap<>();
            array.put("dtype", type.safetensorsCode());
            array.put("shape", heads.ofLayer().sizes());
            array.put("data_offsets", List.of(at, end));
            header.put("attentions." + layer, array);
            at = end;
        }
        Safetensors.writeHeader(out, JsonText.of(header).getBytes(StandardCharsets.UTF_8));
        for (int layer : heads.layers()) {
            writeLayer(out, heads, layer, type);
        }
    }

    private static void writeLayer(OutputStream out, Heads heads, int layer, ElementType type)
            throws IOException {
        for (int head = 0; head < heads.each(); head++) {
            heads.numbers()
                    .give(layer, head, (numbers, count) -> out.write(type.encode(numbers, count)));
        }
    }

    private static void rows(AttentionHead head, int n, AttentionFile.Rows to) throws IOException {
        float[] rows = head.toArray();
        double[] row = new double[n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                row[j] = rows[i * n + j];
            }
            to.take(row, n);
        }
    }
}
