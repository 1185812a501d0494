package dev.perron.format;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perron.attention.AttentionHead;
import dev.perron.attention.AttentionTensor;
import dev.perron.attention.Token;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;

/// Against another writer and reader of the format (src/test/python/safetensors_by_hand.py).
class SafetensorsByHandTest {
    private static final String SCRIPT = "safetensors_by_hand.py";

    @TempDir private Path folder;

    @BeforeEach
    void requireNumPy() throws Exception {
        Python.requireNumPy();
    }

    @Test
    void everyTypeThatIsWrittenByHandIsRead() throws Exception {
        Path file = folder.resolve("a.safetensors");
        Python.run(SCRIPT, "write", file.toString());

        for (ElementType type : ElementType.values()) {
            ReadOptions options = ReadOptions.defaults().withArray(type.safetensorsCode());
            try (AttentionFile read = AttentionFile.open(file, options)) {
                assertThat(read.description().type()).isEqualTo(type);
                assertThat(read.description().tokens())
                        .containsExactly(new Token.Special("<s>"), new Token.Piece("café"));
                assertThat(read.head(0, 1).head().toArray())
                        .as(type.toString())
                        .containsExactly(1, 0, 0.125f, 0.875f);
            }
        }
    }

    @Test
    void whatWeWriteIsReadByHandBitForBit() throws Exception {
        AttentionTensor tensor = Examples.tensor(2, 2, 3, 8);
        for (ElementType type : ElementType.values()) {
            Path file = folder.resolve(type + ".safetensors");
            AttentionWriter.write(file, tensor, type, Sidecar.of(tensor, "tiny"));

            List<String> theirs = Python.run(SCRIPT, "read", file.toString());
            for (int layer = 0; layer < 2; layer++) {
                assertThat(theirs.get(layer))
                        .isEqualTo(
                                "attentions.%d %s 2x3x3 %s"
                                        .formatted(
                                                layer,
                                                type.safetensorsCode(),
                                                bits(tensor.layer(layer), type)));
            }
            assertThat(theirs.getLast())
                    .contains("\"model\": \"tiny\"", "\"axes\": \"h,q,k\"", "t1");
        }
    }

    private static String bits(AttentionTensor layer, ElementType type) {
        StringBuilder hex = new StringBuilder();
        for (AttentionHead head : layer.all()) {
            for (float entry : head.toArray()) {
                byte[] bytes = new byte[type.bytes()];
                type.encode(entry, MemorySegment.ofArray(bytes), 0, ByteOrder.LITTLE_ENDIAN);
                hex.append(HexFormat.of().formatHex(bytes));
            }
        }
        return hex.toString();
    }
}
