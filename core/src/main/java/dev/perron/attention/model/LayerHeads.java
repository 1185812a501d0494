package dev.perron.attention.model;

import dev.perron.attention.AttentionTensor;
import dev.perron.attention.QueryKeyHead;

import java.util.List;

/// The heads of one layer on one text, in one of two [forms][HeadForm].
public sealed interface LayerHeads {
    /// Rows, as the model made them.
    ///
    /// @param tensor of this layer alone
    record Rows(AttentionTensor tensor) implements LayerHeads {}

    /// Q and K, from which rows are made when they are needed.
    ///
    /// @param heads by their numbers
    record QueriesAndKeys(List<QueryKeyHead> heads) implements LayerHeads {
        /// An immutable copy.
        public QueriesAndKeys {
            heads = List.copyOf(heads);
        }
    }
}
