package dev.perron.cli;

import dev.perron.attention.model.AttentionModel;

import java.util.Map;
import java.util.Optional;

/// Where attention came from.
///
/// @param name the model's, or the file's
/// @param facts what a document says about it
/// @param picture the photograph, if tokens are its patches
record Source(String name, Map<String, Object> facts, Optional<Picture> picture) {
    Source(String name, Map<String, Object> facts) {
        this(name, facts, Optional.empty());
    }

    /// The same with more facts.
    Source with(Map<String, Object> more) {
        Map<String, Object> all = Json.object();
        all.putAll(facts);
        all.putAll(more);
        return new Source(name, all, picture);
    }

    static Source of(AttentionModel model) {
        String name = model.name();
        return new Source(name, Json.object("model", name, "modelSha256", model.sha256()));
    }

    static Source of(AttentionModel model, Picture picture) {
        Source source = of(model).with(picture.facts());
        return new Source(source.name(), source.facts(), Optional.of(picture));
    }
}
