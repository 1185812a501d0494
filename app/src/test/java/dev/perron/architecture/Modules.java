package dev.perron.architecture;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The modules that the root's pom.xml names, with their sources and class files.
final class Modules {
    private static final Pattern MODULE = Pattern.compile("<module>([^<]+)</module>");

    private Modules() {}

    /// The project's folder, wherever below it the tests were started.
    static Path root() {
        Path here = Path.of("").toAbsolutePath();
        while (!Files.exists(here.resolve("mvnw"))) {
            here = Objects.requireNonNull(here.getParent(), "tests run below the project's folder");
        }
        return here;
    }

    /// The folders of the modules that have main sources.
    static List<Path> all() throws IOException {
        Path root = root();
        return MODULE.matcher(Files.readString(root.resolve("pom.xml")))
                .results()
                .map((MatchResult found) -> root.resolve(found.group(1)))
                .filter(module -> Files.isDirectory(module.resolve("src/main/java")))
                .toList();
    }

    /// The class files made from the main sources of all modules.
    ///
    /// @throws IllegalStateException if a module hasn't been compiled
    static List<ClassModel> classes() throws IOException {
        return all().stream()
                .map(module -> module.resolve("target/classes"))
                .flatMap(Modules::classesIn)
                .toList();
    }

    private static Stream<ClassModel> classesIn(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw new IllegalStateException(
                    folder + " is missing; run ./mvnw verify from the root");
        }
        return files(folder, ".class").stream().map(Modules::parse);
    }

    /// The files below a folder with this ending, in order.
    static List<Path> files(Path folder, String ending) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(ending)).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ClassModel parse(Path file) {
        try {
            return ClassFile.of().parse(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
