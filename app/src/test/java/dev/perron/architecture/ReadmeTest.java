package dev.perron.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/// What the README shows is what runs.
class ReadmeTest {
    private static final Path ROOT = Path.of("..");

    @Test
    void theExampleIsTheOneThatIsTested() throws IOException {
        String test =
                Files.readString(
                        ROOT.resolve(
                                "core/src/test/java/dev/perron/attention/LibraryExampleTest.java"));
        String example = between(test, "// example: begin\n", "        // example: end");

        assertThat(Files.readString(ROOT.resolve("README.md")))
                .contains(example.stripTrailing().stripIndent());
    }

    @Test
    void everyFileThatItLinksToIsThere() throws IOException {
        String readme = Files.readString(ROOT.resolve("README.md"));
        var links = Pattern.compile("]\\((?!https:)([^)]+)\\)").matcher(readme);

        int found = 0;
        while (links.find()) {
            found++;
            assertThat(ROOT.resolve(links.group(1))).exists();
        }
        assertThat(found).isGreaterThan(5);
    }

    private static String between(String text, String begin, String end) {
        int from = text.indexOf(begin) + begin.length();
        return text.substring(from, text.indexOf(end, from));
    }
}
