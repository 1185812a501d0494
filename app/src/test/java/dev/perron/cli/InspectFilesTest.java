package dev.perron.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/// What `inspect` finds by arithmetic, and that the options which it names do act.
class InspectFilesTest {
    @TempDir private Path folder;

    /// Every query gives 0.4 to key 0 and shares the rest.
    private String withSink(int n) throws IOException {
        float[] rows = new float[n * n];
        Arrays.fill(rows, .6f / (n - 1));
        for (int i = 0; i < n; i++) {
            rows[i * n] = .4f;
        }
        return NpyFile.write(folder.resolve("sink.npy"), rows, n, n).toString();
    }

    @Test
    void aSinkAndASquareAreNamedWithOptionsThatAct() throws IOException {
        String file = withSink(50);
        assertThat(PerronProcess.run("inspect", file).out())
                .contains("#0 '0'", "--special 0", "--special-tokens censor")
                .contains("50 tokens", "--prefix 1 --grid 7x7");

        JsonObject censored =
                PerronProcess.run(
                                "rank",
                                file,
                                "--special",
                                "0",
                                "--special-tokens",
                                "censor",
                                "--json")
                        .json();
        assertThat(censored.getAsJsonArray("tokens")).hasSize(49);
        JsonObject patches =
                PerronProcess.run("rank", file, "--prefix", "1", "--grid", "7x7", "--json").json();
        JsonObject last = patches.getAsJsonArray("tokens").get(49).getAsJsonObject();
        assertThat(last.get("token").getAsString()).isEqualTo("6,6");
        PerronProcess told = PerronProcess.run("inspect", file, "--prefix", "1", "--grid", "7x7");
        assertThat(told.out())
                .contains("--special-tokens censor looks at the others alone")
                .doesNotContain("--special 0", "--grid");
    }

    @Test
    void placesThatDoNotFitAreRefused() throws IOException {
        String file = withSink(50);
        refused(2, "--grid 7", file, "--grid", "7");
        refused(3, "grid of 7 x 8", file, "--grid", "7x8");
        refused(3, "a special token at position 50", file, "--special", "50");
        refused(2, "about a FILE of attention", "--text", "x", "--axes", "q,k");
        refused(2, "--tokens is about a FILE", "--text", "x", "--tokens", "t.txt");
    }

    @Test
    void aSparseChainIsInspectedToo() throws IOException {
        String head = "%%MatrixMarket matrix coordinate real general\n3 3 4\n";
        Path chain =
                Files.writeString(
                        folder.resolve("c.mtx"), head + "1 2 1\n2 1 0.5\n2 2 0.5\n3 3 1\n");
        JsonObject found = PerronProcess.run("inspect", chain.toString(), "--json").json();
        assertThat(found.get("entries").getAsInt()).isEqualTo(4);
        assertThat(found.get("recurrentClasses").getAsInt()).isEqualTo(2);
        assertThat(PerronProcess.run("inspect", chain.toString()).out())
                .contains("recurrent classes", "--alpha below 1");
        Path none =
                Files.writeString(
                        folder.resolve("n.mtx"), head + "1 2 1\n2 1 0.5\n2 2 0.5\n3 3 2\n");
        PerronProcess off = PerronProcess.run("inspect", none.toString());
        assertThat(off.exitCode()).isZero();
        assertThat(off.out()).contains("no chain: ", "row 3 sums to 2.0");
        assertThat(PerronProcess.run("inspect", none.toString(), "--csv").out())
                .contains("worstRow,1.0");
    }

    @Test
    void queriesAndKeysAreInspectedAndTakenByAllCommands() throws IOException {
        String q = NpyFile.write(folder.resolve("q.npy"), new float[24], 3, 2, 2, 2).toString();
        String k = NpyFile.write(folder.resolve("k.npy"), new float[12], 3, 1, 2, 2).toString();
        String[] input = {"--queries", q, "--keys", k};
        JsonObject found = run("inspect", input, "--json").json();
        assertThat(found.getAsJsonArray("layers")).hasSize(3);
        assertThat(found.get("keyHeads").getAsInt()).isEqualTo(1);
        assertThat(run("inspect", input).out()).contains("--layer 2", "--causal", "--scale");
        assertThat(run("rank", input, "--layer", "1", "--head", "1", "--json").exitCode()).isZero();
        assertThat(run("rank", input, "--layer", "all").out()).contains("all 3 layers");
        assertThat(run("heads", input, "--csv").out().lines()).hasSize(1 + 6);
        assertThat(run("compare", input, "--each-head", "--layer", "all").exitCode()).isZero();
        Path html = folder.resolve("r.html");
        assertThat(run("report", input, "-o", html.toString()).exitCode()).isZero();
        assertThat(html).isNotEmptyFile();
    }

    private static PerronProcess run(String command, String[] input, String... more) {
        String[] all = new String[1 + input.length + more.length];
        all[0] = command;
        System.arraycopy(input, 0, all, 1, input.length);
        System.arraycopy(more, 0, all, 1 + input.length, more.length);
        return PerronProcess.run(all);
    }

    @Test
    void theFormOfAModelsAttentionIsSaidAndWhatCanNotBeIsRefused() {
        assertThat(PerronProcess.run("rank", "--text", "the fox", "--json").json().get("form"))
                .hasToString("\"rows\"");
        refused(3, "whose Q and K can't be had", "--text", "the fox", "--form", "qk");
        refused(2, "--form qk", "--texts", "x.txt", "--csv", "--form", "qk");
    }

    private static void refused(int code, String found, String... arguments) {
        PerronProcess process = run("rank", arguments);
        assertThat(process.err().strip()).contains(found).hasLineCount(1);
        assertThat(process.exitCode()).as(process.err()).isEqualTo(code);
        assertThat(process.out()).isEmpty();
    }
}
