package dev.perron.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

class NativeLibrariesTest {
    @TempDir Path folder;

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void librariesAreUnpackedOnce() throws IOException {
        Path libraries = NativeLibraries.onnxRuntime(folder).orElseThrow();
        assertThat(names(libraries))
                .containsExactly(
                        System.mapLibraryName("onnxruntime"),
                        System.mapLibraryName("onnxruntime4j_jni"));

        Path library = libraries.resolve(System.mapLibraryName("onnxruntime"));
        FileTime before = FileTime.fromMillis(0);
        Files.setLastModifiedTime(library, before);
        assertThat(NativeLibraries.onnxRuntime(folder)).contains(libraries);
        assertThat(Files.getLastModifiedTime(library)).isEqualTo(before);
    }

    @Test
    void aTruncatedLibraryIsReplaced() throws IOException {
        Path library =
                NativeLibraries.onnxRuntime(folder)
                        .orElseThrow()
                        .resolve(System.mapLibraryName("onnxruntime4j_jni"));
        long size = Files.size(library);
        Files.write(library, new byte[100]);

        NativeLibraries.onnxRuntime(folder);

        assertThat(library).hasSize(size);
    }

    @Test
    void startsAtTheSameTimeDoNotDisturbEachOther() throws Exception {
        Callable<Path> start = () -> NativeLibraries.onnxRuntime(folder).orElseThrow();
        try (ExecutorService starts = Executors.newFixedThreadPool(4)) {
            List<Future<Path>> folders = starts.invokeAll(List.of(start, start, start, start));
            for (Future<Path> one : folders) {
                assertThat(one.get()).isEqualTo(folders.getFirst().get());
                assertThat(names(one.get())).hasSize(2);
            }
        }
    }

    @Test
    void aCacheThatCannotBeWrittenIsLeftAlone() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));

        assertThat(NativeLibraries.onnxRuntime(file)).isEmpty();
    }

    @Test
    void theCacheIsWhereTheUserWantsIt() {
        Path home = Path.of("/home/user");

        assertThat(NativeLibraries.cache(Map.of("XDG_CACHE_HOME", "/var/tmp"), home))
                .isEqualTo(Path.of("/var/tmp/perron"));
        assertThat(NativeLibraries.cache(Map.of(), home))
                .isEqualTo(Path.of("/home/user/.cache/perron"));
        assertThat(NativeLibraries.cache(Map.of("XDG_CACHE_HOME", "relative"), home))
                .isEqualTo(Path.of("/home/user/.cache/perron"));
    }
}
