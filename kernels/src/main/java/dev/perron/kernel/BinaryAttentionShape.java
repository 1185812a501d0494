package dev.perron.kernel;

/// The sizes of one causal head over many sequences of two symbols, 0 and 1, of which queries, keys
/// and values know nothing but the symbol and the time.
///
/// @param head of each sequence; nothing is added to its scores by distance
/// @param sequences B
/// @param symbolStep floats from the rows of symbol 0 to those of symbol 1
/// @param sequenceStep floats from the rows of one sequence to those of the next
public record BinaryAttentionShape(
        AttentionShape head, int sequences, int symbolStep, int sequenceStep) {}
