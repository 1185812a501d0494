package dev.perron.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Runs a script of src/test/python, where there is a Python with NumPy.
final class Python {
    /// Debian's, which has Debian's NumPy, where there is one.
    private static final String PYTHON =
            Files.isExecutable(Path.of("/usr/bin/python3")) ? "/usr/bin/python3" : "python3";

    private Python() {}

    /// Skips the test where NumPy is absent, except on a build server.
    static void requireNumPy() throws Exception {
        require("import numpy", "NumPy", "python3-numpy");
    }

    /// Skips the test where Pillow is absent, except on a build server.
    static void requirePillow() throws Exception {
        require("import numpy, PIL.Image", "Pillow", "python3-pil");
    }

    private static void require(String imported, String name, String debian) throws Exception {
        boolean there;
        try {
            there = new ProcessBuilder(PYTHON, "-c", imported).start().waitFor() == 0;
        } catch (java.io.IOException e) {
            there = false;
        }
        if (System.getenv("CI") != null) {
            assertThat(there).as(name + " for " + PYTHON).isTrue();
        }
        assumeTrue(there, name + " is absent: apt-get install " + debian);
    }

    /// The lines that a script prints.
    static List<String> run(String script, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(PYTHON, "src/test/python/" + script));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        List<String> lines =
                new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                        .lines()
                        .toList();
        assertThat(process.waitFor()).as(String.join("\n", lines)).isZero();
        return lines;
    }
}
