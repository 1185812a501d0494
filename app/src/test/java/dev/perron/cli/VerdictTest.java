package dev.perron.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perron.transformer.Evaluation;
import dev.perron.transformer.RandomKernelSource;
import dev.perron.transformer.StartLaw;
import dev.perron.transformer.StrategyDistances;

import org.junit.jupiter.api.Test;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.Optional;

class VerdictTest {
    @Test
    void whatOneSequenceCannotTellIsUnknown() {
        assertThat(Verdict.uncertainty(Double.NaN)).isEqualTo("unknown");
        assertThat(Verdict.uncertainty(0.0123)).isEqualTo("0.0246");
    }

    @Test
    void theErrorOfADistanceOfOneSequenceIsShownAsUnknown() {
        StrategyDistances one = new StrategyDistances(2, 1, 1);
        double[] half = new double[8];
        Arrays.fill(half, 0.5);
        one.add(new int[] {0, 1, 1, 0, 1}, 0, 4, half, 0);
        TrainingData data =
                new TrainingData.RandomKernels(
                        "random kernels",
                        RandomKernelSource.of(2, 1, 1, new StartLaw.Stationary()),
                        "stationary");
        Verdict verdict =
                data.judge(new Evaluation(1, Math.log(2), Optional.empty(), one.distances()));
        StringWriter text = new StringWriter();
        PrintWriter to = new PrintWriter(text);
        verdict.text(to);
        to.flush();
        assertThat(text.toString().lines().filter(line -> line.contains("unknown"))).hasSize(3);
        assertThat(verdict.word()).isEqualTo("uniform");
    }
}
