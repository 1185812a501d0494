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
    /// Where the modules begin that are off the default build.
    private static final String OFF_THE_DEFAULT_BUILD = "<profiles>";

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

    /// The folders of the modules that have main sources, `bench` too.
    static List<Path> all() throws IOException {
        return named(pom());
    }

    /// The class files made from the main sources of all modules but `bench`, which the default
    /// build doesn't compile: it may use everything, and nothing can use it.
    ///
    /// @throws IllegalStateException if a module hasn't been compiled
    static List<ClassModel> classes() throws IOException {
        return named(pom().split(OFF_THE_DEFAULT_BUILD, 2)[0]).stream()
                .map(module -> module.resolve("target/classes"))
                .flatMap(Modules::classesIn)
                .toList();
    }

    private static String pom() throws IOException {
        return Files.readString(root().resolve("pom.xml"));
    }

    private static List<Path> named(String pom) {
        return MODULE.matcher(pom)
                .results()
                .map((MatchResult found) -> root().resolve(found.group(1)))
                .filter(module -> Files.isDirectory(module.resolve("src/main/java")))
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
