package dev.perron.cli;

import java.io.PrintWriter;
import java.io.StringWriter;

/// Many answers for people, one after another, each under its own heading.
final class BatchPages implements BatchSink {
    private final PrintWriter out;
    private boolean begun;

    BatchPages(PrintWriter out) {
        this.out = out;
    }

    @Override
    public int next() {
        return 0;
    }

    @Override
    public Prepared prepare(BatchItem item, Answer answer) {
        StringWriter page = new StringWriter();
        try (PrintWriter to = new PrintWriter(page)) {
            to.println("== " + item.heading() + " ==");
            answer.text(to);
        }
        return () -> write(page.toString());
    }

    private void write(String page) {
        if (begun) {
            out.println();
        }
        out.print(page);
        out.flush();
        begun = true;
    }

    @Override
    public void finish() {}

    @Override
    public void close() {}
}
