package dev.perron.cli;

import dev.perron.attention.model.ModelException;
import dev.perron.attention.model.TextWindow;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// One of many inputs.
///
/// @param number from 0: a text's line, a photograph's place in its folder
/// @param name what a message calls it
/// @param facts what a document says about it, and a table before each of its rows
record BatchItem(int number, String name, Map<String, Object> facts) {
    static BatchItem text(int line) {
        return new BatchItem(line, "--texts line %d".formatted(line), Json.object("text", line));
    }

    static BatchItem photograph(int number, Path file) {
        return new BatchItem(
                number,
                file.toString(),
                Json.object("image", number, "file", String.valueOf(file.getFileName())));
    }

    /// A window of it.
    ///
    /// @param called what a message calls it
    BatchItem window(String called, TextWindow part) {
        Map<String, Object> more = Json.object();
        more.putAll(facts);
        more.putAll(Json.object("window", part.number(), "windowStart", part.start()));
        return new BatchItem(number, called, more);
    }

    /// What stands before each of its rows.
    List<Object> cells() {
        return List.copyOf(facts.values());
    }

    /// `text 3`, `text 0, window 2, from token 1020`, `image 4, cat.jpg`.
    String heading() {
        Object file = facts.get("file");
        if (file != null) {
            return "image %d, %s".formatted(number, file);
        }
        return facts.containsKey("window")
                ? "text %d, window %s, from token %s"
                        .formatted(number, facts.get("window"), facts.get("windowStart"))
                : "text %d".formatted(number);
    }

    /// A failure with this input, which names it.
    Failure failed(Failure why) {
        return new Failure(why.exitCode(), "%s: %s".formatted(name, why.getMessage()));
    }

    /// The same where the model doesn't take this input.
    Failure failed(ModelException why) {
        return new Failure(ExitCode.INPUT, "%s: %s".formatted(name, why.getMessage()));
    }
}
