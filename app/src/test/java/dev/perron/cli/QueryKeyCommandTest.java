package dev.perron.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonObject;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/// Commands on raw scores, and on Q and K, in files.
class QueryKeyCommandTest {
    @TempDir private Path folder;

    /// Scores of all pairs, `[n, n]`, in double and then rounded.
    private static float[] scores(float[] q, float[] k, int n, int d) {
        float[] scores = new float[n * n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                double sum = 0;
                for (int c = 0; c < d; c++) {
                    sum += (double) q[i * d + c] * k[j * d + c];
                }
                scores[i * n + j] = (float) (sum / Math.sqrt(d));
            }
        }
        return scores;
    }

    @ParameterizedTest
    @CsvSource({"2048, 64, ''", "2048, 64, --causal", "150, 8, --window 20"})
    void queriesAndKeysRankAsTheirScoresDo(int n, int d, String mask) throws IOException {
        Random random = new Random(n);
        float[] q = NpyFile.normal(n * d, random);
        float[] k = NpyFile.normal(n * d, random);
        Path queries = NpyFile.write(folder.resolve("q.npy"), q, n, d);
        Path keys = NpyFile.write(folder.resolve("k.npy"), k, n, d);
        Path dense = NpyFile.write(folder.resolve("s.npy"), scores(q, k, n, d), n, n);

        List<Double> ours =
                ranked(mask, "--queries", queries.toString(), "--keys", keys.toString());
        List<Double> theirs = ranked(mask, dense.toString(), "--scores");
        double distance = 0;
        for (int i = 0; i < n; i++) {
            distance += Math.abs(ours.get(i) - theirs.get(i));
        }
        assertThat(ours).hasSize(n);
        assertThat(distance).isLessThan(1e-6);
    }

    @Test
    void groupedQueriesAndABiasOfZerosChangeNothing() throws IOException {
        int n = 20;
        Random random = new Random(5);
        float[] q = NpyFile.normal(4 * n * 8, random);
        float[] k = NpyFile.normal(2 * n * 8, random);
        String queries = NpyFile.write(folder.resolve("q.npy"), q, 4, n, 8).toString();
        String keys = NpyFile.write(folder.resolve("k.npy"), k, 2, n, 8).toString();
        String zeros = NpyFile.write(folder.resolve("b.npy"), new float[n * n], n, n).toString();
        String[] layer = {"--queries", queries, "--keys", keys, "--scale", "0.5"};

        List<Double> mean = ranked("", layer);
        List<Double> biased = ranked("--bias " + zeros, layer);
        for (int i = 0; i < n; i++) {
            assertThat(biased.get(i)).isCloseTo(mean.get(i), within(1e-7));
        }
        PerronProcess one =
                PerronProcess.run(
                        "chain", "--queries", queries, "--keys", keys, "--head", "3", "--json");
        assertThat(one.json().get("head").getAsInt()).isEqualTo(3);
        assertThat(one.json().get("keyHeads").getAsInt()).isEqualTo(2);
        assertThat(PerronProcess.run("bounce", "--queries", queries, "--keys", keys).exitCode())
                .isZero();
        // Random tokens hold no groups together, which is an answer too.
        assertThat(PerronProcess.run("states", "--queries", queries, "--keys", keys).exitCode())
                .isIn(0, 4);
    }

    /// The same queries and keys twice: what says how scores are made holds for both sides.
    @Test
    void comparedHeadsAreMadeAlike() throws IOException {
        int n = 12;
        Random random = new Random(8);
        float[] one = NpyFile.normal(n * 4, random);
        float[] twice = Arrays.copyOf(one, 2 * one.length);
        System.arraycopy(one, 0, twice, one.length, one.length);
        String q = NpyFile.write(folder.resolve("q.npy"), twice, 2, n, 4).toString();

        PerronProcess compare =
                PerronProcess.run(
                        "compare",
                        "--queries",
                        q,
                        "--keys",
                        q,
                        "--scale",
                        "3",
                        "--head",
                        "0",
                        "--with-head",
                        "1",
                        "--fail-if",
                        "js>0");
        assertThat(compare.exitCode()).as(compare.err()).isZero();
    }

    @Test
    void aBiasMasksAndTokensAreNamed() throws IOException {
        String q = NpyFile.write(folder.resolve("q.npy"), new float[] {0, 0}, 2, 1).toString();
        float masked = Float.NEGATIVE_INFINITY;
        String bias =
                NpyFile.write(folder.resolve("b.npy"), new float[] {0, masked, 0, 0}, 2, 2)
                        .toString();
        Path names = Files.writeString(folder.resolve("names.txt"), "a\nb\n");

        PerronProcess rank =
                PerronProcess.run(
                        "bounce",
                        "--queries",
                        q,
                        "--keys",
                        q,
                        "--bias",
                        bias,
                        "--steps",
                        "1",
                        "--from",
                        "b",
                        "--tokens",
                        names.toString(),
                        "--csv");
        assertThat(rank.exitCode()).as(rank.err()).isZero();
        assertThat(rank.out()).contains("1,0,a,false,0.5", "1,1,b,false,0.5");
        PerronProcess chain =
                PerronProcess.run("chain", "--queries", q, "--keys", q, "--bias", bias);
        assertThat(chain.out()).contains("absorb");
    }

    @Test
    void scoresAreTakenByTheOtherCommandsToo() throws IOException {
        String scores =
                NpyFile.write(folder.resolve("s.npy"), new float[] {0, 9, -1, -1}, 1, 2, 2)
                        .toString();
        for (String command : List.of("heads", "inspect", "chain", "bounce")) {
            PerronProcess process = PerronProcess.run(command, scores, "--scores", "--causal");
            assertThat(process.exitCode()).as(command + ": " + process.err()).isZero();
        }
        assertThat(PerronProcess.run("inspect", scores).out()).contains("--scores");
        JsonObject document =
                PerronProcess.run("rank", scores, "--scores", "--causal", "--json").json();
        assertThat(document.get("numbers").getAsString()).isEqualTo("scores");
        assertThat(document.get("causalMask").getAsBoolean()).isTrue();
        assertThat(document.get("window").isJsonNull()).isTrue();
    }

    @Test
    void aCommandLineOrAFileThatDoesNotFitIsRefused() throws IOException {
        String q = NpyFile.write(folder.resolve("q.npy"), new float[6], 3, 2).toString();
        String k = NpyFile.write(folder.resolve("k.npy"), new float[4], 2, 2).toString();
        String nan =
                NpyFile.write(folder.resolve("n.npy"), new float[] {0, Float.NaN, 0, 0}, 2, 2)
                        .toString();

        refused(2, "keys without queries", "--keys", k);
        refused(2, "--queries and FILE", "--queries", q, "--keys", q, q);
        refused(2, "--queries and --text", "--queries", q, "--keys", q, "--text", "x");
        refused(2, "exclude each other", "--queries", q, "--keys", q, "--scores");
        refused(2, "Q and K have none", "--queries", q, "--keys", q, "--axes", "q,k");
        refused(2, "--scale and --bias need", q, "--scale", "1");
        refused(2, "--scale NaN", "--queries", q, "--keys", q, "--scale", "NaN");
        refused(2, "--window 0", "--queries", q, "--keys", q, "--window", "0");
        refused(2, "need --scores", q, "--causal");
        refused(2, "is about scores in a file, or Q and K", "--text", "x", "--scores");
        refused(3, "queries 3 x 2 for keys 2 x 2", "--queries", q, "--keys", k);
        refused(
                3,
                "no array 'q'; expected one array, which has no name",
                q,
                "--query-array",
                "q",
                "--key-array",
                "k");
        refused(3, "no such file", "--queries", "no.npy", "--keys", k);
        refused(3, "--bias", "--queries", q, "--keys", q, "--bias", k);
        refused(3, "row 0, key 1: a score of NaN", nan, "--scores");
        refused(3, "channel 1: NaN", "--queries", nan, "--keys", nan);
        refused(3, "look at the bias", "--queries", k, "--keys", k, "--bias", nan);
        refused(3, "--head 1", "--queries", q, "--keys", q, "--head", "1");
        refused(3, "--layer 1", "--queries", q, "--keys", q, "--layer", "1");
    }

    private static List<Double> ranked(String mask, String... input) {
        String[] arguments =
                Stream.of(
                                Stream.of("rank"),
                                Stream.of(input),
                                Stream.of(mask.split(" ")).filter(word -> !word.isEmpty()),
                                Stream.of("--json"))
                        .flatMap(words -> words)
                        .toArray(String[]::new);
        List<Double> scores = new ArrayList<>();
        PerronProcess.run(arguments)
                .json()
                .getAsJsonArray("tokens")
                .forEach(token -> scores.add(token.getAsJsonObject().get("score").getAsDouble()));
        return scores;
    }

    @Test
    void whatGoesThroughLayersNeedsRows() throws IOException {
        Path file = folder.resolve("qk.npz");
        byte[] vectors =
                Files.readAllBytes(
                        NpyFile.write(
                                folder.resolve("v.npy"),
                                NpyFile.normal(2 * 5 * 4, new Random(5)),
                                2,
                                5,
                                4));
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            for (String name : List.of("queries.npy", "keys.npy")) {
                zip.putNextEntry(new ZipEntry(name));
                zip.write(vectors);
            }
        }
        assertThat(ranked("", file.toString())).hasSize(5);
        refused(
                3,
                "holds queries and keys, --method rollout",
                file.toString(),
                "--method",
                "rollout");
        PerronProcess converted =
                PerronProcess.run(
                        "convert", file.toString(), "-o", folder.resolve("b.npz").toString());
        assertThat(converted.err()).contains("holds queries and keys, convert writes rows");
        assertThat(converted.exitCode()).isEqualTo(3);
        String sparse = Files.writeString(folder.resolve("a.mtx"), "").toString();
        refused(3, "is one sparse chain, --method rollout", sparse, "--method", "rollout");
    }

    private static void refused(int code, String found, String... input) {
        String[] arguments =
                Stream.concat(Stream.of("rank"), Stream.of(input)).toArray(String[]::new);
        PerronProcess process = PerronProcess.run(arguments);
        assertThat(process.err().strip()).contains(found).hasLineCount(1);
        assertThat(process.exitCode()).as(process.err()).isEqualTo(code);
        assertThat(process.out()).isEmpty();
    }
}
