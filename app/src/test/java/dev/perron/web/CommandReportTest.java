package dev.perron.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;

import dev.perron.cli.PerronProcess;
import dev.perron.figure.Digits;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/// What `perron report` writes, opened in a real browser with the network cut off.
class CommandReportTest {
    private static final String FOX = "The quick brown fox jumps over the lazy dog";

    @Test
    void aReportOfTheEmbeddedModelOpensOfflineAndAnswersClicks(@TempDir Path folder)
            throws Exception {
        Path file = folder.resolve("report.html");
        PerronProcess run = PerronProcess.run("report", "--text", FOX, "-o", file.toString());
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(run.out().strip()).isEqualTo(file.toString());
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }

        Browser browser = Browser.start(Files.createDirectory(folder.resolve("profile")));
        try {
            String url = file.toUri().toString();
            browser.open(url + "#step=4");
            browser.click("#wall [data-layer='2'][data-head='3']");
            assertThat(browser.run("return document.querySelector('#card-title').textContent"))
                    .isEqualTo("L2H3");
            browser.click("#rank [data-token='4']");
            assertThat(
                            browser.run(
                                    "return document.querySelector('#walk"
                                            + " [data-part=title]').textContent"))
                    .isEqualTo("Bounce 4 from “fox”");
            // The page computes its bounces itself; the command line's are the reference.
            assertThat(
                            browser.run(
                                    "return [...document.querySelectorAll('#walk"
                                            + " [data-token]')].map((t) =>"
                                            + " t.querySelectorAll('text')[1].textContent)"))
                    .isEqualTo(fourBounces());
            assertThat(browser.requests())
                    .contains(url)
                    .allMatch(
                            asked ->
                                    asked.equals(url)
                                            || asked.startsWith("data:")
                                            // the browser's own first page
                                            || asked.startsWith("chrome:"));
            assertThat(browser.console()).isEqualTo("{\"value\":[]}");
        } finally {
            browser.quit();
        }
    }

    private static String fourBounces() {
        JsonArray after =
                PerronProcess.run(
                                "bounce", "--text", FOX, "--layer", "2", "--head", "3", "--from",
                                "fox", "--steps", "4", "--json")
                        .json()
                        .get("bounces")
                        .getAsJsonArray()
                        .get(4)
                        .getAsJsonArray();
        return StreamSupport.stream(after.spliterator(), false)
                .map(value -> Digits.of(value.getAsDouble()))
                .collect(Collectors.joining(","));
    }

    @Test
    void aPlaceThatCannotBeWrittenIsOneLineAndLeavesNothing(@TempDir Path folder) throws Exception {
        PerronProcess run =
                PerronProcess.run(
                        "report",
                        "--text",
                        "fox",
                        "-o",
                        folder.resolve("no/report.html").toString());

        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.err().lines()).hasSize(1);
        try (var files = Files.list(folder)) {
            assertThat(files).isEmpty();
        }
    }
}
