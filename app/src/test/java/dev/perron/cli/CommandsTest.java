package dev.perron.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The other commands on the embedded model and on a causal one, as processes.
class CommandsTest {
    private static final String FOX = "The quick brown fox jumps over the lazy dog";

    @Test
    void headsHasOneRowAHeadAndWeightsThatSumToOne() {
        List<String> lines =
                PerronProcess.run("heads", "--text", FOX, "--csv").out().lines().toList();

        assertThat(lines).hasSize(1 + 6 * 12);
        List<String> header = List.of(lines.getFirst().split(","));
        double weights = 0;
        for (int i = 1; i < lines.size(); i++) {
            String[] row = lines.get(i).split(",");
            assertThat(row).hasSize(header.size());
            assertThat(Integer.parseInt(row[0])).isEqualTo((i - 1) / 12);
            assertThat(Integer.parseInt(row[1])).isEqualTo((i - 1) % 12);
            double lambda2 = Double.parseDouble(row[header.indexOf("lambda2")]);
            assertThat(lambda2).isBetween(0.0, 1.0);
            assertThat(Double.parseDouble(row[header.indexOf("gap")]))
                    .isCloseTo(1 - lambda2, within(1e-15));
            weights += Double.parseDouble(row[header.indexOf("weight")]);
        }
        assertThat(weights).isCloseTo(1, within(1e-12));
    }

    @Test
    void headsOfOneLayerAsADocumentAndAsAPicture(@TempDir Path folder) throws Exception {
        Path svg = folder.resolve("wall.svg");
        JsonObject heads =
                PerronProcess.run(
                                "heads",
                                "--text",
                                FOX,
                                "--layer",
                                "-2",
                                "--json",
                                "--figure",
                                svg.toString())
                        .json();

        assertThat(heads.get("heads").getAsJsonArray()).hasSize(12);
        assertThat(
                        heads.get("heads")
                                .getAsJsonArray()
                                .get(0)
                                .getAsJsonObject()
                                .get("layer")
                                .getAsInt())
                .isEqualTo(4);
        assertThat(Files.readString(svg)).contains("L4").contains("H11").doesNotContain("L5");
    }

    @Test
    void bouncesFromATokenAreLawsAndThoseToATokenAreProbabilities() {
        JsonArray from =
                PerronProcess.run(
                                "bounce", "--text", FOX, "--from", "fox", "--steps", "3", "--json")
                        .json()
                        .get("bounces")
                        .getAsJsonArray();
        JsonArray to =
                PerronProcess.run("bounce", "--text", FOX, "--to", "fox", "--steps", "3", "--json")
                        .json()
                        .get("bounces")
                        .getAsJsonArray();

        assertThat(from).hasSize(4);
        for (JsonElement law : from) {
            assertThat(numbers(law).stream().mapToDouble(x -> x).sum()).isCloseTo(1, within(1e-12));
        }
        // Four bounces from fox to fox, along rows and along columns.
        assertThat(numbers(to.get(3)).get(4)).isCloseTo(numbers(from.get(3)).get(4), within(1e-14));
    }

    @Test
    void chainSaysWhatAnOrdinaryHeadIs() {
        JsonObject chain =
                PerronProcess.run("chain", "--text", FOX, "--layer", "0", "--head", "3", "--json")
                        .json();

        assertThat(chain.get("unique").getAsBoolean()).isTrue();
        assertThat(chain.get("reducible").getAsBoolean()).isFalse();
        assertThat(chain.get("classes").getAsJsonArray()).hasSize(1);
        assertThat(chain.get("lambda2").getAsDouble()).isBetween(0.0, 1.0);
        JsonObject mixing = chain.get("mixingTime").getAsJsonObject();
        assertThat(mixing.get("steps").getAsLong()).isPositive();
        assertThat(mixing.get("distance").getAsDouble()).isBetween(0.0, 0.25);
        // Σ 1/(1-λ) over the ten eigenvalues but the 1: at least ½ each.
        assertThat(chain.get("kemenyConstant").getAsDouble()).isGreaterThan(5);
        assertThat(chain.get("entropyRate").getAsDouble()).isBetween(0.0, Math.log(11));
        double mass = 0;
        for (JsonElement token : chain.get("tokens").getAsJsonArray()) {
            mass += token.getAsJsonObject().get("stationary").getAsDouble();
        }
        assertThat(mass).isCloseTo(1, within(1e-12));
    }

    @Test
    void chainOfACausalHeadInAllItsForms() {
        String[] head = {
            "chain",
            "--model",
            SharedModels.stories().toString(),
            "--tokenizer",
            SharedModels.storiesTokenizer().toString(),
            "--text",
            "Once upon a time",
            "--layer",
            "0",
            "--head",
            "0"
        };
        JsonObject json = PerronProcess.run(with(head, "--json")).json();
        List<String> csv = PerronProcess.run(with(head, "--csv")).out().lines().toList();

        int n = json.get("states").getAsInt();
        assertThat(json.get("classes").getAsJsonArray()).hasSize(n);
        assertThat(json.get("absorbing").getAsJsonArray()).hasSize(1);
        assertThat(json.get("detailedBalanceViolation").getAsDouble()).isZero();
        assertThat(csv).hasSize(1 + n);
        assertThat(csv.get(1)).endsWith(",true,1,0,1.0,0.0,0.0");
    }

    @Test
    void inspectNamesEverySiteOfAModelWithoutRunningIt() {
        JsonObject embedded = PerronProcess.run("inspect", "--json").json();
        JsonObject stories =
                PerronProcess.run("inspect", SharedModels.stories().toString(), "--json").json();

        assertThat(embedded.get("contextLength").getAsInt()).isEqualTo(512);
        assertThat(embedded.get("sites").getAsJsonArray()).hasSize(6);
        assertThat(stories.get("sites").getAsJsonArray()).hasSize(5);
        for (JsonElement site : stories.get("sites").getAsJsonArray()) {
            assertThat(site.getAsJsonObject().get("direct").getAsBoolean()).isTrue();
            assertThat(site.getAsJsonObject().get("heads").getAsInt()).isEqualTo(8);
            assertThat(site.getAsJsonObject().get("keys").getAsString())
                    .isEqualTo("the same tokens");
            assertThat(site.getAsJsonObject().get("comesOut").getAsString()).isEqualTo("directly");
            assertThat(site.getAsJsonObject().get("option").getAsString())
                    .isEqualTo("--layer " + site.getAsJsonObject().get("layer").getAsInt());
        }
        assertThat(PerronProcess.run("inspect").out()).contains("yes, --layer 5");
    }

    @Test
    void aTextOfOneWordAndOneOfManyScripts() {
        for (String text : List.of("a", "日本語 العربية 🦊 \u202eabc", "tab\tand\nline")) {
            for (String command : List.of("rank", "heads", "chain", "bounce")) {
                PerronProcess run = PerronProcess.run(command, "--text", text);
                assertThat(run.exitCode()).as("%s of %s: %s", command, text, run.err()).isZero();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rank", "bounce", "heads", "chain", "states", "compare", "inspect", "extract",
                "convert", "snippet", "report"
            })
    void everyHelpHasAnExampleAndIsPlainText(String command) {
        PerronProcess help = PerronProcess.run(command, "--help");

        assertThat(help.exitCode()).isZero();
        assertThat(help.err()).isEmpty();
        assertThat(help.out()).contains("Example").contains("perron " + command);
        assertThat(help.out()).doesNotContain("\u001b");
    }

    @Test
    void theMainHelpListsCommandsAndExitCodes() {
        PerronProcess help = PerronProcess.run("--help");

        assertThat(help.out())
                .contains("rank", "bounce", "heads", "chain", "states", "compare", "inspect")
                .contains("extract", "convert", "snippet", "report")
                .contains("Exit codes")
                .containsPattern("3 +an input or a model is wrong");
    }

    @Test
    void completionIsAShellScript() {
        PerronProcess completion = PerronProcess.run("generate-completion");

        assertThat(completion.exitCode()).isZero();
        assertThat(completion.out()).contains("complete").contains("--special-tokens");
    }

    @Test
    void versionNamesTheCommit() {
        assertThat(PerronProcess.run("--version").out())
                .matches("perron \\S+ \\(commit \\S+, Java .*\\)\\R");
        assertThat(PerronProcess.run("rank", "--version").out()).startsWith("perron ");
    }

    private static String[] with(String[] arguments, String more) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.add(more);
        return all.toArray(String[]::new);
    }

    private static List<Double> numbers(JsonElement array) {
        List<Double> numbers = new ArrayList<>();
        array.getAsJsonArray().forEach(x -> numbers.add(x.getAsDouble()));
        return numbers;
    }
}
