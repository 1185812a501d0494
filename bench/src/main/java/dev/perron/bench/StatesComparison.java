package dev.perron.bench;

import dev.perron.chain.spectrum.MetastableChoice;

import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;

/// Metastable states for every legal m from 2 to 8, beside the sorted real Schur decomposition of
/// the same matrix, with which others begin.
record StatesComparison() implements Comparison {
    private static final int MOST = 8;

    @Override
    public String name() {
        return "states";
    }

    @Override
    public void compare(Setting setting, Consumer<Line> results) throws IOException {
        Batch batch = Batch.of(Chains.STICKY, setting.choose(901, 40), 1);
        try (Contest contest = new Contest(setting, name(), batch, results)) {
            var head = batch.heads().getFirst();
            contest.against(
                    "schur",
                    "scipy.linalg.schur, sorted, alone",
                    Stopwatch.warmedUp(2 * setting.warmUp(), () -> MetastableChoice.of(head, MOST)),
                    Optional.of(Target.atLeast(1)),
                    peer ->
                            contest.note(
                                    "eigenvalues that it sorted to the front", peer.fact("sorted")),
                    "dominant=" + MOST);
            contest.note(
                    "m from 2 to 8 that are legal, each with its memberships",
                    MetastableChoice.of(head, MOST).candidates().size());
        }
    }
}
