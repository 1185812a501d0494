package dev.perron.format;

import dev.perron.attention.AttentionHead;
import dev.perron.attention.RowFindings;
import dev.perron.attention.Token;

import java.util.List;

/// One head of a file, as a chain.
///
/// @param head the chain
/// @param tokens what its states stand for
/// @param positions of those tokens in the file, ascending: without padding and dropped tokens
/// @param findings what the file's rows were like, before anything was done about them
public record FileHead(
        AttentionHead head, List<Token> tokens, List<Integer> positions, RowFindings findings) {
    /// Copies the lists.
    public FileHead {
        tokens = List.copyOf(tokens);
        positions = List.copyOf(positions);
    }
}
