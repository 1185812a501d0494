package dev.perron.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perron.format.CheckpointFile;
import dev.perron.transformer.Checkpoint;
import dev.perron.transformer.Initialisation;
import dev.perron.transformer.KernelSource;
import dev.perron.transformer.RandomStreams;
import dev.perron.transformer.StartLaw;
import dev.perron.transformer.Trainer;
import dev.perron.transformer.TrainingPlan;
import dev.perron.transformer.TransformerConfig;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/// What a checkpoint that is there may be gone on with by, and what it may be written over by.
class TrainingFolderTest {
    private static final TransformerConfig CONFIG = TransformerConfig.reference(2, 8);
    private static final TrainingPlan PLAN = TrainingPlan.reference(4, 1).withBatch(2, 8);
    private static final Map<String, String> IDENTITY =
            Map.of("source", "a.csv", "start", "stationary", "rows", "[0.5, 0.5]");

    @TempDir private Path folder = Path.of("");

    private TrainingFolder trained(int steps, boolean ended) {
        TrainingFolder made = new TrainingFolder(folder, IDENTITY);
        Checkpoint start =
                Checkpoint.start(
                        Initialisation.Gaussian.reference()
                                .draw(CONFIG, new RandomStreams(1).stream("init", 0)),
                        PLAN);
        try (Trainer trainer =
                Trainer.of(start, KernelSource.binary(.5, .5, new StartLaw.Stationary()), 1)) {
            for (int i = 0; i < steps; i++) {
                trainer.step();
            }
            made.save(trainer, WatchLog.empty(), ended);
        }
        return made;
    }

    @Test
    void theSameTrainingGoesOn() {
        assertThat(trained(2, false).resumed(CONFIG, PLAN).done()).isEqualTo(2);
    }

    @Test
    void everyDifferenceIsShown() {
        trained(2, false);
        TrainingFolder other =
                new TrainingFolder(
                        folder,
                        Map.of(
                                "source", "a.csv",
                                "start", "uniform",
                                "rows", "[0.1, 0.9]",
                                "init", "good"));
        assertThatThrownBy(() -> other.resumed(CONFIG.withLayers(2), PLAN.withSteps(9)))
                .isInstanceOf(Failure.class)
                .hasMessageContainingAll(
                        "nLayers: 1, there 2",
                        "steps: 4, there 9",
                        "start: stationary, there uniform",
                        "rows: [0.5, 0.5], there [0.1, 0.9]",
                        "init: not known, there good");
    }

    @Test
    void whatIsNotFinishedIsNotWrittenOver() throws IOException {
        TrainingFolder half = trained(2, false);
        byte[] before = Files.readAllBytes(half.checkpoint());
        assertThatThrownBy(half::begin)
                .isInstanceOf(Failure.class)
                .hasMessageContainingAll("isn't finished (2 of 4 steps)", "--resume", "--out");
        assertThat(half.checkpoint()).hasBinaryContent(before);
    }

    @Test
    void whatHasEndedIs() {
        assertThatCode(() -> trained(4, true).begin()).doesNotThrowAnyException();
        assertThatCode(() -> trained(2, true).begin()).doesNotThrowAnyException();
        assertThat(CheckpointFile.read(folder.resolve(TrainingFolder.CHECKPOINT)).about())
                .containsEntry("ended", "after step 2");
    }
}
