package dev.perron.format;

import dev.perron.attention.AttentionHead;
import dev.perron.attention.AttentionTensor;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/// Writes attention as Python people read it: little endian, C order, one head after another. What
/// the numbers don't say goes into a sidecar, or a .safetensors' metadata, so that the file is read
/// again without options.
public final class AttentionWriter {
    /// Zip knows nothing earlier; a file's bytes don't depend on when it was written.
    private static final LocalDateTime ALWAYS = LocalDateTime.of(1980, 1, 1, 0, 0);

    private AttentionWriter() {}

    /// Writes all heads of a tensor.
    ///
    /// @param file ends in .npy (one array `[layer, head, query, key]`, layers from 0), or in .npz
    ///   or .safetensors (an array `attentions.N` a layer, `[head, query, key]`)
    /// @param type of the numbers, to which they are rounded
    /// @param sidecar what is said beside them; its axes are replaced by the right ones
    /// @throws IllegalArgumentException if the format has no room for the type or for the layers
    /// @throws FormatException if the file can't be written
    public static void write(Path file, AttentionTensor tensor, ElementType type, Sidecar sidecar) {
        String name = file.toString().toLowerCase(Locale.ROOT);
        if (name.endsWith(".safetensors")) {
            Sidecar said = sidecar.withAxes(Axes.parse("h,q,k"));
            WholeFile.write(file, out -> writeSafetensors(out, tensor, type, said));
            return;
        }
        if (type == ElementType.BFLOAT16) {
            throw new IllegalArgumentException(
                    "%s in bfloat16, which NumPy doesn't have; write .safetensors, or float32"
                            .formatted(file));
        }
        if (name.endsWith(".npz")) {
            WholeFile.write(file, out -> writeNpz(out, tensor, type));
            writeBeside(file, sidecar.withAxes(Axes.parse("h,q,k")));
        } else if (name.endsWith(".npy")) {
            if (tensor.layers().getLast() != tensor.layers().size() - 1) {
                throw new IllegalArgumentException(
                        "layers %s in one .npy array, which counts them from 0; write .npz or .safetensors"
                                .formatted(tensor.layers()));
            }
            WholeFile.write(file, out -> writeNpy(out, tensor, type));
            writeBeside(file, sidecar.withAxes(Axes.parse("l,h,q,k")));
        } else {
            throw new IllegalArgumentException(
                    "%s, must end in .npy, .npz or .safetensors".formatted(file));
        }
    }

    private static void writeBeside(Path file, Sidecar sidecar) {
        byte[] text = (JsonText.of(sidecar.members()) + "\n").getBytes(StandardCharsets.UTF_8);
        WholeFile.write(Sidecar.beside(file), out -> out.write(text));
    }

    private static void writeNpy(OutputStream out, AttentionTensor tensor, ElementType type)
            throws IOException {
        int n = tensor.tokens().size();
        out.write(
                NpyHeader.bytes(
                        "<" + type.numpyCode(),
                        false,
                        ArrayShape.of(tensor.layers().size(), tensor.heads(), n, n)));
        for (AttentionHead head : tensor.all()) {
            out.write(bytes(head, type));
        }
    }

    private static void writeNpz(OutputStream out, AttentionTensor tensor, ElementType type)
            throws IOException {
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            for (int layer : tensor.layers()) {
                List<AttentionHead> heads = tensor.layer(layer).all();
                byte[] header = NpyHeader.bytes("<" + type.numpyCode(), false, shape(tensor));
                // Stored, so that it can be mapped; zip wants the checksum first.
                CRC32 checksum = new CRC32();
                checksum.update(header);
                long size = header.length;
                for (AttentionHead head : heads) {
                    byte[] bytes = bytes(head, type);
                    checksum.update(bytes);
                    size += bytes.length;
                }
                ZipEntry entry = new ZipEntry("attentions.%d.npy".formatted(layer));
                entry.setTimeLocal(ALWAYS);
                entry.setMethod(ZipEntry.STORED);
                entry.setSize(size);
                entry.setCrc(checksum.getValue());
                zip.putNextEntry(entry);
                zip.write(header);
                for (AttentionHead head : heads) {
                    zip.write(bytes(head, type));
                }
                zip.closeEntry();
            }
        }
    }

    private static void writeSafetensors(
            OutputStream out, AttentionTensor tensor, ElementType type, Sidecar sidecar)
            throws IOException {
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
        for (int layer : tensor.layers()) {
            long end = at + shape(tensor).elements() * type.bytes();
            Map<String, Object> array = new LinkedHashMap<>();
            array.put("dtype", type.safetensorsCode());
            array.put("shape", shape(tensor).sizes());
            array.put("data_offsets", List.of(at, end));
            header.put("attentions." + layer, array);
            at = end;
        }
        String text = JsonText.of(header);
        byte[] plain = text.getBytes(StandardCharsets.UTF_8);
        // Numbers begin at a multiple of 8, as the format's own writer has it.
        byte[] padded = new byte[(plain.length + 7) / 8 * 8];
        java.util.Arrays.fill(padded, (byte) ' ');
        System.arraycopy(plain, 0, padded, 0, plain.length);
        byte[] length = new byte[8];
        MemorySegment.ofArray(length)
                .set(
                        java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED.withOrder(
                                ByteOrder.LITTLE_ENDIAN),
                        0,
                        padded.length);
        out.write(length);
        out.write(padded);
        for (AttentionHead head : tensor.all()) {
            out.write(bytes(head, type));
        }
    }

    private static ArrayShape shape(AttentionTensor tensor) {
        int n = tensor.tokens().size();
        return ArrayShape.of(tensor.heads(), n, n);
    }

    private static byte[] bytes(AttentionHead head, ElementType type) {
        float[] rows = head.toArray();
        byte[] bytes = new byte[Math.multiplyExact(rows.length, type.bytes())];
        MemorySegment to = MemorySegment.ofArray(bytes);
        for (int i = 0; i < rows.length; i++) {
            type.encode(rows[i], to, (long) i * type.bytes(), ByteOrder.LITTLE_ENDIAN);
        }
        return bytes;
    }
}
