package dev.perron.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// One JSON document of many answers, printed when all are there: half of one would be none.
final class BatchDocument implements BatchSink {
    /// What the whole document says once.
    private static final List<String> ONCE = List.of("schemaVersion", "command", "provenance");

    private final String command;
    private final PrintWriter out;
    private final List<Map<String, Object>> answers = new ArrayList<>();

    BatchDocument(String command, PrintWriter out) {
        this.command = command;
        this.out = out;
    }

    @Override
    public int next() {
        return 0;
    }

    @Override
    public Prepared prepare(BatchItem item, Answer answer) {
        Map<String, Object> entry = Json.object();
        entry.putAll(item.facts());
        answer.document().forEach(entry::putIfAbsent); // its image is a path, ours a number
        ONCE.forEach(entry::remove);
        return () -> answers.add(entry);
    }

    @Override
    public void finish() {
        Json.print(out, Json.document(command, Json.object("answers", answers)));
        out.flush();
    }

    @Override
    public void close() {}
}
