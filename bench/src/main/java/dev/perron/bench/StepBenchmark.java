package dev.perron.bench;

import dev.perron.attention.AttentionHead;

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
import java.util.concurrent.TimeUnit;

/// Products with the rows of a head: from the left and the right, one and ten at once, by either
/// kind of kernels, beside reading the rows alone.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 1,
        jvmArgsAppend = {"--add-modules=jdk.incubator.vector", "-Dperron.kernels=vector"})
public class StepBenchmark {
    private static final int SEVERAL = 10;

    /// n.
    @Param({"128", "256", "512", "1024", "2048", "4096", "8192"})
    public int states;

    private AttentionHead head = Batch.of(Chains.EASY, 1, 1).heads().getFirst();
    private float[] rows = {};
    private double[] from = {};
    private double[] to = {};
    private double[][] manyFrom = {};
    private double[][] manyTo = {};

    /// Makes the head.
    @Setup(Level.Trial)
    public void prepare() {
        head = Batch.of(Chains.EASY, states, 1).heads().getFirst();
        rows = head.toArray();
        from = new double[states];
        Arrays.fill(from, 1.0 / states);
        to = new double[states];
        manyFrom = new double[SEVERAL][states];
        for (double[] law : manyFrom) {
            Arrays.fill(law, 1.0 / states);
        }
        manyTo = new double[SEVERAL][states];
    }

    /// μP.
    @Benchmark
    public double[] step() {
        head.step(from, to);
        return to;
    }

    /// The same by the scalar kernels.
    @Benchmark
    @Fork(value = 1, jvmArgsAppend = "-Dperron.kernels=scalar")
    public double[] stepScalar() {
        head.step(from, to);
        return to;
    }

    /// Pf.
    @Benchmark
    public double[] expectation() {
        head.expectation(from, to);
        return to;
    }

    /// The same by the scalar kernels.
    @Benchmark
    @Fork(value = 1, jvmArgsAppend = "-Dperron.kernels=scalar")
    public double[] expectationScalar() {
        head.expectation(from, to);
        return to;
    }

    /// Ten laws at once.
    @Benchmark
    public double[][] steps() {
        head.steps(manyFrom, manyTo);
        return manyTo;
    }

    /// Ten laws, one after the other.
    @Benchmark
    public double[][] stepByStep() {
        for (int k = 0; k < SEVERAL; k++) {
            head.step(manyFrom[k], manyTo[k]);
        }
        return manyTo;
    }

    /// Ten expectations at once.
    @Benchmark
    public double[][] expectations() {
        head.expectations(manyFrom, manyTo);
        return manyTo;
    }

    /// The floor: the rows are read, and nothing else.
    @Benchmark
    public void read() {
        MachineFloor.read(rows);
    }

    /// The rows are copied.
    @Benchmark
    public float[] copy() {
        return rows.clone();
    }
}
