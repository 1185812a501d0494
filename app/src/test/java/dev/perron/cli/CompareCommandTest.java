package dev.perron.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// `perron compare` as a process.
class CompareCommandTest {
    private static final String FOX = "The quick brown fox jumps over the lazy dog";

    @TempDir private Path folder;

    private Path one;
    private Path other;

    /// Row 1 differs: (½,½,0) and (0,½,½), whose divergence is ½ log 2.
    @BeforeEach
    void twoFilesThatDifferInOneRow() throws IOException {
        one = folder.resolve("one.csv");
        other = folder.resolve("other.csv");
        Files.writeString(one, "the,quick,fox\n0.5,0.25,0.25\n0.5,0.5,0\n0.25,0.25,0.5\n");
        Files.writeString(other, "the,quick,fox\n0.5,0.25,0.25\n0,0.5,0.5\n0.25,0.25,0.5\n");
    }

    private PerronProcess compared(String... options) {
        return with(List.of(one.toString(), other.toString()), options);
    }

    private static PerronProcess with(List<String> inputs, String... options) {
        String[] arguments = new String[1 + inputs.size() + options.length];
        arguments[0] = "compare";
        for (int i = 0; i < inputs.size(); i++) {
            arguments[1 + i] = inputs.get(i);
        }
        System.arraycopy(options, 0, arguments, 1 + inputs.size(), options.length);
        return PerronProcess.run(arguments);
    }

    @Test
    void twoFilesDifferByTheRowThatDiffers() {
        JsonObject found = compared("--json").json();
        JsonObject rows = found.getAsJsonObject("rows");
        assertThat(rows.get("js").getAsDouble()).isCloseTo(Math.log(2) / 6, within(1e-15));
        assertThat(rows.get("jsShare").getAsDouble()).isCloseTo(1 / 6.0, within(1e-15));
        assertThat(rows.get("jsLargest").getAsDouble()).isCloseTo(Math.log(2) / 2, within(1e-15));
        assertThat(rows.getAsJsonObject("largestRow").get("token").getAsString())
                .isEqualTo("quick");
        assertThat(found.getAsJsonObject("one").get("file").getAsString()).endsWith("one.csv");
        assertThat(found.getAsJsonObject("other").get("file").getAsString()).endsWith("other.csv");
    }

    @Test
    void theTableAndTheCsvHaveEveryMetric() {
        PerronProcess table = compared();
        PerronProcess csv = compared("--csv");
        assertThat(table.exitCode()).as(table.err()).isZero();
        for (String metric : ComparedPair.METRICS.keySet()) {
            assertThat(table.out()).contains("\n" + metric + " ");
            assertThat(csv.out()).contains("\n" + metric + ",");
        }
        assertThat(table.out()).contains("16.7% of log 2").contains("row #1 'quick'");
        assertThat(csv.out()).startsWith("metric,value\njs,0.1155245300933242");
    }

    @Test
    void headsOfOneModelAreComparedAndDrawn() throws IOException {
        Path svg = folder.resolve("difference.svg");
        PerronProcess process =
                PerronProcess.run(
                        "compare",
                        "--text",
                        FOX,
                        "--layer",
                        "2",
                        "--head",
                        "3",
                        "--with-head",
                        "7",
                        "--json",
                        "--figure",
                        svg.toString());
        JsonObject found = process.json();
        assertThat(found.getAsJsonObject("one").get("head").getAsInt()).isEqualTo(3);
        assertThat(found.getAsJsonObject("other").get("head").getAsInt()).isEqualTo(7);
        assertThat(found.get("tokens").getAsInt()).isEqualTo(11);
        JsonObject rank = found.getAsJsonObject("rank");
        JsonArray interval = rank.getAsJsonArray("rho95");
        assertThat(rank.get("rho").getAsDouble())
                .isBetween(interval.get(0).getAsDouble(), interval.get(1).getAsDouble());
        double gap =
                found.getAsJsonObject("other").get("lambda2").getAsDouble()
                        - found.getAsJsonObject("one").get("lambda2").getAsDouble();
        assertThat(found.get("gapDifference").getAsDouble()).isCloseTo(gap, within(1e-15));
        assertThat(Files.readString(svg)).contains("L2H3 less L2H7");
    }

    @Test
    void aLayerComparedWithItselfDoesNotDiffer() {
        PerronProcess same =
                with(List.of(), "--text", FOX, "--with-layer", "-1", "--csv", "--fail-if", "js>0");
        assertThat(same.exitCode()).as(same.err()).isZero();
        assertThat(same.out()).contains("js,0.0\n", "rho,1.0\n", "overlap,1.0\n");
    }

    @Test
    void aCheckThatHoldsEndsWithFiveAfterTheAnswer() {
        PerronProcess failed =
                compared("--csv", "--fail-if", "js>0.05", "--fail-if", "overlap < 1");
        assertThat(failed.exitCode()).isEqualTo(5);
        assertThat(failed.out()).contains("js,0.1155");
        assertThat(failed.err().strip())
                .isEqualTo("perron compare: check failed, js>0.05: js is 0.11552453009332421");
        assertThat(compared("--fail-if", "js>=0.2").exitCode()).isZero();
        PerronProcess missing = compared("--fail-if", "metastability>0.1");
        assertThat(missing.exitCode()).isEqualTo(4);
        assertThat(missing.err().strip()).contains("metastability has no value").hasLineCount(1);
    }

    @Test
    void eachHeadWithEachIsAMatrixAndClusters() throws IOException {
        Path png = folder.resolve("heads.png");
        JsonObject found =
                with(
                                List.of(),
                                "--text",
                                FOX,
                                "--each-head",
                                "--layer",
                                "all",
                                "--clusters",
                                "5",
                                "--json",
                                "--figure",
                                png.toString())
                        .json();
        JsonArray heads = found.getAsJsonArray("heads");
        assertThat(heads).hasSize(72);
        assertThat(found.get("clusters").getAsInt()).isEqualTo(5);
        for (int h = 0; h < 72; h++) {
            JsonArray distances = heads.get(h).getAsJsonObject().getAsJsonArray("distances");
            assertThat(distances.get(h).getAsDouble()).isZero();
            assertThat(distances).hasSize(72);
        }
        assertThat(png).isNotEmptyFile();
    }

    @Test
    void eachHeadOfTwoFilesIsHeldAgainstTheOneOfItsPlace() {
        PerronProcess failed = compared("--each-head", "--fail-if", "js>0.05");
        assertThat(failed.exitCode()).isEqualTo(5);
        assertThat(failed.out()).contains("A:L0H0", "B:L0H0", "heads of the same place");
        assertThat(compared("--each-head", "--csv").out())
                .contains("A,0,0,", ",B,0,0,")
                .hasLineCount(2);
    }

    @Test
    void otherTokensAreRefusedUnlessThoseInCommonAreAskedFor() throws IOException {
        Path longer = folder.resolve("longer.csv");
        Files.writeString(
                longer,
                "the,very,quick,fox\n0.5,0,0.25,0.25\n0,1,0,0\n0.25,0.5,0.25,0\n0.25,0,0.25,0.5\n");
        List<String> inputs = List.of(one.toString(), longer.toString());

        refused(3, "has 3 tokens", "compare", one.toString(), longer.toString());
        JsonObject common = with(inputs, "--common-tokens", "--json").json();
        assertThat(common.get("tokens").getAsInt()).isEqualTo(3);
        assertThat(common.getAsJsonObject("rows").get("js").getAsDouble()).isZero();
    }

    @Test
    void asManyTokensOfOtherNamesAreComparedAndSaid() throws IOException {
        Files.writeString(other, "the,slow,fox\n0.5,0.25,0.25\n0.5,0.5,0\n0.25,0.25,0.5\n");
        assertThat(compared().out()).contains("1 of 3 tokens have other names", "#1 'slow'");
    }

    @Test
    void aCommandLineThatContradictsItselfIsRefused() {
        refused(2, "nothing to compare with", "compare", "a.npz");
        refused(2, "--with-model need", "compare", "a.npz", "--with-model", "m.onnx");
        refused(2, "exclude each other", "compare", "a.npz", "b.npz", "--text", "x");
        refused(2, "--with-tokenizer needs", "compare", "a", "b", "--with-tokenizer", "t");
        refused(2, "--clusters needs", "compare", "a", "b", "--clusters", "2");
        refused(2, "--clusters 0", "compare", "a", "b", "--each-head", "--clusters", "0");
        refused(2, "leave out --head", "compare", one.toString(), "--each-head", "--head", "0");
        refused(2, "--top 0", "compare", "a", "b", "--top", "0");
        refused(2, "needs a second input", "compare", "a", "--each-head", "--fail-if", "js>1");
        refused(3, "at most the 2 heads", commandOfEach("--clusters", "3"));
        refused(2, "as js>0.05", "compare", "a", "b", "--fail-if", "js is large");
        refused(2, "'many', must be a number", "compare", "a", "b", "--fail-if", "js>many");
        refused(
                2,
                "no metric 'jsd'; there are js, js-largest, rank-js, l1, rho, tau, overlap, gap,"
                        + " metastability",
                "compare",
                "a",
                "b",
                "--fail-if",
                "jsd>1");
    }

    private String[] commandOfEach(String... options) {
        String[] arguments = new String[4 + options.length];
        arguments[0] = "compare";
        arguments[1] = one.toString();
        arguments[2] = other.toString();
        arguments[3] = "--each-head";
        System.arraycopy(options, 0, arguments, 4, options.length);
        return arguments;
    }

    private static void refused(int code, String found, String... arguments) {
        PerronProcess process = PerronProcess.run(arguments);
        assertThat(process.exitCode()).as(process.err()).isEqualTo(code);
        assertThat(process.out()).isEmpty();
        assertThat(process.err().strip()).contains(found).hasLineCount(1);
    }

    @Test
    void figuresCanBeReadAsXml() throws Exception {
        Path svg = folder.resolve("difference.svg");
        assertThat(compared("--figure", svg.toString()).exitCode()).isZero();
        javax.xml.parsers.DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(svg.toFile());
        assertThat(Files.readString(svg)).contains("-0.500", "one.csv less");
    }
}
