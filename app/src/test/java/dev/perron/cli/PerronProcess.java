package dev.perron.cli;

import static org.junit.jupiter.api.Assertions.fail;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// `perron`, run as a process of its own: what it printed, and its exit code.
public record PerronProcess(int exitCode, String out, String err) {
    /// Runs it to its end.
    public static PerronProcess run(String... arguments) {
        return run("", Map.of(), arguments);
    }

    /// Runs it with `input` on its standard input.
    static PerronProcess fed(String input, String... arguments) {
        return run(input, Map.of(), arguments);
    }

    /// Runs it with these environment variables more.
    static PerronProcess in(Map<String, String> environment, String... arguments) {
        return run("", environment, arguments);
    }

    /// The command that runs it.
    static List<String> command(String... arguments) {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                System.getProperty("java.class.path"),
                                "dev.perron.cli.Perron"));
        command.addAll(List.of(arguments));
        return command;
    }

    private static PerronProcess run(
            String input, Map<String, String> environment, String... arguments) {
        try {
            Path out = Files.createTempFile("perron", ".out");
            Path err = Files.createTempFile("perron", ".err");
            Path in = Files.writeString(Files.createTempFile("perron", ".in"), input);
            ProcessBuilder builder =
                    new ProcessBuilder(command(arguments))
                            .redirectInput(in.toFile())
                            .redirectOutput(out.toFile())
                            .redirectError(err.toFile());
            builder.environment().putAll(environment);
            Process process = builder.start();
            if (!process.waitFor(120, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return fail("still running after two minutes: " + List.of(arguments));
            }
            PerronProcess run =
                    new PerronProcess(
                            process.exitValue(), Files.readString(out), Files.readString(err));
            Files.delete(out);
            Files.delete(err);
            Files.delete(in);
            return run;
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /// The document it printed; fails if it didn't end well.
    public JsonObject json() {
        if (exitCode != 0) {
            fail("exit code " + exitCode + ": " + err);
        }
        return JsonParser.parseString(out).getAsJsonObject();
    }
}
