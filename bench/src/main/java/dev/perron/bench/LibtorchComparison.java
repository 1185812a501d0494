package dev.perron.bench;

import dev.perron.transformer.Trainer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// The training step of [TrainingComparison] beside libtorch with its fused attention, which the
/// profile libtorch brings.
record LibtorchComparison() implements Comparison {
    private static final String BESIDE = "libtorch 2.10, fused attention";

    @Override
    public String name() {
        return "libtorch";
    }

    @Override
    public void compare(Setting setting, Consumer<Line> results) throws IOException {
        int context = setting.choose(1024, 64);
        String data = TrainingComparison.data(8, 1, context);
        Path folder = Files.createTempDirectory("bench-libtorch");
        try (Trainer trainer = TrainingComparison.trainer(8, 1, context, Cores.COUNT)) {
            switch (start(setting, folder, context)) {
                case Peer.Absent(String why) ->
                        results.accept(new Line.Skipped(name(), data, BESIDE, why));
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
                                        data,
                                        samples.get(0),
                                        BESIDE,
                                        samples.get(1),
                                        Optional.of(Target.atLeast(40))));
                    }
                }
            }
        } finally {
            TrainingComparison.delete(folder);
        }
    }

    /// A Java program run from source, since the build must do without its libraries. What these
    /// unpack, they unpack below `target`.
    private static Peer start(Setting setting, Path folder, int context) throws IOException {
        if (ClassLoader.getSystemResource("org/bytedeco/pytorch/Tensor.class") == null) {
            return new Peer.Absent("not here without the profile libtorch");
        }
        Path unpacked = Path.of("target", "libtorch").toAbsolutePath();
        Path sources = setting.scripts().resolve(Path.of("..", "..", "libtorch")).normalize();
        List<String> program =
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-Dorg.bytedeco.javacpp.cachedir=" + unpacked,
                        "-XX:ErrorFile=" + folder.resolve("crash.log"),
                        "-cp",
                        System.getProperty("java.class.path"),
                        sources.resolve("LibtorchStep.java").toString());
        String[] options = {
            "d=8", "layers=1", "context=" + context, "batch=" + TrainingComparison.BATCH
        };
        boolean first = !Files.exists(unpacked);
        Peer peer = Peer.start(program, folder, Cores.COUNT, options);
        // JavaCPP 1.5.13 crashes the JVM that unpacks these libraries; the next one can load them.
        return first && peer instanceof Peer.Absent
                ? Peer.start(program, folder, Cores.COUNT, options)
                : peer;
    }
}
