package dev.perron.cli;

import dev.perron.attention.model.AttentionModel;
import dev.perron.attention.model.TextInput;
import dev.perron.attention.model.TextWindow;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import java.util.List;
import java.util.OptionalInt;

/// How a long text is gone over in windows.
final class WindowOptions {
    @Option(
            names = "--text-window",
            paramLabel = "N",
            description =
                    "Go over a text in windows of N tokens, special ones included, each a text of"
                            + " its own: for texts longer than the model's context. Each answer"
                            + " has its window, from 0, and window_start (windowStart in JSON), the"
                            + " tokens of the text before the window, special ones not counted.")
    private @Nullable Integer window;

    @Option(
            names = "--text-stride",
            paramLabel = "M",
            description =
                    "With --text-window: tokens of the text from the start of a window to that of"
                            + " the next (default: as many as a window has, so that none overlap).")
    private @Nullable Integer stride;

    /// The columns that name a window.
    List<String> columns() {
        return given() ? List.of("window", "window_start") : List.of();
    }

    /// Whether texts are gone over in windows.
    boolean given() {
        return window != null;
    }

    /// Refuses what is wrong by itself, before anything is read.
    void check() {
        if (stride != null && window == null) {
            throw new Failure(
                    ExitCode.USAGE, "--text-stride needs --text-window; give both or none");
        }
        if (window != null && window < 1) {
            throw new Failure(
                    ExitCode.USAGE, "--text-window %d, must be at least 1".formatted(window));
        }
        if (stride != null && stride < 1) {
            throw new Failure(
                    ExitCode.USAGE, "--text-stride %d, must be at least 1".formatted(stride));
        }
    }

    /// A text's windows; the text as a whole where there are none.
    ///
    /// @throws Failure if windows of that size don't fit the model or the text
    List<TextWindow> of(TextInput text, AttentionModel model) {
        if (window == null) {
            return List.of(new TextWindow(0, 0, text));
        }
        OptionalInt most = model.contextLength();
        if (most.isPresent() && window > most.getAsInt()) {
            throw new Failure(
                    ExitCode.INPUT,
                    "--text-window %d, must be at most %d, which %s takes"
                            .formatted(window, most.getAsInt(), model.name()));
        }
        int special = text.special();
        int room = window - special;
        if (room < 1) {
            throw new Failure(
                    ExitCode.INPUT,
                    "--text-window %d, must be at least %d: %d tokens are special"
                            .formatted(window, special + 1, special));
        }
        if (stride != null && stride > room) {
            throw new Failure(
                    ExitCode.INPUT,
                    "--text-stride %d, must be at most %d, the tokens of the text in a window: others would be left out"
                            .formatted(stride, room));
        }
        return text.windows(window, stride == null ? room : stride);
    }
}
