package dev.perron.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Rectangular attention as a chain in two steps, by option and named as such.
class TwoStepCommandTest {
    @TempDir private Path folder;

    /// Three queries on keys a and b, which have 2.5 and 0.5 of their attention.
    private String cross() throws IOException {
        return Files.writeString(folder.resolve("cross.csv"), "a,b\n1,0\n1,0\n0.5,0.5\n")
                .toString();
    }

    private static double[] scores(JsonObject document) {
        JsonArray tokens = document.getAsJsonArray("tokens");
        double[] scores = new double[tokens.size()];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = tokens.get(i).getAsJsonObject().get("score").getAsDouble();
        }
        return scores;
    }

    @Test
    void theStationaryLawsOfTheTwoSidesAreKnown() throws IOException {
        JsonObject keys =
                PerronProcess.run("rank", cross(), "--two-step", "keys", "--alpha", "1", "--json")
                        .json();
        assertThat(scores(keys)).containsExactly(new double[] {5 / 6.0, 1 / 6.0}, within(1e-12));
        assertThat(keys.get("twoStep").getAsString()).isEqualTo("keys");
        assertThat(keys.get("queries").getAsInt()).isEqualTo(3);
        JsonObject queries =
                PerronProcess.run(
                                "rank", cross(), "--two-step", "queries", "--alpha", "1", "--json")
                        .json();
        assertThat(scores(queries))
                .containsExactly(new double[] {1 / 3.0, 1 / 3.0, 1 / 3.0}, within(1e-12));
        assertThat(PerronProcess.run("chain", cross(), "--two-step", "keys").out())
                .contains("cross.csv, two steps on its keys");
    }

    /// Key b is padding: what is left of its row is all on a.
    @Test
    void paddingIsNoState() throws IOException {
        String cross = cross();
        Files.writeString(folder.resolve("cross.json"), "{\"padding\": [1]}");
        JsonObject keys =
                PerronProcess.run("rank", cross, "--two-step", "keys", "--alpha", "1", "--json")
                        .json();
        assertThat(scores(keys)).containsExactly(1);
        assertThat(keys.get("keys").getAsInt()).isEqualTo(1);
        refused(
                3,
                "L0H0 row 0: no attention to the 1 keys that are left",
                "rank",
                cross,
                "--two-step",
                "keys",
                "--padding",
                "0");
    }

    @Test
    void whatRowsAreOffByIsSaid() throws IOException {
        String off =
                Files.writeString(folder.resolve("off.csv"), "a,b\n1,0\n1,0\n0.5,0.500001\n")
                        .toString();
        assertThat(
                        PerronProcess.run("rank", off, "--two-step", "keys", "--json")
                                .json()
                                .get("worstRow")
                                .getAsDouble())
                .isCloseTo(1e-6, within(1e-7));
    }

    @Test
    void whatDoesNotFitIsRefusedBeforeItIsRead() throws IOException {
        Path large = folder.resolve("large.npy");
        NpyFile.sparse(large, 100_000, 20_000);
        refused(
                3,
                "--two-step on 100000 tokens in 1 heads takes",
                "rank",
                large.toString(),
                "--two-step",
                "queries");
    }

    @Test
    void rectangularAttentionIsNoChainUnlessItIsAskedFor() throws IOException {
        PerronProcess refused = PerronProcess.run("rank", cross());
        assertThat(refused.exitCode()).isEqualTo(3);
        assertThat(refused.err()).contains("3 queries and 2 keys", "--two-step");
        PerronProcess inspected = PerronProcess.run("inspect", cross());
        assertThat(inspected.exitCode()).isZero();
        assertThat(inspected.out()).contains("--two-step queries or --two-step keys");
    }

    @Test
    void whatDoesNotFitIsRefusedInOneLine() throws IOException {
        String cross = cross();
        refused(
                2,
                "takes rows as they are",
                "rank",
                cross,
                "--two-step",
                "keys",
                "--rows",
                "uniform");
        refused(2, "--two-step: Q and K", "rank", "--queries", cross, "--two-step", "keys");
        refused(
                2,
                "--two-step and --texts",
                "rank",
                "--texts",
                cross,
                "--csv",
                "--two-step",
                "keys");
        String off =
                Files.writeString(folder.resolve("off.csv"), "a,b\n1,1\n1,0\n0.5,0.5\n").toString();
        refused(3, "row 0: sums to 2", "rank", off, "--two-step", "keys");
    }

    private static void refused(int code, String found, String... arguments) {
        PerronProcess process = PerronProcess.run(arguments);
        assertThat(process.err().strip()).contains(found).hasLineCount(1);
        assertThat(process.exitCode()).as(process.err()).isEqualTo(code);
        assertThat(process.out()).isEmpty();
    }
}
