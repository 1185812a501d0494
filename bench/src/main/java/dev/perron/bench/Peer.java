package dev.perron.bench;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// A program, mostly a Python script, that answers the same question; src/main/python/protocol.py
/// has the conversation.
sealed interface Peer {
    /// It can't answer, and says why: a package is missing, or it failed.
    record Absent(String why) implements Peer {}

    /// Warmed up and waiting.
    final class Running implements Peer, Rounds.Repetition, AutoCloseable {
        private final Process process;
        private final BufferedReader from;
        private final BufferedWriter to;
        private final Map<String, Double> facts;
        private final Path answer;

        private Running(
                Process process, BufferedReader from, Map<String, Double> facts, Path answer) {
            this.process = process;
            this.from = from;
            this.to = process.outputWriter(StandardCharsets.US_ASCII);
            this.facts = facts;
            this.answer = answer;
        }

        /// One repetition.
        ///
        /// @throws UncheckedIOException if the script has ended
        @Override
        public double seconds() {
            try {
                to.write("run\n");
                to.flush();
                String line = from.readLine();
                if (line == null) {
                    throw new IOException("the peer has ended, must answer with its seconds");
                }
                return Double.parseDouble(line);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /// What it said of itself: products, a residual.
        ///
        /// @throws IllegalArgumentException if it didn't say that
        double fact(String name) {
            Double value = facts.get(name);
            if (value == null) {
                throw new IllegalArgumentException(
                        "no fact %s, must be one of %s".formatted(name, facts.keySet()));
            }
            return value;
        }

        /// The rows of its answer.
        double[][] answer() {
            try {
                return NpyFile.readRows(answer);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /// Ends it.
        @Override
        public void close() {
            process.destroy();
            process.onExit().join();
        }
    }

    /// Starts a script and waits until it has warmed up.
    ///
    /// @param script its name without `.py`
    /// @param folder where its data are, and its answer goes
    /// @param threads for the libraries that it uses
    /// @param options `name=value`
    static Peer start(Setting setting, String script, Path folder, int threads, String... options)
            throws IOException {
        return start(
                List.of(setting.python(), setting.scripts().resolve(script + ".py").toString()),
                folder,
                threads,
                options);
    }

    /// Starts any program that holds the conversation, and waits until it has warmed up.
    ///
    /// @param program the command; its last word is the file that it runs
    /// @param folder as above
    /// @param threads as above
    /// @param options `name=value`
    static Peer start(List<String> program, Path folder, int threads, String... options)
            throws IOException {
        String file = Path.of(program.getLast()).getFileName().toString();
        String name = file.replaceFirst("\\.[a-z]+$", "");
        List<String> command = new ArrayList<>(program);
        command.add(folder.toString());
        command.add(Integer.toString(Cores.COUNT));
        command.addAll(List.of(options));
        Path complaints = folder.resolve(name + ".err");
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(complaints.toFile());
        for (String library : List.of("OMP", "OPENBLAS", "MKL")) {
            builder.environment().put(library + "_NUM_THREADS", Integer.toString(threads));
        }
        builder.environment().put("PYTHONDONTWRITEBYTECODE", "1");
        Process process;
        try {
            process = builder.start();
        } catch (IOException e) {
            return new Absent(program.getFirst() + " can't be started");
        }
        BufferedReader from = process.inputReader(StandardCharsets.US_ASCII);
        String line = from.readLine();
        if (line != null && line.startsWith("ready")) {
            return new Running(process, from, facts(line), folder.resolve(name + ".npy"));
        }
        process.destroy();
        process.onExit().join();
        return new Absent(
                line != null && line.startsWith("absent ")
                        ? "Python has no " + line.substring("absent ".length())
                        : "%s failed: %s".formatted(file, lastLine(complaints)));
    }

    /// `ready name=value name=value`.
    static Map<String, Double> facts(String line) {
        Map<String, Double> facts = new HashMap<>();
        Stream.of(line.split(" "))
                .skip(1)
                .map(fact -> fact.split("=", 2))
                .forEach(fact -> facts.put(fact[0], Double.valueOf(fact[1])));
        return Map.copyOf(facts);
    }

    private static String lastLine(Path file) throws IOException {
        List<String> lines = Files.readAllLines(file);
        return lines.isEmpty() ? "it said nothing" : lines.getLast();
    }
}
