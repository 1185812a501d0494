package dev.perron.launcher;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// A folder with a copy of the launcher, in which nothing else is real: a JDK is a release file and
/// a script that prints its arguments, Maven is a script that notes each build.
final class Checkout {
    /// One line an argument, in angle brackets; a rehearsal makes the cache.
    private static final String JAVA =
            """
            #!/bin/sh
            for argument in "$@"; do
              case $argument in
                -XX:AOTCacheOutput=*) : >"${argument#*=}" ;;
              esac
              printf '<%s>\\n' "$argument"
            done
            """;

    private static final String MAVEN =
            """
            echo "$JAVA_HOME" >>builds
            while [ -e slow ]; do sleep 1; done
            if [ -e broken ]; then
              echo "[INFO] a line that nobody needs"
              echo "[ERROR] Chain.java:[3,1] ';' expected"
              exit 1
            fi
            mkdir -p app/target/perron/lib
            : >app/target/perron/lib/perron-app.jar
            """;

    /// What the launcher calls, so that PATH needs no folder that may have a java in it.
    private static final List<String> TOOLS =
            List.of(
                    "sh",
                    "readlink",
                    "find",
                    "sed",
                    "grep",
                    "head",
                    "tail",
                    "ln",
                    "mv",
                    "rm",
                    "mkdir",
                    "sleep");

    private static final Instant LONG_AGO = Instant.parse("2020-01-01T00:00:00Z");

    private final Path root;
    private final Path folder;
    private final Map<String, String> environment = new HashMap<>();
    private final Map<Process, ProcessBuilder> outputs = new HashMap<>();

    /// Makes the checkout.
    ///
    /// @param folder an empty folder
    /// @param name what the checkout's folder in it is called
    Checkout(Path folder, String name) throws IOException {
        this.folder = folder;
        root = folder.resolve(name);
        write("mvnw", MAVEN);
        write("pom.xml", "<project/>");
        write("app/pom.xml", "<project/>");
        write("core/src/main/java/Chain.java", "class Chain {}");
        write("core/src/main/java/State.java", "class State {}");
        write("core/src/test/java/ChainTest.java", "class ChainTest {}");
        for (Path file : everything()) {
            Files.setLastModifiedTime(file, FileTime.from(LONG_AGO));
        }
        // Elsewhere than where this machine's own JDKs are.
        write(
                "perron",
                Files.readString(original())
                        .replaceAll(" (/usr|/opt|/Library)/", " " + folder + "$1/"));
        executable(launcher());

        Path tools = Files.createDirectories(folder.resolve("tools"));
        for (String tool : TOOLS) {
            Path script = tools.resolve(tool);
            Files.writeString(script, "#!/bin/sh\nexec %s \"$@\"\n".formatted(onPath(tool)));
            executable(script);
        }
        environment.put("PATH", tools.toString());
        environment.put("HOME", home().toString());
    }

    private static Path original() {
        Path here = Path.of("").toAbsolutePath();
        while (!Files.exists(here.resolve("mvnw"))) {
            here = Objects.requireNonNull(here.getParent(), "tests run below the project's folder");
        }
        return here.resolve("perron");
    }

    private static Path onPath(String tool) {
        return Stream.of(System.getenv("PATH").split(":"))
                .map(folder -> Path.of(folder, tool))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow();
    }

    private List<Path> everything() throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            return files.toList();
        }
    }

    /// The launcher.
    Path launcher() {
        return root.resolve("perron");
    }

    /// The user's home, whose path has a space in it.
    Path home() {
        return folder.resolve("a home");
    }

    /// Writes a file of the checkout, now.
    void write(String path, String text) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(Objects.requireNonNull(file.getParent()));
        Files.writeString(file, text);
    }

    /// Changes a file of the checkout after the last build, however coarse the clock of the file
    /// system is.
    void edit(String path) throws IOException {
        Instant built = Files.getLastModifiedTime(app("built")).toInstant();
        write(path, "class Edited {}");
        Files.setLastModifiedTime(root.resolve(path), FileTime.from(built.plusSeconds(2)));
    }

    /// Removes a file of the checkout after the last build.
    void remove(String path) throws IOException {
        Instant built = Files.getLastModifiedTime(app("built")).toInstant();
        Path file = root.resolve(path);
        Files.delete(file);
        Files.setLastModifiedTime(
                Objects.requireNonNull(file.getParent()), FileTime.from(built.plusSeconds(2)));
    }

    /// A file of what was built.
    Path app(String name) {
        return root.resolve("app/target/perron").resolve(name);
    }

    /// The JDKs of the builds so far.
    List<String> builds() throws IOException {
        Path builds = root.resolve("builds");
        return Files.exists(builds) ? Files.readAllLines(builds) : List.of();
    }

    /// Makes a JDK.
    ///
    /// @param where an absolute path on this machine that is put below the test's folder, or one
    ///   that is there already
    Path jdk(String where, String version) throws IOException {
        Path jdk = jre(where, version);
        Files.writeString(jdk.resolve("bin/javac"), "");
        executable(jdk.resolve("bin/javac"));
        return jdk;
    }

    /// Makes a JDK without its compiler.
    Path jre(String where, String version) throws IOException {
        Path jre = where.startsWith(folder.toString()) ? Path.of(where) : Path.of(folder + where);
        Files.createDirectories(jre.resolve("bin"));
        Files.writeString(
                jre.resolve("release"),
                "IMPLEMENTOR=\"Someone\"\nJAVA_VERSION=\"%s\"\nOS_NAME=\"Linux\"\n"
                        .formatted(version));
        Files.writeString(jre.resolve("bin/java"), JAVA);
        executable(jre.resolve("bin/java"));
        return jre;
    }

    /// Sets a variable of the launcher's environment.
    void set(String variable, Object value) {
        environment.put(variable, value.toString());
    }

    /// Puts a folder in front of the others on PATH.
    void putOnPath(Path first) {
        environment.merge("PATH", first.toString(), (path, added) -> added + ":" + path);
    }

    /// Runs the launcher in the checkout's folder.
    Outcome run(String... arguments) throws IOException, InterruptedException {
        return run(root, List.of(launcher().toString()), arguments);
    }

    /// Runs a command with these arguments.
    Outcome run(Path workingDirectory, List<String> command, String... arguments)
            throws IOException, InterruptedException {
        return await(start(workingDirectory, command, arguments));
    }

    /// Starts a command with these arguments.
    Process start(Path workingDirectory, List<String> command, String... arguments)
            throws IOException {
        List<String> line = new ArrayList<>(command);
        line.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(line).directory(workingDirectory.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        // Files, not pipes: nothing waits for a reader, and a process left behind holds nobody up.
        builder.redirectOutput(Files.createTempFile(folder, "out", "").toFile());
        builder.redirectError(Files.createTempFile(folder, "err", "").toFile());
        Process process = builder.start();
        outputs.put(process, builder);
        return process;
    }

    /// Waits until a process has said something on stderr.
    void awaitWords(String words, Process... processes) throws IOException, InterruptedException {
        while (true) {
            for (Process process : processes) {
                ProcessBuilder builder = Objects.requireNonNull(outputs.get(process));
                if (read(builder.redirectError()).contains(words)) {
                    return;
                }
            }
            Thread.sleep(20);
        }
    }

    /// Waits until Maven has been started.
    void awaitBuild() throws IOException, InterruptedException {
        while (builds().isEmpty()) {
            Thread.sleep(20);
        }
    }

    /// Lets a build that is slow come to its end.
    void finishBuild() throws IOException {
        Files.delete(root.resolve("slow"));
    }

    /// Waits for the end of a process.
    Outcome await(Process process) throws IOException, InterruptedException {
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("the launcher didn't end");
        }
        ProcessBuilder builder = Objects.requireNonNull(outputs.remove(process));
        return new Outcome(
                process.exitValue(), read(builder.redirectOutput()), read(builder.redirectError()));
    }

    private static String read(ProcessBuilder.Redirect redirect) throws IOException {
        Path file = Objects.requireNonNull(redirect.file()).toPath();
        return Files.readString(file, StandardCharsets.UTF_8);
    }

    static void executable(Path file) throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /// How the launcher ended.
    record Outcome(int exitCode, String out, String err) {
        /// What Java was given, from the first option on.
        List<String> javaArguments() {
            return Stream.of(out.split(">\n", -1))
                    .filter(argument -> argument.startsWith("<"))
                    .map(argument -> argument.substring(1))
                    .toList();
        }

        /// What Perron was given.
        List<String> arguments() {
            return javaArguments().stream()
                    .dropWhile(argument -> !argument.equals("dev.perron.cli.Perron"))
                    .skip(1)
                    .toList();
        }
    }
}
