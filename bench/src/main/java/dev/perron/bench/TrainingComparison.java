package dev.perron.bench;

import dev.perron.kernel.AttentionShape;
import dev.perron.kernel.TransformerKernels;
import dev.perron.transformer.Checkpoint;
import dev.perron.transformer.Initialisation;
import dev.perron.transformer.KernelSource;
import dev.perron.transformer.RandomStreams;
import dev.perron.transformer.StartLaw;
import dev.perron.transformer.Trainer;
import dev.perron.transformer.TrainingPlan;
import dev.perron.transformer.TransformerConfig;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// A training step of "Attention with Markov" (16 sequences of 1024 tokens: data, forward,
/// backward, AdamW) beside the same in torch, its attention beside the multiply-adds that it must
/// make, and how it grows with T.
record TrainingComparison() implements Comparison {
    static final int BATCH = 16;

    /// Of a pair of tokens and channel: q·k, p·v; q·k again, dy·v, and those of dq, dk and dv.
    private static final int MULTIPLY_ADDS = 7;

    private static final int MANY = 1 << 30; // steps: as many as one likes

    @Override
    public String name() {
        return "train";
    }

    @Override
    public void compare(Setting setting, Consumer<Line> results) throws IOException {
        int context = setting.choose(1024, 64);
        besideTorch(setting, results, 8, 1, context, Target.atLeast(60));
        attention(setting, results, context);
        if (setting.size() == Setting.Size.TINY) {
            return; // the others are the same with other numbers
        }
        besideTorch(setting, results, 8, 2, context, Target.atLeast(60));
        besideTorch(setting, results, 8, 4, context, Target.atLeast(60));
        besideTorch(setting, results, 4, 1, context, Target.atLeast(90));
        besideTorch(setting, results, 16, 1, context, Target.atLeast(30));
        besideTorch(setting, results, 64, 1, context, Target.atLeast(10));
        growth(setting, results);
        several(setting, results, context);
    }

    /// A training of the reference model, otherwise of these sizes.
    static Trainer trainer(int d, int layers, int context, int threads) {
        TransformerConfig config =
                TransformerConfig.reference(2, context).withDModel(d).withLayers(layers);
        TrainingPlan plan = TrainingPlan.reference(MANY, 1).withBatch(BATCH, context);
        return Trainer.of(
                Checkpoint.start(
                        Initialisation.Gaussian.reference()
                                .draw(config, new RandomStreams(1).stream("init", 0)),
                        plan),
                KernelSource.binary(0.5, 0.8, new StartLaw.Stationary()),
                threads);
    }

    static String data(int d, int layers, int context) {
        return "d = %d, L = %d, T = %d x %d".formatted(d, layers, context, BATCH);
    }

    private void besideTorch(
            Setting setting, Consumer<Line> results, int d, int layers, int context, Target target)
            throws IOException {
        String peer = "torch, plain operations";
        Path folder = Files.createTempDirectory("bench-train");
        try (Trainer trainer = trainer(d, layers, context, Cores.COUNT)) {
            Peer started =
                    Peer.start(
                            setting,
                            "training_step",
                            folder,
                            Cores.COUNT,
                            "d=" + d,
                            "layers=" + layers,
                            "context=" + context,
                            "batch=" + BATCH);
            switch (started) {
                case Peer.Absent(String why) ->
                        results.accept(
                                new Line.Skipped(name(), data(d, layers, context), peer, why));
                case Peer.Running running -> {
                    try (running) {
                        List<Samples> samples =
                                Rounds.of(
                                        setting.rounds(),
                                        Stopwatch.warmedUp(setting.warmUp(), trainer::step),
                                        running);
                        results.accept(
                                Line.Timed.faster(
                                        name(),
                                        data(d, layers, context),
                                        samples.get(0),
                                        peer,
                                        samples.get(1),
                                        Optional.of(target)));
                    }
                }
            }
        } finally {
            delete(folder);
        }
    }

    static void delete(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.delete(path);
            }
        }
    }

    /// Attention alone, forward and backward, of the reference configuration, over all cores, as a
    /// step does it: in the first layer all sequences together, in those above one by one. Both
    /// beside the multiply-adds of one by one, and the step beside the first.
    private void attention(Setting setting, Consumer<Line> results, int context) {
        int d = 8;
        Head[] heads = new Head[BATCH];
        for (int i = 0; i < BATCH; i++) {
            heads[i] = new Head(d, context, i);
        }
        BinaryHead together = new BinaryHead(d, context, BATCH);
        long pairs = (long) context * (context + 1) / 2;
        long adds = BATCH * pairs * d * MULTIPLY_ADDS;
        try (Trainer trainer = trainer(d, 1, context, Cores.COUNT)) {
            List<Samples> samples =
                    Rounds.of(
                            setting.rounds(),
                            Stopwatch.warmedUp(setting.warmUp(), together::run),
                            Stopwatch.warmedUp(
                                    setting.warmUp(),
                                    () -> Cores.forEach(BATCH, i -> heads[i].run())),
                            Stopwatch.warmedUp(
                                    setting.warmUp(),
                                    () ->
                                            Cores.forEach(
                                                    Cores.COUNT,
                                                    _ ->
                                                            MachineFloor.multiplyAddFloats(
                                                                    adds / Cores.COUNT))),
                            Stopwatch.warmedUp(setting.warmUp(), trainer::step));
            String data = data(d, 1, context);
            results.accept(floor(data + ", first layer", samples.get(0), samples.get(2)));
            results.accept(floor(data + ", layers above", samples.get(1), samples.get(2)));
            double attention = samples.get(0).median();
            double step = samples.get(3).median();
            results.accept(
                    new Line.Measured(
                            name(),
                            data,
                            "share of a step that isn't attention",
                            (step - attention) / step,
                            Optional.of(Target.atMost(0.1))));
        }
    }

    private Line floor(String data, Samples attention, Samples multiplyAdds) {
        return Line.Timed.timesTheFloor(
                name(),
                data,
                attention,
                "the multiply-adds of each sequence's attention",
                multiplyAdds,
                Target.atMost(2.5));
    }

    /// One head's attention, with what it works on.
    private static final class Head {
        private final TransformerKernels kernels = TransformerKernels.active();
        private final AttentionShape shape;
        private final int d;
        private final float[] qkv;
        private final float[] out;
        private final float[] dqkv;
        private final float[] rows;
        private final float[] mask;
        private final float[] scratch;

        Head(int d, int context, int seed) {
            this.d = d;
            int block = TransformerKernels.BLOCK;
            int stride = (context + block - 1) / block * block + block / 2;
            shape = new AttentionShape(context, stride, d, context, false);
            qkv = new float[3 * d * stride];
            SplittableRandom random = new SplittableRandom(seed);
            for (int i = 0; i < qkv.length; i++) {
                qkv[i] = (float) random.nextGaussian();
            }
            out = qkv.clone();
            dqkv = new float[qkv.length];
            rows = new float[2 * stride];
            mask = shape.mask();
            scratch = new float[kernels.attentionScratch(d)];
        }

        void run() {
            int k = d * shape.stride();
            kernels.attention(shape, qkv, 0, k, 2 * k, mask, out, 0, rows, 0, scratch);
            kernels.attentionBackward(
                    shape,
                    qkv,
                    0,
                    k,
                    2 * k,
                    mask,
                    rows,
                    0,
                    out,
                    0,
                    rows,
                    shape.stride(),
                    dqkv,
                    0,
                    k,
                    2 * k,
                    mask,
                    scratch);
        }
    }

    private void growth(Setting setting, Consumer<Line> results) {
        List<Integer> contexts = new ArrayList<>();
        List<Double> seconds = new ArrayList<>();
        int longest = setting.choose(4096, 128);
        for (int context = setting.choose(256, 64); context <= longest; context *= 2) {
            try (Trainer trainer = trainer(8, 1, context, Cores.COUNT)) {
                Samples samples =
                        Rounds.of(
                                        setting.rounds(),
                                        Stopwatch.warmedUp(setting.warmUp(), trainer::step))
                                .getFirst();
                contexts.add(context);
                seconds.add(samples.median());
                results.accept(
                        Line.Measured.of(
                                name(), data(8, 1, context), "seconds a step", samples.median()));
            }
        }
        results.accept(
                new Line.Measured(
                        name(),
                        "T = %d ... %d".formatted(contexts.getFirst(), contexts.getLast()),
                        "exponent of a step",
                        Growth.of(
                                        contexts.stream().mapToDouble(t -> t).toArray(),
                                        seconds.stream().mapToDouble(s -> s).toArray())
                                .exponent(),
                        Optional.of(Target.atMost(2.05))));
    }

    /// As many trainings at once as there are cores, a thread each, beside one alone: what a sweep
    /// does.
    private void several(Setting setting, Consumer<Line> results, int context) {
        List<Trainer> trainers = new ArrayList<>();
        try {
            for (int i = 0; i < Cores.COUNT; i++) {
                trainers.add(trainer(8, 1, context, 1));
            }
            List<Samples> samples =
                    Rounds.of(
                            setting.rounds(),
                            Stopwatch.warmedUp(
                                    setting.warmUp(),
                                    () -> Cores.forEach(Cores.COUNT, i -> trainers.get(i).step())),
                            Stopwatch.warmedUp(setting.warmUp(), () -> trainers.getFirst().step()));
            results.accept(
                    new Line.Measured(
                            name(),
                            data(8, 1, context),
                            "throughput of %d trainings on as many cores, in those of one core"
                                    .formatted(Cores.COUNT),
                            Cores.COUNT * samples.get(1).median() / samples.get(0).median(),
                            Optional.of(Target.atLeast(0.95 * Cores.COUNT))));
        } finally {
            trainers.forEach(Trainer::close);
        }
    }
}
