package dev.perron.bench;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;

/// Python and its packages, where a test needs them.
final class PythonHere {
    private PythonHere() {}

    /// Skips the test if one of these modules isn't there.
    static void require(String modules) throws IOException, InterruptedException {
        boolean there;
        try {
            there =
                    new ProcessBuilder(Benchmark.python(), "-c", "import " + modules)
                                    .redirectErrorStream(true)
                                    .start()
                                    .waitFor()
                            == 0;
        } catch (IOException e) {
            there = false;
        }
        assumeTrue(there, Benchmark.python() + " can't import " + modules);
    }
}
