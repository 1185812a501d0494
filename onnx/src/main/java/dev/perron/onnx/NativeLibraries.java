package dev.perron.onnx;

import ai.onnxruntime.OrtEnvironment;

import dev.perron.attention.model.ModelException;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// Native libraries, unpacked once for a user instead of at every start, in
/// `$XDG_CACHE_HOME/perron` or `~/.cache/perron`.
///
/// A folder's name holds the checksums of what is in it, so that another version goes into another
/// folder. A library is written under a temporary name and then renamed: whoever sees the name sees
/// all of it, also when two processes start at once. Where that folder can't be written, they go
/// into a temporary one.
final class NativeLibraries {
    private NativeLibraries() {}

    /// The user's folder for what can be made again.
    ///
    /// @param environment the process's environment
    /// @param home the user's home
    static Path cache(Map<String, String> environment, Path home) {
        String given = environment.getOrDefault("XDG_CACHE_HOME", "");
        Path root = given.isEmpty() ? home : Path.of(given);
        // The specification says to ignore a relative path.
        return root.isAbsolute() && !given.isEmpty()
                ? root.resolve("perron")
                : home.resolve(".cache").resolve("perron");
    }

    /// This user's.
    static Path cache() {
        return cache(System.getenv(), Path.of(System.getProperty("user.home", "")));
    }

    /// Found once for the process.
    private static final class Folder {
        static final Path FOUND = find();

        private Folder() {}
    }

    /// This user's folder if it can be written, else one that goes when the process ends.
    static Path folder() {
        return Folder.FOUND;
    }

    private static Path find() {
        Path cache = cache();
        try {
            Files.createDirectories(cache);
            if (Files.isWritable(cache)) {
                return cache;
            }
        } catch (IOException | SecurityException e) {
            debug(e);
        }
        try {
            Path temporary = Files.createTempDirectory("perron");
            Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(temporary)));
            return temporary;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path folder) {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (IOException e) {
            debug(e); // the system empties its folder for temporary files itself
        }
    }

    private static void debug(Exception e) {
        System.getLogger("dev.perron.onnx")
                .log(Level.DEBUG, "native libraries are unpacked at each start", e);
    }

    /// ONNX Runtime's libraries in `cache`, unpacked now if they weren't.
    ///
    /// @return their folder; none if the cache can't be written or the libraries aren't in a jar
    static Optional<Path> onnxRuntime(Path cache) {
        List<URL> libraries = new ArrayList<>();
        for (String name : List.of("onnxruntime", "onnxruntime4j_jni")) {
            URL library =
                    OrtEnvironment.class.getResource(
                            "/ai/onnxruntime/native/%s/%s"
                                    .formatted(platform(), System.mapLibraryName(name)));
            if (library == null) {
                return Optional.empty();
            }
            libraries.add(library);
        }
        try {
            return unpacked(libraries, cache, "onnxruntime-" + platform());
        } catch (IOException | SecurityException e) {
            debug(e);
            return Optional.empty();
        }
    }

    /// A library that doesn't run here, by name.
    static ModelException missing(String library, Throwable cause) {
        Throwable first = cause.getCause() == null ? cause : cause.getCause();
        return ModelException.of(
                library,
                "its native library can't be loaded on %s: %s"
                        .formatted(platform(), ModelException.reason(first)),
                "Linux x64 or aarch64, macOS aarch64, or Windows x64",
                "run on one of these",
                cause);
    }

    /// The platform in ONNX Runtime's words: `linux-x64`.
    static String platform() {
        String os = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        String arch = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
        return (os.contains("mac") ? "osx" : os.contains("win") ? "win" : "linux")
                + "-"
                + (arch.equals("amd64") || arch.equals("x86_64") ? "x64" : arch);
    }

    private static Optional<Path> unpacked(List<URL> libraries, Path cache, String name)
            throws IOException {
        List<JarURLConnection> entries = new ArrayList<>();
        StringBuilder folderName = new StringBuilder(name);
        for (URL library : libraries) {
            if (!(library.openConnection() instanceof JarURLConnection entry)) {
                return Optional.empty();
            }
            entries.add(entry);
            folderName.append("-%08x".formatted(entry.getJarEntry().getCrc()));
        }
        Path folder = cache.resolve(folderName.toString());
        for (JarURLConnection entry : entries) {
            String path = entry.getEntryName();
            Path target = folder.resolve(path.substring(path.lastIndexOf('/') + 1));
            long size = entry.getJarEntry().getSize();
            if (!Files.isRegularFile(target) || Files.size(target) != size) {
                Files.createDirectories(folder);
                write(entry, target, size);
            }
        }
        return Optional.of(folder);
    }

    private static void write(JarURLConnection entry, Path target, long size) throws IOException {
        Path temporary = Files.createTempFile(target.getParent(), "unpacking", ".tmp");
        try {
            try (InputStream in = entry.getInputStream()) {
                Files.copy(in, temporary, StandardCopyOption.REPLACE_EXISTING);
            }
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            // Windows doesn't replace a library that another process has loaded meanwhile.
            if (!Files.isRegularFile(target) || Files.size(target) != size) {
                throw e;
            }
        } finally {
            Files.deleteIfExists(temporary);
        }
    }
}
