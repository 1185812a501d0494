package dev.perron.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.perron.transformer.Checkpoint;
import dev.perron.transformer.Initialisation;
import dev.perron.transformer.KernelSource;
import dev.perron.transformer.OutputHead;
import dev.perron.transformer.Probabilities;
import dev.perron.transformer.RandomStreams;
import dev.perron.transformer.StartLaw;
import dev.perron.transformer.Trainer;
import dev.perron.transformer.TrainingPlan;
import dev.perron.transformer.Transformer;
import dev.perron.transformer.TransformerConfig;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

class CheckpointFileTest {
    private static final KernelSource SOURCE =
            KernelSource.binary(0.2, 0.3, new StartLaw.Stationary());

    @TempDir private Path folder = Path.of("");

    private static Checkpoint trained(TrainingPlan.Precision precision, int heads) {
        TransformerConfig config =
                TransformerConfig.reference(2, 16)
                        .withLayers(2)
                        .withHeads(heads)
                        .withHead(OutputHead.UNTIED);
        TrainingPlan plan = TrainingPlan.reference(6, 9).withBatch(2, 16).withPrecision(precision);
        Checkpoint start =
                Checkpoint.start(
                        Initialisation.Gaussian.reference()
                                .draw(config, new RandomStreams(9).stream("init", 0)),
                        plan);
        return goneOn(start, 3);
    }

    private static Checkpoint goneOn(Checkpoint from, int steps) {
        try (Trainer trainer = Trainer.of(from, SOURCE, 1)) {
            for (int i = 0; i < steps; i++) {
                trainer.step();
            }
            trainer.evaluate();
            return trainer.checkpoint();
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatIsReadIsWhatWasWrittenAndGoesOnAlike(TrainingPlan.Precision precision) {
        Checkpoint written = trained(precision, 1);
        Path file = folder.resolve("checkpoint.safetensors");
        new CheckpointFile(written, Map.of("source", "binary")).write(file);
        CheckpointFile read = CheckpointFile.read(file);
        assertThat(read.checkpoint()).isEqualTo(written);
        assertThat(read.about()).containsExactly(Map.entry("source", "binary"));
        assertThat(goneOn(read.checkpoint(), 3)).isEqualTo(goneOn(written, 3));
    }

    @Test
    void aCheckpointFromBeforeThereWereOtherProbabilitiesHasASoftmax() {
        TransformerConfig config =
                TransformerConfig.reference(2, 16).withProbabilities(Probabilities.RELU);
        Map<String, String> values =
                new HashMap<>(CheckpointText.of(config, TrainingPlan.reference(6, 9)));
        assertThat(CheckpointText.config(values, "here")).isEqualTo(config);
        values.remove("config.probabilities");
        assertThat(CheckpointText.config(values, "here"))
                .isEqualTo(TransformerConfig.reference(2, 16));
    }

    @Test
    void weightsAreArraysOfTheirNames() {
        Checkpoint written = trained(TrainingPlan.Precision.FLOAT32, 1);
        Path file = folder.resolve("checkpoint.safetensors");
        new CheckpointFile(written, Map.of()).write(file);
        try (ArrayFile arrays = ArrayFile.open(file)) {
            FloatArray attention =
                    arrays.arrays().stream()
                            .filter(a -> a.name().equals("transformer.h.1.attn.c_attn.weight"))
                            .findFirst()
                            .orElseThrow();
            assertThat(attention.shape().sizes()).containsExactly(24L, 8L);
            assertThat(attention.toArray())
                    .isEqualTo(written.weights().tensor("transformer.h.1.attn.c_attn.weight"));
        }
    }

    @Test
    void aCheckpointIsAFileOfItsAttention() {
        Checkpoint written = trained(TrainingPlan.Precision.FLOAT32, 2);
        Path file = folder.resolve("checkpoint.safetensors");
        new CheckpointFile(written, Map.of(CheckpointFile.SAMPLE, "0 1 1 0 1")).write(file);
        try (AttentionFile attention = AttentionFile.open(file, ReadOptions.defaults())) {
            assertThat(attention.description().layers()).containsExactly(0, 1);
            assertThat(attention.description().heads()).isEqualTo(2);
            assertThat(attention.head(1, 1).head().toArray())
                    .containsExactly(
                            Transformer.of(written.weights())
                                    .attend(0, 1, 1, 0, 1)
                                    .all()
                                    .get(3)
                                    .toArray());
        }
    }

    @Test
    void whatIsNoCheckpointIsRefused() throws IOException {
        Path file = folder.resolve("checkpoint.safetensors");
        new CheckpointFile(trained(TrainingPlan.Precision.FLOAT32, 1), Map.of()).write(file);
        byte[] bytes = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(bytes, bytes.length - 5));
        assertThatExceptionOfType(FormatException.class)
                .isThrownBy(() -> CheckpointFile.read(file))
                .withMessageContaining("damaged");
        assertThatExceptionOfType(FormatException.class)
                .isThrownBy(() -> CheckpointFile.read(folder.resolve("none")))
                .withMessageContaining("no such file");
        Path nowhere = folder.resolve("none/checkpoint.safetensors");
        assertThatExceptionOfType(FormatException.class)
                .isThrownBy(
                        () ->
                                new CheckpointFile(
                                                trained(TrainingPlan.Precision.FLOAT32, 1),
                                                Map.of())
                                        .write(nowhere))
                .withMessageContaining("can't be written");
    }
}
