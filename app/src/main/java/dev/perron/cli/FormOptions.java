package dev.perron.cli;

import dev.perron.attention.AttentionTensor;
import dev.perron.attention.HeadChain;
import dev.perron.attention.QueryKeyHead;
import dev.perron.attention.model.AttentionModel;
import dev.perron.attention.model.HeadForm;
import dev.perron.attention.model.LayerHeads;
import dev.perron.attention.model.TextInput;

import picocli.CommandLine.Option;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// In which form a model's attention is held.
final class FormOptions {
    /// Rows of so many bytes are held without looking for Q and K.
    private static final long SMALL = 256L << 20;

    private static final int USUAL_HEADS = 12;

    /// What is said on the command line.
    enum Form {
        AUTO,
        ROWS,
        QK
    }

    @Option(
            names = "--form",
            defaultValue = "auto",
            paramLabel = "auto|rows|qk",
            description =
                    "How a model's attention is held: rows, n x n numbers a head; qk, queries and"
                            + " keys, from which rows are made when they are needed (fused ops"
                            + " only); auto (default), rows up to 256 MB of them, above that"
                            + " whichever takes less memory.")
    private Form form = Form.AUTO;

    /// Attention of several layers.
    ///
    /// @param heads layer by layer, as many in each
    /// @param each heads of a layer
    /// @param worstRow the largest |row sum - 1|, 0 where rows are made here
    /// @param facts what a document says about it
    record Held(List<HeadChain> heads, int each, double worstRow, Map<String, Object> facts) {
        static Held of(AttentionTensor tensor) {
            return new Held(
                    tensor.all().stream().map(HeadChain::of).toList(),
                    tensor.heads(),
                    tensor.worstRow(),
                    Json.object("form", "rows"));
        }
    }

    /// @throws Failure if Q and K are asked for where there are only rows
    void requireRows(String what) {
        if (form == Form.QK) {
            throw new Failure(
                    ExitCode.USAGE,
                    "--form qk: %s; give --form rows or leave it out".formatted(what));
        }
    }

    /// Runs the model.
    Held of(AttentionModel model, TextInput text, List<Integer> layers) {
        HeadForm wanted = wanted(model, text, layers);
        if (wanted == HeadForm.ROWS) {
            return Held.of(model.attend(text, layers));
        }
        List<HeadChain> heads = new ArrayList<>();
        double worst = 0;
        boolean made = false;
        for (int layer : layers) {
            switch (model.heads(text, layer, wanted)) {
                case LayerHeads.Rows(AttentionTensor tensor) -> {
                    tensor.all().stream().map(HeadChain::of).forEach(heads::add);
                    worst = Math.max(worst, tensor.worstRow());
                }
                case LayerHeads.QueriesAndKeys(List<QueryKeyHead> found) -> {
                    for (int h = 0; h < found.size(); h++) {
                        heads.add(new HeadChain(layer, h, found.get(h)));
                    }
                    made = true;
                }
            }
        }
        return new Held(
                heads,
                each(heads, layers),
                worst,
                Json.object("form", made ? "queries and keys" : "rows"));
    }

    private static int each(List<HeadChain> heads, List<Integer> layers) {
        if (heads.size() % layers.size() != 0) {
            throw new Failure(
                    ExitCode.INPUT,
                    "%d heads in %d layers, must be as many in each; take one --layer"
                            .formatted(heads.size(), layers.size()));
        }
        return heads.size() / layers.size();
    }

    private HeadForm wanted(AttentionModel model, TextInput text, List<Integer> layers) {
        long heads =
                layers.stream().mapToLong(layer -> model.headsOf(layer).orElse(USUAL_HEADS)).sum();
        return switch (form) {
            case ROWS -> HeadForm.ROWS;
            case QK -> HeadForm.QUERIES_AND_KEYS;
            case AUTO ->
                    4L * text.size() * text.size() * heads <= SMALL
                            ? HeadForm.ROWS
                            : HeadForm.SMALLER;
        };
    }
}
