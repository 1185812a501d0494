package dev.perron.attention.model;

import dev.perron.attention.AttentionHead;
import dev.perron.attention.AttentionTensor;
import dev.perron.attention.Precision;
import dev.perron.attention.RectangularHead;

import java.util.List;
import java.util.OptionalInt;
import java.util.function.ObjIntConsumer;

/// A model that is asked for its attention to a text: one of a file that others trained, or one of
/// ours. What only some can do better than by [#attend] has a default that goes by it.
public interface AttentionModel extends AutoCloseable {
    /// What messages call it: mostly its file.
    String name();

    /// SHA-256 of its file, in hexadecimal; of what it is made of, if it has none.
    String sha256();

    /// The number of layers with attention, at least 1.
    ///
    /// @throws ModelException if there is no attention in the model
    int layers();

    /// How many heads a layer has, where that is known before a run.
    ///
    /// @param layer from 0 to below [#layers]
    OptionalInt headsOf(int layer);

    /// The largest number of tokens that it takes, where that is known.
    OptionalInt contextLength();

    /// The attention of some layers on one text, `[layer, head, query, key]`, rows checked.
    ///
    /// @param text n tokens
    /// @param layers their numbers, ascending, not empty
    /// @throws IllegalArgumentException if there is no such layer
    /// @throws ModelException if attention can't be had from that layer, the text doesn't fit the
    ///   model, or the model can't be run
    AttentionTensor attend(TextInput text, List<Integer> layers);

    /// Whether texts of like length run together, as [#attendEach] has it. Where they do, a text's
    /// attention may differ in the last digits by what ran beside it.
    default boolean together() {
        return false;
    }

    /// The attention of some layers on several texts, each as [#attend] has it of one.
    ///
    /// @param texts in any order
    /// @param layers their numbers, ascending, not empty
    /// @param one takes a text's attention and its number, once each, perhaps not in their order
    /// @throws IllegalArgumentException if there is no such layer
    /// @throws ModelException as [#attend] says
    default void attendEach(
            List<TextInput> texts, List<Integer> layers, ObjIntConsumer<AttentionTensor> one) {
        for (int t = 0; t < texts.size(); t++) {
            one.accept(attend(texts.get(t), layers), t);
        }
    }

    /// The heads of one layer on one text: rows, `heads · n²` floats, or Q and K, `heads · n · d`,
    /// from which rows are made when they are needed.
    ///
    /// @param text n tokens
    /// @param layer its number
    /// @param form which of the two
    /// @throws IllegalArgumentException if there is no such layer
    /// @throws ModelException as [#attend] says, or if Q and K are asked for and can't be had
    default LayerHeads heads(TextInput text, int layer, HeadForm form) {
        if (form == HeadForm.QUERIES_AND_KEYS) {
            throw ModelException.of(
                    "%s layer %d".formatted(name(), layer),
                    "a model that gives rows alone",
                    "one with a fused op, whose Q and K can be had",
                    "take its rows");
        }
        return new LayerHeads.Rows(attend(text, List.of(layer)));
    }

    /// The heads of one layer whose queries and keys may be different tokens: cross attention, or
    /// new tokens and a cache. They are no chains; [dev.perron.attention.TwoStepChain] makes chains
    /// of them.
    ///
    /// @param text what is given to the model
    /// @param layer its number
    /// @throws IllegalArgumentException if there is no such layer
    /// @throws ModelException as [#attend] says, but for the numbers of queries and keys
    default List<RectangularHead> rectangularHeads(TextInput text, int layer) {
        return attend(text, List.of(layer)).all().stream()
                .map(AttentionModel::rectangular)
                .toList();
    }

    private static RectangularHead rectangular(AttentionHead head) {
        return RectangularHead.of(
                head.layer(), head.number(), head.states(), head.toArray(), Precision.FLOAT32);
    }

    /// Frees what it holds besides Java's own memory; nothing, if there is none of that.
    @Override
    default void close() {}
}
