package dev.perron.cli;

import dev.perron.onnx.OnnxModel;

import java.util.Map;

/// Where attention came from.
///
/// @param name the model's, or the file's
/// @param facts what a document says about it
record Source(String name, Map<String, Object> facts) {
    /// The same with more facts.
    Source with(Map<String, Object> more) {
        Map<String, Object> all = Json.object();
        all.putAll(facts);
        all.putAll(more);
        return new Source(name, all);
    }

    static Source of(OnnxModel model) {
        String name = model.description().name();
        return new Source(name, Json.object("model", name, "modelSha256", model.sha256()));
    }
}
