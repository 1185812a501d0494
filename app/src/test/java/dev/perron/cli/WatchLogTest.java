package dev.perron.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perron.chain.Distribution;
import dev.perron.transformer.Checkpoint;
import dev.perron.transformer.Evaluation;
import dev.perron.transformer.Initialisation;
import dev.perron.transformer.Loss;
import dev.perron.transformer.LossCurve;
import dev.perron.transformer.Predictions;
import dev.perron.transformer.RandomStreams;
import dev.perron.transformer.TrainingPlan;
import dev.perron.transformer.TransformerConfig;
import dev.perron.transformer.TransformerWeights;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// What was seen of a training is taken up again as it was.
class WatchLogTest {
    private static final TransformerConfig CONFIG =
            TransformerConfig.reference(2, 8).withLayers(2).withHeads(2);
    private static final int[] SAMPLE = {0, 1, 1, 0};

    @TempDir private Path folder = Path.of("");

    private static TransformerWeights weights(TransformerConfig config) {
        return Initialisation.Gaussian.reference()
                .draw(config, new RandomStreams(1).stream("init", 0));
    }

    /// At steps 0, 1, ...; the second context is never seen.
    private static Evaluation evaluation(int step) {
        return new Evaluation(
                step,
                Math.PI / (step + 1),
                Optional.of(
                        new Predictions(
                                List.of(
                                        Optional.of(Distribution.proportionalTo(1, 2 + step)),
                                        Optional.empty()),
                                0,
                                Loss.exact(1))),
                List.of());
    }

    private static WatchLog seen(TransformerConfig config, int looks) {
        WatchLog log = WatchLog.empty();
        for (int step = 0; step < looks; step++) {
            log.look(evaluation(step), weights(config), SAMPLE);
        }
        return log;
    }

    private static Checkpoint at(TransformerConfig config, int looks) {
        List<LossCurve.Point> points =
                IntStream.range(0, looks)
                        .mapToObj(s -> new LossCurve.Point(s, evaluation(s).loss()))
                        .toList();
        int size = weights(config).layout().size();
        return Checkpoint.of(
                weights(config),
                new double[size],
                new double[size],
                TrainingPlan.reference(4, 1).withBatch(2, 8),
                2,
                new LossCurve(List.of(1., 1.), points));
    }

    @Test
    void itGoesOnFromWhereItWas() throws IOException {
        seen(CONFIG, 2).save(folder, CONFIG, SAMPLE);
        byte[] two = Files.readAllBytes(folder.resolve("watch.npz"));
        seen(CONFIG, 3).save(folder, CONFIG, SAMPLE); // a look more than the checkpoint knows
        WatchLog resumed = WatchLog.resumed(folder, at(CONFIG, 2), SAMPLE);
        assertThat(resumed.observations()).isEqualTo(seen(CONFIG, 2).observations());
        resumed.save(folder, CONFIG, SAMPLE);
        assertThat(folder.resolve("watch.npz")).hasBinaryContent(two);
    }

    @Test
    void whatAModelHasNotIsNotThere() {
        TransformerConfig bare = TransformerConfig.reference(2, 8).withAttention(false);
        seen(bare, 2).save(folder, bare, SAMPLE);
        assertThat(WatchLog.resumed(folder, at(bare, 2), SAMPLE).observations())
                .isEqualTo(seen(bare, 2).observations());
    }

    @Test
    void aTrainingThatWasNotWatchedAllAlongIsRefused() {
        assertThat(WatchLog.resumed(folder, at(CONFIG, 0), SAMPLE).observations()).isEmpty();
        assertThatThrownBy(() -> WatchLog.resumed(folder, at(CONFIG, 2), SAMPLE))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("wasn't watched; leave out --watch");
        seen(CONFIG, 1).save(folder, CONFIG, SAMPLE);
        assertThatThrownBy(() -> WatchLog.resumed(folder, at(CONFIG, 2), SAMPLE))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("doesn't show the 2 evaluations");
        seen(CONFIG, 2).save(folder, CONFIG, SAMPLE);
        assertThatThrownBy(() -> WatchLog.resumed(folder, at(CONFIG, 2), 0, 1, 1, 1))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("doesn't show");
    }
}
