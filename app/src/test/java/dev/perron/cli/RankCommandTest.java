package dev.perron.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.StreamSupport;

class RankCommandTest {
    private static final String FOX = "The quick brown fox jumps over the lazy dog";

    @Test
    void scoresAreADistributionWithItsCertificate() {
        JsonObject rank = PerronProcess.run("rank", "--text", FOX, "--json").json();

        assertThat(sum(rank)).isCloseTo(1, within(1e-9));
        assertThat(rank.get("schemaVersion").getAsInt()).isEqualTo(1);
        assertThat(rank.get("command").getAsString()).isEqualTo("rank");
        assertThat(rank.get("converged").getAsBoolean()).isTrue();
        assertThat(rank.get("errorBound").getAsDouble()).isBetween(0.0, 1e-9);
        assertThat(rank.get("residual").getAsDouble()).isBetween(0.0, 1e-11);
        assertThat(rank.get("iterations").getAsInt()).isPositive();
        assertThat(rank.get("alpha").getAsDouble()).isEqualTo(0.99);
        assertThat(rank.get("model").getAsString()).startsWith("all-MiniLM-L6-v2");
        assertThat(rank.get("layer").getAsInt()).isEqualTo(5);
        assertThat(rank.get("head").getAsString()).isEqualTo("mean");
        assertThat(rank.get("provenance").getAsJsonObject().keySet())
                .contains("perron", "commit", "kernels", "java");
        assertThat(rank.get("tokens").getAsJsonArray()).hasSize(11);
    }

    @Test
    void aCausalHeadSaysThatItIsOneAndWhichTokenAbsorbs() {
        JsonObject rank =
                PerronProcess.run(
                                "rank",
                                "--model",
                                SharedModels.stories().toString(),
                                "--tokenizer",
                                SharedModels.storiesTokenizer().toString(),
                                "--text",
                                "Once upon a time, there was a little girl named Lily.",
                                "--layer",
                                "2",
                                "--head",
                                "3",
                                "--json")
                        .json();

        assertThat(rank.get("causal").getAsBoolean()).isTrue();
        assertThat(rank.get("reducible").getAsBoolean()).isTrue();
        JsonArray absorbing = rank.get("absorbing").getAsJsonArray();
        assertThat(absorbing).hasSize(1);
        assertThat(absorbing.get(0).getAsJsonObject().get("index").getAsInt()).isZero();
        assertThat(rank.get("residual").getAsDouble()).isLessThan(1e-12);
        assertThat(rank.get("method").getAsString()).isEqualTo("triangular solve");
        assertThat(sum(rank)).isCloseTo(1, within(1e-9));
    }

    @Test
    void withoutTeleportingACausalHeadPutsAllMassOnItsFirstToken() {
        PerronProcess chain =
                PerronProcess.run(
                        "chain",
                        "--model",
                        SharedModels.stories().toString(),
                        "--tokenizer",
                        SharedModels.storiesTokenizer().toString(),
                        "--text",
                        "Once upon a time, there was a little girl named Lily.",
                        "--layer",
                        "2",
                        "--head",
                        "3",
                        "--alpha",
                        "1");

        assertThat(chain.exitCode()).isZero();
        assertThat(chain.err()).isEmpty();
        assertThat(chain.out())
                .contains("token #0 '<s>' absorbs")
                .contains("puts all mass (1.0000) on #0 '<s>': that is the mask's doing");
    }

    @Test
    void personalisingMovesRankToTheTokenNamed() {
        JsonObject uniform =
                PerronProcess.run("rank", "--text", FOX, "--alpha", "0.5", "--json").json();
        JsonObject fox =
                PerronProcess.run(
                                "rank",
                                "--text",
                                FOX,
                                "--alpha",
                                "0.5",
                                "--personalize",
                                "fox",
                                "--json")
                        .json();

        assertThat(score(fox, 4)).isGreaterThan(0.5);
        assertThat(score(uniform, 4)).isLessThan(0.3);
    }

    @Test
    void specialTokensDroppedOrCensoredLeaveTheOthers() {
        for (String how : List.of("drop", "censor")) {
            JsonObject rank =
                    PerronProcess.run("rank", "--text", FOX, "--special-tokens", how, "--json")
                            .json();
            assertThat(rank.get("tokens").getAsJsonArray()).hasSize(9);
            assertThat(sum(rank)).isCloseTo(1, within(1e-9));
            assertThat(rank.get("specialTokens").getAsString()).isEqualTo(how);
        }
    }

    @Test
    void allLayersAndWeightedHeadsMakeOneChain() {
        JsonObject rank =
                PerronProcess.run(
                                "rank", "--text", FOX, "--layer", "all", "--heads", "lambda2",
                                "--json")
                        .json();

        assertThat(rank.get("layer").getAsString()).isEqualTo("all");
        assertThat(rank.get("head").getAsString()).isEqualTo("lambda2");
        assertThat(sum(rank)).isCloseTo(1, within(1e-9));
    }

    @Test
    void textComesFromStandardInputToo() {
        PerronProcess typed = PerronProcess.run("rank", "--text", FOX, "--csv");
        PerronProcess piped = PerronProcess.fed(FOX, "rank", "--text", "-", "--csv");

        assertThat(piped.out()).isEqualTo(typed.out()).startsWith("layer,head,token_index,token,");
    }

    @Test
    void everyMethodThatFitsGivesTheSameScores() {
        JsonObject exact =
                PerronProcess.run("rank", "--text", FOX, "--method", "elimination", "--json")
                        .json();
        assertThat(exact.get("method").getAsString()).isEqualTo("elimination");
        assertThat(exact.get("tolerance").isJsonNull()).isTrue();
        for (String method : List.of("power", "krylov")) {
            JsonObject rank =
                    PerronProcess.run("rank", "--text", FOX, "--method", method, "--json").json();
            assertThat(rank.get("method").getAsString()).startsWith(method);
            assertThat(rank.get("tolerance").getAsDouble()).isEqualTo(1e-9);
            for (int i = 0; i < 11; i++) {
                assertThat(score(rank, i)).isCloseTo(score(exact, i), within(2e-9));
            }
        }
    }

    @Test
    void outOfStepsIsSaidAndStillShown() {
        PerronProcess rank =
                PerronProcess.run("rank", "--text", FOX, "--max-iterations", "2", "--json");

        assertThat(rank.exitCode()).isEqualTo(4);
        assertThat(rank.out()).contains("\"converged\":false");
        assertThat(rank.err().lines()).hasSize(1);
        assertThat(rank.err()).contains("not converged").contains("--max-iterations");
    }

    @Test
    void aFigureIsWrittenBesideTheAnswer(@TempDir Path folder) throws Exception {
        Path svg = folder.resolve("rank.svg");
        Path png = folder.resolve("rank.png");

        assertThat(PerronProcess.run("rank", "--text", FOX, "--figure", svg.toString()).exitCode())
                .isZero();
        assertThat(PerronProcess.run("rank", "--text", FOX, "--figure", png.toString()).exitCode())
                .isZero();
        assertThat(Files.readString(svg)).startsWith("<?xml").contains("fox");
        assertThat(Files.readAllBytes(png))
                .startsWith((byte) 0x89, (byte) 'P', (byte) 'N', (byte) 'G');
        try (var files = Files.list(folder)) {
            assertThat(files).hasSize(2);
        }
    }

    private static double sum(JsonObject rank) {
        return StreamSupport.stream(rank.get("tokens").getAsJsonArray().spliterator(), false)
                .map(JsonElement::getAsJsonObject)
                .mapToDouble(token -> token.get("score").getAsDouble())
                .sum();
    }

    private static double score(JsonObject rank, int index) {
        return rank.get("tokens")
                .getAsJsonArray()
                .get(index)
                .getAsJsonObject()
                .get("score")
                .getAsDouble();
    }
}
