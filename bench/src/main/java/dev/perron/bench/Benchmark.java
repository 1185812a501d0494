package dev.perron.bench;

import dev.perron.kernel.ChainKernels;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Measures all rows, or some, and prints them as a table; as JSON they go to a file. Arguments
/// `--rows=rank,lambda2` (all if not said), `--rounds=5`, `--size=full|tiny`, `--json=FILE`.
final class Benchmark {
    private Benchmark() {}

    /// In the order of the table.
    static List<Comparison> all() {
        return List.of(
                new MachineComparison(),
                TokenRankComparison.ofModels(),
                new PassesComparison(),
                TokenRankComparison.ofCausal(),
                new Lambda2Comparison(),
                new BouncesComparison(),
                new StatesComparison(),
                new QueryKeyComparison(),
                new GrowthComparison(),
                new EarlyStopComparison(),
                new ContextFitComparison(),
                new ContextWalkComparison(),
                new TrainingComparison(),
                new ColdComparison(),
                new LibtorchComparison());
    }

    /// See the class.
    public static void main(String[] arguments) throws IOException {
        Map<String, String> options =
                Stream.of(arguments)
                        .map(argument -> argument.split("=", 2))
                        .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
        Setting setting =
                new Setting(
                        Integer.parseInt(options.getOrDefault("--rounds", "5")),
                        Setting.Size.valueOf(
                                options.getOrDefault("--size", "full").toUpperCase(Locale.ROOT)),
                        python(),
                        Path.of("src", "main", "python").toAbsolutePath());
        List<Comparison> chosen = chosen(options.getOrDefault("--rows", ""));
        List<Line> lines = run(chosen, setting, System.err);
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        Map<String, String> where = where(setting);
        where.forEach((name, value) -> out.println(name + ": " + value));
        out.println();
        out.print(ResultTable.of(lines));
        if (setting.size() == Setting.Size.TINY) {
            out.println("\nsize tiny: nothing is measured here, whatever the column says");
        }
        Optional<Path> file = Optional.ofNullable(options.get("--json")).map(Path::of);
        if (file.isPresent()) {
            ResultFile.write(file.get(), where, lines);
            out.println("\nall samples: " + file.get());
        }
    }

    /// The lines of these comparisons.
    ///
    /// @param progress is told what is being measured
    static List<Line> run(List<Comparison> comparisons, Setting setting, PrintStream progress)
            throws IOException {
        List<Line> lines = new ArrayList<>();
        long start = System.nanoTime();
        for (Comparison comparison : comparisons) {
            comparison.compare(
                    setting,
                    line -> {
                        lines.add(line);
                        progress.printf(
                                "%5.0f s  %s%n",
                                (System.nanoTime() - start) * 1e-9, ResultTable.summary(line));
                    });
        }
        return lines;
    }

    /// The comparisons of these names, in the order of the table.
    ///
    /// @param names separated by commas; nothing, `all` or `true` for all of them
    /// @throws IllegalArgumentException if there is none of a name
    static List<Comparison> chosen(String names) {
        if (names.isEmpty() || names.equals("all") || names.equals("true")) {
            return all();
        }
        List<String> wanted = List.of(names.split(","));
        List<String> known = all().stream().map(Comparison::name).toList();
        for (String name : wanted) {
            if (!known.contains(name)) {
                throw new IllegalArgumentException(
                        "no row '%s', must be of %s".formatted(name, known));
            }
        }
        return all().stream().filter(comparison -> wanted.contains(comparison.name())).toList();
    }

    /// Debian's Python first, which sees Debian's packages.
    static String python() {
        Path debian = Path.of("/usr/bin/python3");
        return Files.isExecutable(debian) ? debian.toString() : "python3";
    }

    private static Map<String, String> where(Setting setting) {
        Map<String, String> where = new LinkedHashMap<>();
        where.put("kernels", ChainKernels.active().describe());
        where.put("java", Runtime.version().toString());
        where.put("system", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
        where.put("cores", Integer.toString(Cores.COUNT));
        where.put("rounds", Integer.toString(setting.rounds()));
        where.put("size", setting.size().name().toLowerCase(Locale.ROOT));
        return where;
    }
}
