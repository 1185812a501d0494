package dev.perron.onnx;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/// What a file that isn't a model looks like: the usual mistakes by name, else its first bytes.
enum FileKind {
    GIT_LFS_POINTER("version https://git-lfs", "a Git LFS pointer: run `git lfs pull`"),
    ZIP("PK\3\4", "a zip file, perhaps a PyTorch checkpoint"),
    GGUF("GGUF", "a GGUF file"),
    HDF5("\u0089HDF", "an HDF5 file, perhaps Keras"),
    NUMPY("\u0093NUMPY", "a NumPy array"),
    JSON("{", "JSON"),
    WEB_PAGE("<", "a web page or XML");

    private final String start;
    private final String words;

    FileKind(String start, String words) {
        this.start = start;
        this.words = words;
    }

    /// In words, after "not an ONNX model,".
    static String of(ByteBuffer file) {
        byte[] first = new byte[Math.min(24, file.remaining())];
        file.get(file.position(), first);
        String text = new String(first, StandardCharsets.ISO_8859_1);
        for (FileKind kind : values()) {
            if (text.startsWith(kind.start)) {
                return "it looks like " + kind.words;
            }
        }
        byte[] shown = new byte[Math.min(8, first.length)];
        System.arraycopy(first, 0, shown, 0, shown.length);
        return "it starts with " + HexFormat.ofDelimiter(" ").formatHex(shown);
    }
}
