package dev.perron.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

class AlphaSweepTest {
    private static final String FOX = "The quick brown fox jumps over the lazy dog";

    @Test
    void everyAlphaHasItsRankingCertificateAndAgreement() {
        JsonObject sweep =
                PerronProcess.run(
                                "rank",
                                "--text",
                                FOX,
                                "--personalize",
                                "fox",
                                "--special-tokens",
                                "drop",
                                "--alpha",
                                "0.9",
                                "--alpha-sweep",
                                "0.9,0.2,1",
                                "--top",
                                "3",
                                "--json")
                        .json();

        JsonArray points = sweep.get("sweep").getAsJsonArray();
        assertThat(points).hasSize(3);
        List<Double> alphas =
                points.asList().stream()
                        .map(point -> point.getAsJsonObject().get("alpha").getAsDouble())
                        .toList();
        assertThat(alphas).containsExactly(0.2, 0.9, 1.0);
        for (int k = 0; k < 3; k++) {
            JsonObject point = points.get(k).getAsJsonObject();
            assertThat(point.get("errorBound").getAsDouble()).isBetween(0.0, 1e-9);
            assertThat(point.get("residual").getAsDouble()).isBetween(0.0, 1e-9);
            assertThat(point.get("iterations").getAsInt()).isNotNegative();
            assertThat(point.get("scores").getAsJsonArray()).hasSize(9);
            assertThat(point.get("ranks").getAsJsonArray()).hasSize(9);
        }
        JsonObject same = points.get(1).getAsJsonObject();
        assertThat(same.get("kendallTau").getAsDouble()).isCloseTo(1, within(1e-15));
        assertThat(same.get("l1Distance").getAsDouble()).isZero();
        assertThat(same.get("topOverlap").getAsDouble()).isEqualTo(1);
        JsonObject near = points.get(0).getAsJsonObject();
        assertThat(near.get("topToken").getAsJsonObject().get("token").getAsString())
                .isEqualTo("fox");
        assertThat(near.get("l1Distance").getAsDouble()).isGreaterThan(0.5);
        assertThat(near.get("kendallTau").getAsDouble()).isBetween(-1.0, 1.0);
        assertThat(points.get(2).getAsJsonObject().get("method").getAsString())
                .isEqualTo("elimination");
        assertThat(sweep.get("missing").getAsJsonArray()).isEmpty();
    }

    @Test
    void theTableSaysHowEachWasComputedAndTheFigureIsDrawn(@TempDir Path folder) throws Exception {
        Path svg = folder.resolve("sweep.svg");
        PerronProcess sweep =
                PerronProcess.run(
                        "rank", "--text", FOX, "--alpha-sweep", "--figure", svg.toString());

        assertThat(sweep.exitCode()).as(sweep.err()).isZero();
        assertThat(sweep.out())
                .contains("alpha", "tau", "residual", "L1 error <=", "power iteration")
                .contains("0.85", "0.999")
                .containsPattern("the first token (is .* throughout|changes at alpha)");
        assertThat(Files.readString(svg)).contains("α 0.5", "α 0.999", "Kendall", "fox");
    }

    @Test
    void csvIsLong() {
        PerronProcess sweep =
                PerronProcess.run(
                        "rank",
                        "--text",
                        FOX,
                        "--direction",
                        "out",
                        "--alpha-sweep",
                        "0.5,0.8",
                        "--csv");

        assertThat(sweep.out().lines()).hasSize(1 + 2 * 11);
        assertThat(sweep.out())
                .startsWith("layer,head,alpha,token_index,token,special,score,rank,method,");
    }

    @Test
    void anAlphaWithoutARankingIsNamedAndTheOthersAreShown() {
        PerronProcess sweep =
                PerronProcess.run(
                        "rank",
                        "--text",
                        FOX,
                        "--alpha",
                        "0.5",
                        "--alpha-sweep",
                        "0.5,0.999",
                        "--max-iterations",
                        "11",
                        "--json");

        assertThat(sweep.exitCode()).as(sweep.err()).isEqualTo(4);
        assertThat(sweep.err()).contains("at alpha 0.999: not converged").hasLineCount(1);
        assertThat(sweep.out()).contains("\"missing\":[{\"alpha\":0.999,");
    }

    @Test
    void whatCannotBeSweptIsRefused() {
        for (String wrong : List.of("0,0.5", "0.5,2", "many", "0.5,,0.9", "0.5,0.5", "NaN")) {
            PerronProcess sweep = PerronProcess.run("rank", "--text", FOX, "--alpha-sweep", wrong);
            assertThat(sweep.exitCode()).as(wrong).isEqualTo(2);
            assertThat(sweep.out()).isEmpty();
            assertThat(sweep.err())
                    .contains("--alpha-sweep " + wrong, "as in --alpha-sweep 0.5,0.85,0.99")
                    .hasLineCount(1);
        }
        PerronProcess none = PerronProcess.run("rank", "--text", FOX, "--top", "0");
        assertThat(none.exitCode()).isEqualTo(2);
        assertThat(none.err()).contains("--top 0, must be >= 1");
        PerronProcess weightless =
                PerronProcess.run("rank", "--text", FOX, "--personalize", "fox=0");
        assertThat(weightless.exitCode()).isEqualTo(2);
        assertThat(weightless.err()).contains("weight 0.0, must be positive");
    }
}
