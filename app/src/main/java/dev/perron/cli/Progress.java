package dev.perron.cli;

import picocli.CommandLine.Model.CommandSpec;

import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;

/// One line on stderr for work that takes more than two seconds, if a person is watching. The
/// launcher says whether stderr is a terminal, since Java can't tell.
final class Progress implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final PrintWriter err;
    private final boolean shown;
    private final boolean quiet;
    private final Instant start = Instant.now();
    private boolean written = false;

    Progress(CommandSpec spec) {
        this.err = spec.commandLine().getErr();
        this.quiet = Perron.quiet(spec);
        this.shown =
                Boolean.getBoolean("perron.terminal")
                        && !quiet
                        && !"dumb".equals(System.getenv("TERM"));
    }

    synchronized void at(String what) {
        if (shown && Duration.between(start, Instant.now()).compareTo(PATIENCE) > 0) {
            err.print("\r\u001b[K" + what);
            err.flush();
            written = true;
        }
    }

    /// A line that stays, whoever watches; not with `--quiet`.
    synchronized void say(String line) {
        clear();
        if (!quiet) {
            err.println(line);
            err.flush();
        }
    }

    private void clear() {
        if (written) {
            err.print("\r\u001b[K");
            err.flush();
            written = false;
        }
    }

    @Override
    public synchronized void close() {
        clear();
    }
}
