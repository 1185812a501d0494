package dev.perron.cli;

import dev.perron.attention.Mask;
import dev.perron.attention.SeenKeys;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Attention before the softmax, and which keys a query sees.
final class ScoreOptions {
    @Option(
            names = "--scores",
            description =
                    "FILE holds raw scores: the softmax over keys is made here. -inf is a masked"
                            + " key.")
    private boolean scores;

    @Option(
            names = "--causal",
            description = "With --scores or --queries: no query sees a later key.")
    private boolean causal;

    @Option(
            names = "--window",
            paramLabel = "W",
            description =
                    "With --scores or --queries: a query sees keys less than W tokens away; with"
                            + " --causal the W latest, its own included.")
    private @Nullable Integer window;

    /// Whether a file holds scores.
    boolean scores() {
        return scores;
    }

    /// Whether any of these options is there.
    boolean given() {
        return scores || causal || window != null;
    }

    /// Those of these options that are there.
    List<String> said() {
        List<String> names = new ArrayList<>();
        if (scores) {
            names.add("--scores");
        }
        if (causal) {
            names.add("--causal");
        }
        if (window != null) {
            names.add("--window");
        }
        return names;
    }

    /// Which keys a query sees.
    ///
    /// @throws Failure if the window isn't one
    SeenKeys seen() {
        if (window != null && window < 1) {
            throw new Failure(ExitCode.USAGE, "--window %d, must be at least 1".formatted(window));
        }
        return new SeenKeys(
                causal ? Mask.CAUSAL : Mask.NONE, window == null ? SeenKeys.ALL : window);
    }

    /// What a document says about the keys that a query sees.
    static Map<String, Object> facts(SeenKeys seen) {
        return Json.object(
                "causalMask",
                seen.mask() == Mask.CAUSAL,
                "window",
                seen.window() == SeenKeys.ALL ? null : seen.window());
    }
}
