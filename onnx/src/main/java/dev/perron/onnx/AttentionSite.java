package dev.perron.onnx;

import java.util.OptionalInt;

/// A place in a model's graph where attention is made.
///
/// @param layer its number, from 0, in the order of the graph
/// @param op the operation: `Softmax`, or a fused one with its domain
/// @param node the node's name
/// @param heads how many heads, where the graph says so; always known after a run
/// @param keys what is attended to
/// @param readout how attention comes out
public record AttentionSite(
        int layer, String op, String node, OptionalInt heads, KeySource keys, Readout readout) {

    /// What the queries of a site attend to, as far as the graph shows it.
    public enum KeySource {
        /// The tokens that the queries are of: attention is square.
        SAME_TOKENS("the same tokens"),
        /// Another sequence, as a decoder looks at an encoder: cross attention, rectangular.
        OTHER_SEQUENCE("another sequence"),
        /// The same tokens and those before them, whose keys are an input of the model: square only
        /// as long as that cache is empty.
        CACHE("the same tokens, after a cache of earlier ones");

        private final String words;

        KeySource(String words) {
            this.words = words;
        }

        /// In words, after "attention to".
        public String words() {
            return words;
        }
    }

    /// How attention comes out of a site.
    public sealed interface Readout {
        /// The tensor holds attention; it is made an output.
        ///
        /// @param tensor its name
        record Direct(String tensor) implements Readout {}

        /// The op has an output for attention, which a second node of the same inputs is asked for.
        ///
        /// @param output the output's name in the op's definition
        record OwnOutput(String output) implements Readout {}

        /// The op has an output for its scores, masked and biased; their softmax is added.
        ///
        /// @param output the output's name in the op's definition
        record Scores(String output) implements Readout {}

        /// The op gives nothing; Q and K are computed again from its input and weights.
        ///
        /// @param how what is computed
        record QueriesAndKeys(String how) implements Readout {}

        /// The op keeps its attention to itself.
        ///
        /// @param why what is in the way
        record NotSupported(String why) implements Readout {}
    }

    /// Whether attention can be had from this site.
    public boolean readable() {
        return switch (readout) {
            case Readout.Direct _,
                    Readout.OwnOutput _,
                    Readout.Scores _,
                    Readout.QueriesAndKeys _ ->
                    true;
            case Readout.NotSupported _ -> false;
        };
    }

    /// Whether a tensor or an output of the op itself is the attention.
    public boolean direct() {
        return switch (readout) {
            case Readout.Direct _, Readout.OwnOutput _ -> true;
            case Readout.Scores _, Readout.QueriesAndKeys _, Readout.NotSupported _ -> false;
        };
    }
}
