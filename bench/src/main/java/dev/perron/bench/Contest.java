package dev.perron.bench;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// One batch of heads, put to us and to one peer after the other. Its folder goes with it.
final class Contest implements AutoCloseable {
    private final Setting setting;
    private final String row;
    private final Batch batch;
    private final Consumer<Line> results;
    private final Workspace workspace;

    Contest(Setting setting, String row, Batch batch, Consumer<Line> results) throws IOException {
        this.setting = setting;
        this.row = row;
        this.batch = batch;
        this.results = results;
        this.workspace = Workspace.of(batch);
    }

    /// Times ours in turn with a script, whose libraries may use all cores.
    ///
    /// @param peer its name in the table
    /// @param target how many times faster we must be
    /// @param judge looks at the peer's answer before it is timed
    void against(
            String script,
            String peer,
            Stopwatch ours,
            Optional<Target> target,
            Consumer<Peer.Running> judge,
            String... options)
            throws IOException {
        against(Cores.COUNT, script, peer, ours, target, judge, options);
    }

    /// The same with a script that starts a process a core itself.
    void againstProcesses(
            String script,
            String peer,
            Stopwatch ours,
            Optional<Target> target,
            Consumer<Peer.Running> judge,
            String... options)
            throws IOException {
        against(1, script, peer, ours, target, judge, options);
    }

    private void against(
            int threads,
            String script,
            String peer,
            Stopwatch ours,
            Optional<Target> target,
            Consumer<Peer.Running> judge,
            String... options)
            throws IOException {
        switch (Peer.start(setting, script, workspace.folder(), threads, options)) {
            case Peer.Absent(String why) ->
                    results.accept(new Line.Skipped(row, batch.name(), peer, why));
            case Peer.Running running -> {
                try (running) {
                    List<Samples> samples = Rounds.of(setting.rounds(), ours, running);
                    results.accept(
                            Line.Timed.faster(
                                    row,
                                    batch.name(),
                                    samples.get(0),
                                    peer,
                                    samples.get(1),
                                    target));
                    judge.accept(running);
                }
            }
        }
    }

    /// Notes a number beside the times.
    void note(String what, double value) {
        results.accept(Line.Measured.of(row, batch.name(), what, value));
    }

    /// Notes a number of which something is asked.
    void note(String what, double value, Target target) {
        results.accept(new Line.Measured(row, batch.name(), what, value, Optional.of(target)));
    }

    /// Ours beside a floor of the machine.
    void floor(Samples ours, String floor, Samples theirs, Target most) {
        results.accept(Line.Timed.timesTheFloor(row, batch.name(), ours, floor, theirs, most));
    }

    /// Writes something else that a script reads.
    void write(String file, double[] values) throws IOException {
        NpyFile.write(workspace.folder().resolve(file), values);
    }

    @Override
    public void close() throws IOException {
        workspace.close();
    }
}
