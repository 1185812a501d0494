package dev.perron.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;

class LandscapeCommandTest {
    @Test
    void theSignTableIsThatOfTheTheory() {
        JsonObject above = json("--p", "0.5", "--q", "0.8", "--flows", "10");
        assertThat(above.get("command").getAsString()).isEqualTo("landscape");
        assertThat(above.getAsJsonObject("source").get("entropyRate").getAsDouble())
                .isCloseTo(.6190, within(5e-5));
        assertThat(signs(above, "unigram", "tied")).isEqualTo("minimum, flat 0 84 4");
        assertThat(signs(above, "unigram", "untied")).isEqualTo("saddle 3 84 4");
        for (String head : new String[] {"tied", "untied"}) {
            JsonObject minimum = point(above, "bigram", head);
            assertThat(minimum.get("nature").getAsString()).isEqualTo("minimum, flat");
            assertThat(minimum.get("loss").getAsDouble())
                    .isCloseTo(
                            above.getAsJsonObject("source").get("entropyRate").getAsDouble(),
                            within(1e-14));
            assertThat(point(above, "unigram", head).get("formDifference").getAsDouble())
                    .isLessThan(1e-12);
        }
        assertThat(above.getAsJsonObject("criterion").get("badMinimum").getAsBoolean()).isTrue();
        JsonObject canonical = above.getAsJsonObject("canonical");
        assertThat(canonical.get("asForetold").getAsInt()).isEqualTo(10);
        assertThat(canonical.get("largestEnergyDrift").getAsDouble()).isLessThan(2e-8);
        assertThat(canonical.get("probabilityOfGlobal").getAsDouble()).isCloseTo(0, within(1e-9));

        JsonObject below = json("--p", "0.2", "--q", "0.3", "--flows", "0", "--tied");
        assertThat(below.getAsJsonArray("points")).hasSize(2);
        assertThat(signs(below, "unigram", "tied")).isEqualTo("saddle 3 84 1");
    }

    @Test
    void aMatrixOfSeveralSymbolsHasItsCriterion(@TempDir Path folder) throws Exception {
        Path file =
                Files.writeString(
                        folder.resolve("p.csv"), "0.1,0.5,0.4\n0.6,0.1,0.3\n0.5,0.3,0.2\n");
        PerronProcess run =
                PerronProcess.run("landscape", "--matrix", file.toString(), "--length", "2");
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out())
                .contains("entropy rate", "unigram is a local minimum", "no canonical model")
                .containsPattern("unigram +tied +minimum, flat")
                .containsPattern("unigram +untied +saddle");
    }

    @Test
    void theFigureShowsLandscapeFlowAndBasins(@TempDir Path folder) throws Exception {
        Path svg = folder.resolve("landscape.svg");
        PerronProcess run =
                PerronProcess.run(
                        "landscape",
                        "--p",
                        "0.5",
                        "--q",
                        "0.8",
                        "--flows",
                        "5",
                        "--csv",
                        "--figure",
                        svg.toString());
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out().lines()).hasSize(5);
        assertThat(run.out()).startsWith("point,head,weights,nature,loss,gradient_norm,negative,");
        assertThat(Files.readString(svg)).contains("Canonical model", "basins", "data-curve=\"6\"");
    }

    @Test
    void edgesOfTheBinarySourceAreSaid() {
        PerronProcess alternating =
                PerronProcess.run("landscape", "--p", "1", "--q", "1", "--length", "2");
        assertThat(alternating.exitCode()).as(alternating.err()).isZero();
        assertThat(alternating.out()).contains("period 2", "no explicit minimum");
        refused(3, "2 recurrent classes", "--p", "0", "--q", "0");
        refused(3, "symbol 1 doesn't occur in the long run", "--p", "0", "--q", "0.5");
    }

    @Test
    void badInputIsOneLine(@TempDir Path folder) throws Exception {
        refused(2, "no source; give one of --p and --q");
        refused(2, "--p 1.5, must be from 0 to 1", "--p", "1.5", "--q", "0.3");
        refused(2, "--order 2 needs --matrix", "--p", ".2", "--q", ".3", "--order", "2");
        refused(3, "must be at most 8192", "--p", ".2", "--q", ".3", "--length", "13");
        Path file = folder.resolve("p.csv");
        Files.writeString(file, "0.5,0.6\n0.5,0.5\n");
        refused(3, "row 0: masses sum to 1.1, must be 1", "--matrix", file.toString());
    }

    @Test
    void aKernelOfOrderTwoIsRead(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("kernel.csv");
        Files.writeString(file, "0.9,0.1\n0.2,0.8\n0.7,0.3\n0.5,0.5\n");
        PerronProcess run =
                PerronProcess.run(
                        "landscape",
                        "--matrix",
                        file.toString(),
                        "--order",
                        "2",
                        "--untied",
                        "--csv");
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out().lines()).hasSize(2);
        Files.writeString(file, "0.9,0.1\n0.2,0.8\n0.7,0.3\n");
        refused(
                3,
                "3 laws on 2 symbols, must be 2 to the power 2",
                "--matrix",
                file.toString(),
                "--order",
                "2");
    }

    @Test
    void aTrainedModelIsLookedAtToo(@TempDir Path folder) {
        PerronProcess train =
                PerronProcess.run(
                        "train",
                        "markov",
                        "--p",
                        "0.5",
                        "--q",
                        "0.8",
                        "--steps",
                        "3",
                        "--context",
                        "16",
                        "--d-model",
                        "2",
                        "--d-mlp",
                        "3",
                        "--out",
                        folder.toString());
        assertThat(train.exitCode()).as(train.err()).isZero();
        String file = folder.resolve("checkpoint.safetensors").toString();
        JsonObject found =
                json(
                        "--p",
                        "0.5",
                        "--q",
                        "0.8",
                        "--flows",
                        "0",
                        "--tied",
                        "--length",
                        "3",
                        "--checkpoint",
                        file);
        JsonObject point = point(found, "checkpoint", "tied");
        assertThat(point.get("nature").getAsString()).isEqualTo("not stationary");
        assertThat(point.get("loss").getAsDouble()).isBetween(.619, .72);
        assertThat(point.getAsJsonArray("eigenvalues").size())
                .isEqualTo(point.get("weights").getAsInt());
        refused(
                3,
                "checkpoint.safetensors: vocabulary 2, must be the source's 3 symbols",
                "--switch",
                "0.9",
                "--symbols",
                "3",
                "--length",
                "2",
                "--checkpoint",
                file);
    }

    private static void refused(int exitCode, String message, String... arguments) {
        String[] all = new String[arguments.length + 1];
        all[0] = "landscape";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        PerronProcess run = PerronProcess.run(all);
        assertThat(run.exitCode()).as(run.err()).isEqualTo(exitCode);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).contains(message).hasLineCount(1);
    }

    private static JsonObject json(String... arguments) {
        String[] all = new String[arguments.length + 2];
        all[0] = "landscape";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        all[all.length - 1] = "--json";
        return PerronProcess.run(all).json();
    }

    private static String signs(JsonObject document, String name, String head) {
        JsonObject point = point(document, name, head);
        return "%s %d %d %d"
                .formatted(
                        point.get("nature").getAsString(),
                        point.get("negative").getAsInt(),
                        point.get("zero").getAsInt(),
                        point.get("positive").getAsInt());
    }

    private static JsonObject point(JsonObject document, String name, String head) {
        for (JsonElement element : document.getAsJsonArray("points")) {
            JsonObject point = element.getAsJsonObject();
            if (point.get("point").getAsString().equals(name)
                    && point.get("head").getAsString().equals(head)) {
                return point;
            }
        }
        throw new AssertionError("no point %s, %s in %s".formatted(name, head, document));
    }
}
