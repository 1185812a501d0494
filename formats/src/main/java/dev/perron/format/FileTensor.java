package dev.perron.format;

import dev.perron.attention.AttentionTensor;
import dev.perron.attention.RowFindings;

import java.util.List;

/// Heads of several layers of a file.
///
/// @param tensor the heads
/// @param positions of their tokens in the file, ascending
/// @param findings what the file's rows were like, head by head in the tensor's order
public record FileTensor(
        AttentionTensor tensor, List<Integer> positions, List<RowFindings> findings) {
    /// Copies the lists.
    public FileTensor {
        positions = List.copyOf(positions);
        findings = List.copyOf(findings);
    }

    static FileTensor of(List<FileHead> heads) {
        FileHead first = heads.getFirst();
        return new FileTensor(
                AttentionTensor.ofHeads(
                        first.tokens(), heads.stream().map(FileHead::head).toList()),
                first.positions(),
                heads.stream().map(FileHead::findings).toList());
    }
}
