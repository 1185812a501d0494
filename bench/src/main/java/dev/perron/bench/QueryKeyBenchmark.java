package dev.perron.bench;

import dev.perron.attention.Mask;
import dev.perron.attention.QueryKeyHead;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/// Products with rows that are made from queries and keys, beside as many multiply-adds in
/// registers, on one core.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 1,
        jvmArgsAppend = {"--add-modules=jdk.incubator.vector", "-Dperron.kernels=vector"})
public class QueryKeyBenchmark {
    /// n.
    @Param({"512", "2048", "8192"})
    public int states;

    /// d.
    @Param({"64"})
    public int channels;

    /// What a query sees.
    @Param({"NONE", "CAUSAL"})
    public Mask mask = Mask.NONE;

    private QueryKeyHead head = QueryKeyHead.of(new float[1], new float[1], 1, Mask.NONE);
    private double[] from = {};
    private double[] to = {};
    private long multiplyAdds;

    /// Makes the head.
    @Setup(Level.Trial)
    public void prepare() {
        SplittableRandom random = new SplittableRandom(states);
        head =
                QueryKeyHead.of(
                        QueryKeyRun.gaussian(random, states * channels),
                        QueryKeyRun.gaussian(random, states * channels),
                        channels,
                        mask);
        from = new double[states];
        Arrays.fill(from, 1.0 / states);
        to = new double[states];
        multiplyAdds = QueryKeyRun.multiplyAdds(states, channels, mask);
    }

    /// μP.
    @Benchmark
    public double[] step() {
        head.step(from, to);
        return to;
    }

    /// Pf.
    @Benchmark
    public double[] expectation() {
        head.expectation(from, to);
        return to;
    }

    /// The floor: as many multiply-adds as the scores take, in registers.
    @Benchmark
    public long multiplyAdds() {
        return MachineFloor.multiplyAdd(multiplyAdds);
    }
}
