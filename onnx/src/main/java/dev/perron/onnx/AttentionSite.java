package dev.perron.onnx;

import java.util.OptionalInt;

/// A place in a model's graph where attention is made.
///
/// @param layer its number, from 0, in the order of the graph
/// @param op the operation: `Softmax`, or a fused one with its domain
/// @param node the node's name
/// @param heads how many heads, where the graph says so; always known after a run
/// @param readout how attention comes out
public record AttentionSite(int layer, String op, String node, OptionalInt heads, Readout readout) {

    /// How attention comes out of a site.
    public sealed interface Readout {
        /// The tensor holds attention; it is made an output.
        ///
        /// @param tensor its name
        record Direct(String tensor) implements Readout {}

        /// The op keeps its attention to itself.
        ///
        /// @param why what is not supported yet
        record NotSupported(String why) implements Readout {}
    }

    /// Whether attention comes out.
    public boolean direct() {
        return switch (readout) {
            case Readout.Direct _ -> true;
            case Readout.NotSupported _ -> false;
        };
    }
}
