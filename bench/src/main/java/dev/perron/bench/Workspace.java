package dev.perron.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// A temporary folder with a batch's heads.npy for the peers, until it is closed.
///
/// @param folder where scripts find their data and leave their answers
record Workspace(Path folder) implements AutoCloseable {
    static Workspace of(Batch batch) throws IOException {
        Workspace workspace = new Workspace(Files.createTempDirectory("perron-bench"));
        batch.writeTo(workspace.folder);
        return workspace;
    }

    @Override
    public void close() throws IOException {
        List<Path> all;
        try (Stream<Path> files = Files.walk(folder)) {
            all = files.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path file : all) {
            Files.delete(file);
        }
    }
}
