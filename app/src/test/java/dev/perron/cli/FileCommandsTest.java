package dev.perron.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;

import dev.perron.attention.AttentionTensor;
import dev.perron.format.AttentionWriter;
import dev.perron.format.ElementType;
import dev.perron.format.Sidecar;
import dev.perron.onnx.OnnxModel;
import dev.perron.onnx.TextTokenizer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;

/// Commands on a file of attention in place of a text.
class FileCommandsTest {
    private static final String FOX = "The quick brown fox jumps over the lazy dog";

    @TempDir private Path folder;

    @Test
    void theRankingOfAModelsAttentionInAFileIsTheModelsBitForBit() {
        Path file = folder.resolve("fox.safetensors");
        try (OnnxModel model = OnnxModel.embedded();
                TextTokenizer tokenizer = TextTokenizer.embedded()) {
            AttentionTensor tensor =
                    model.attend(
                            tokenizer.encode(FOX),
                            IntStream.range(0, model.layers()).boxed().toList());
            AttentionWriter.write(
                    file,
                    tensor,
                    ElementType.FLOAT32,
                    Sidecar.of(tensor, model.description().name()));
        }
        for (String[] options :
                new String[][] {
                    {"--layer", "3", "--head", "5"},
                    {"--layer", "2", "--special-tokens", "drop"},
                    {"--layer", "all", "--heads", "lambda2"}
                }) {
            assertThat(ranked(options, file.toString())).isEqualTo(ranked(options, "--text", FOX));
        }
    }

    @Test
    void paddedRowsAreNamedAndLeftOutAsAskedAndPositionsStayTheFiles() throws IOException {
        Path csv = folder.resolve("a.csv");
        Files.writeString(csv, "[PAD],the,fox\n0,0,0\n0,0.25,0.75\n0,0.5,0.5\n");

        PerronProcess strict = PerronProcess.run("rank", csv.toString());
        assertThat(strict.exitCode()).isEqualTo(3);
        assertThat(strict.err()).contains("an empty row 0").contains("--rows drop-empty");

        PerronProcess dropped =
                PerronProcess.run("rank", csv.toString(), "--rows", "drop-empty", "--json");
        assertThat(dropped.exitCode()).isZero();
        JsonObject fox = tokens(dropped).get(1).getAsJsonObject();
        assertThat(fox.get("index").getAsInt()).isEqualTo(2);
        assertThat(fox.get("token").getAsString()).isEqualTo("fox");
    }

    @Test
    void inspectSaysWhatAFileHoldsAndWhichOptionActs() throws IOException {
        Path csv = folder.resolve("a.csv");
        Files.writeString(csv, "a,b\n0.25,0.5\n0.75,0.5\n");

        PerronProcess inspected = PerronProcess.run("inspect", csv.toString());
        assertThat(inspected.exitCode()).isZero();
        assertThat(inspected.out())
                .contains("q,k", "columns sum to 1", "2 queries x 2 keys")
                .contains("rows don't: stored as key by query; --axes k,q");
        assertThat(PerronProcess.run("rank", csv.toString(), "--axes", "k,q").exitCode()).isZero();
    }

    @Test
    void aCommandLineThatContradictsItselfIsRefused() {
        assertRefused("nothing to read", "rank");
        assertRefused("exclude each other", "rank", "a.npy", "--text", "x");
        assertRefused("need --text", "rank", "a.npy", "--model", "m.onnx");
        assertRefused("--axes", "rank", "a.npy", "--axes", "x,y");
        assertRefused("--rows sometimes", "rank", "a.npy", "--rows", "sometimes");
        assertRefused("--padding", "rank", "a.npy", "--padding", "x");
    }

    private static void assertRefused(String found, String... arguments) {
        PerronProcess process = PerronProcess.run(arguments);
        assertThat(process.exitCode()).as(process.err()).isEqualTo(2);
        assertThat(process.err())
                .contains(found)
                .satisfies(err -> assertThat(err.strip()).hasLineCount(1));
    }

    private static JsonArray tokens(PerronProcess process) {
        return JsonParser.parseString(process.out()).getAsJsonObject().getAsJsonArray("tokens");
    }

    private static JsonArray ranked(String[] options, String... input) {
        String[] arguments = new String[options.length + input.length + 2];
        arguments[0] = "rank";
        System.arraycopy(input, 0, arguments, 1, input.length);
        System.arraycopy(options, 0, arguments, 1 + input.length, options.length);
        arguments[arguments.length - 1] = "--json";
        PerronProcess process = PerronProcess.run(arguments);
        assertThat(process.exitCode()).as(process.err()).isZero();
        return tokens(process);
    }
}
