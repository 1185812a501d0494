package dev.perron.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/// `extract` and `convert`, as processes.
class ConversionTest {
    private static final String FOX = "The quick brown fox jumps over the lazy dog";

    @TempDir private Path folder;

    @Test
    void theRankingOfAnExtractedFileIsTheModelsBitForBit() throws IOException {
        String file = folder.resolve("fox.safetensors").toString();
        PerronProcess extracted = run("extract", "--text", FOX, "-o", file);
        assertThat(extracted.out()).isEqualTo(file + "\n");
        for (String[] options :
                new String[][] {
                    {"--layer", "3", "--head", "5"},
                    {"--layer", "all", "--special-tokens", "drop"}
                }) {
            assertThat(csv(options, file)).isEqualTo(csv(options, "--text", FOX));
        }
        assertThat(left()).containsExactly("fox.safetensors");
    }

    @Test
    void oneLayerIsExtractedWithItsNumberAndWhatWasThereIsReplaced() throws IOException {
        Path file = folder.resolve("fox.npz");
        run("extract", "--text", FOX, "-o", file.toString());
        run("extract", "--text", FOX, "--layers", "-1,1-2", "-o", file.toString());

        String facts = run("inspect", file.toString(), "--json").out();
        assertThat(facts).contains("\"layers\":[1,2,5]", "\"model\":\"all-MiniLM-L6-v2");
        assertThat(left()).containsExactly("fox.json", "fox.npz");
        assertThat(csv(new String[] {"--layer", "5", "--head", "0"}, file.toString()))
                .isEqualTo(csv(new String[] {"--layer", "5", "--head", "0"}, "--text", FOX));
    }

    @Test
    void aConvertedFileRanksAlike() throws IOException {
        String first = folder.resolve("a.safetensors").toString();
        String second = folder.resolve("b.npy").toString();
        run("extract", "--text", FOX, "-o", first);
        run("convert", first, "-o", second);

        String[] options = {"--layer", "2", "--head", "1"};
        assertThat(csv(options, second)).isEqualTo(csv(options, first));

        String half = folder.resolve("c.safetensors").toString();
        run("convert", second, "-o", half, "--dtype", "bfloat16");
        assertThat(run("inspect", half).out()).contains("bfloat16");
        assertThat(left()).containsExactly("a.safetensors", "b.json", "b.npy", "c.safetensors");
    }

    @Test
    void aSparseChainIsRankedByTheNumbersOfItsStatesAndConverted() throws IOException {
        Path chain =
                Files.writeString(
                        folder.resolve("chain.mtx"),
                        """
                        %%MatrixMarket matrix coordinate real general
                        3 3 4
                        1 2 1
                        2 1 0.5
                        2 3 0.5
                        3 1 1
                        """);
        String dense = folder.resolve("dense.npy").toString();
        run("convert", chain.toString(), "-o", dense);

        // π(0) = π(1)/2 + π(2), π(1) = π(0), π(2) = π(1)/2.
        assertThat(scores(chain.toString(), "--alpha", "1"))
                .containsExactly(new double[] {.4, .4, .2}, within(1e-12));
        assertThat(scores(dense, "--alpha", "0.9"))
                .containsExactly(scores(chain.toString(), "--alpha", "0.9"), within(1e-8));
        for (String command : List.of("bounce", "chain")) {
            assertThat(run(command, chain.toString()).out()).contains("chain.mtx");
        }
        Path names = Files.writeString(folder.resolve("names.txt"), "start\nmiddle\nend\n");
        assertThat(run("rank", chain.toString(), "--tokens", names.toString()).out())
                .contains("middle");
    }

    @Test
    void whatCanNotBeWrittenIsRefusedAndNothingIsLeftBehind() throws IOException {
        String file = folder.resolve("a.npy").toString();
        Path there = NpyFile.write(folder.resolve("b.npy"), new float[] {1, 0, 0, 1}, 2, 2);
        Path broken = Files.writeString(folder.resolve("c.npz"), "no zip");
        Path sums =
                Files.writeString(
                        folder.resolve("d.mtx"),
                        "%%MatrixMarket matrix coordinate real general\n1 1 1\n1 1 0.5\n");

        refused(2, "nothing to read", "extract", "-o", file);
        refused(2, "--output", "extract", "--text", FOX);
        refused(2, "must end in .npy", "extract", "--text", FOX, "-o", file + ".txt");
        refused(2, "counts them from 0", "extract", "--text", FOX, "--layers", "2", "-o", file);
        refused(2, "--layers x", "extract", "--text", FOX, "--layers", "x", "-o", file);
        refused(2, "no layer from 3 to 1", "extract", "--text", FOX, "--layers", "3-1", "-o", file);
        refused(3, "--layer 9", "extract", "--text", FOX, "--layers", "0-9", "-o", file);
        refused(2, "--dtype", "extract", "--text", FOX, "--dtype", "int8", "-o", file);
        refused(2, "bfloat16", "extract", "--text", FOX, "--dtype", "bfloat16", "-o", file);
        refused(3, "can't be written", "extract", "--text", FOX, "-o", file + "/no/a.npz");
        refused(2, "nothing to convert", "convert", "-o", file);
        refused(2, "file that is read", "convert", there.toString(), "-o", there.toString());
        refused(2, "--rows uniform", "convert", file, "--rows", "uniform", "-o", "x.npz");
        refused(3, "no such file", "convert", "no.npy", "-o", file);
        refused(
                3,
                "sidecar",
                "convert",
                there.toString(),
                "-o",
                folder.resolve("b.npz").toString());
        refused(3, "c.npz", "convert", broken.toString(), "-o", file);
        refused(3, "row 1 sums to 0.5", "convert", sums.toString(), "-o", file);
        refused(3, "row 1 sums to 0.5", "rank", sums.toString());
        refused(2, "a sparse chain has none", "rank", sums.toString(), "--batch", "1");
        refused(2, "attention already", "rank", sums.toString(), "--causal");

        assertThat(left()).containsExactly("b.npy", "c.npz", "d.mtx");
    }

    private List<String> left() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private static PerronProcess run(String... arguments) {
        PerronProcess process = PerronProcess.run(arguments);
        assertThat(process.exitCode())
                .as("%s: %s", Arrays.toString(arguments), process.err())
                .isZero();
        return process;
    }

    private static double[] scores(String file, String... options) {
        String[] arguments =
                Stream.concat(Stream.of("rank", file, "--json"), Stream.of(options))
                        .toArray(String[]::new);
        return run(arguments).json().getAsJsonArray("tokens").asList().stream()
                .mapToDouble(token -> token.getAsJsonObject().get("score").getAsDouble())
                .toArray();
    }

    private static String csv(String[] options, String... input) {
        return run(Stream.of(
                                Stream.of("rank"),
                                Stream.of(input),
                                Stream.of(options),
                                Stream.of("--csv"))
                        .flatMap(words -> words)
                        .toArray(String[]::new))
                .out();
    }

    private static void refused(int code, String found, String... arguments) {
        PerronProcess process = PerronProcess.run(arguments);
        assertThat(process.err().strip()).contains(found).hasLineCount(1);
        assertThat(process.exitCode()).as(process.err()).isEqualTo(code);
        assertThat(process.out()).isEmpty();
    }
}
