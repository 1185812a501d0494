package dev.perron.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonObject;

import dev.perron.attention.Token;
import dev.perron.format.AttentionFile;
import dev.perron.format.FileDescription;
import dev.perron.format.ReadOptions;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The Python programs: their syntax, and what they save when run with NumPy stand-ins for the
/// models (src/test/python/snippets.py), read back without options.
class SnippetCommandTest {
    /// Debian's, which has Debian's NumPy, where there is one.
    private static final String PYTHON =
            Files.isExecutable(Path.of("/usr/bin/python3")) ? "/usr/bin/python3" : "python3";

    @TempDir private Path folder;

    @Test
    void withoutANameItListsThem() {
        PerronProcess listed = PerronProcess.run("snippet");
        assertThat(listed.exitCode()).isZero();
        assertThat(listed.out().lines()).hasSize(Snippet.values().length);
        assertThat(listed.out()).contains("hf-text", "vit", "dinov2", "transformerlens", "flux");
    }

    @Test
    void aNamePrintsOrWritesTheSameProgram() throws IOException {
        Path file = folder.resolve("dump.py");
        PerronProcess printed = PerronProcess.run("snippet", "vit");
        PerronProcess written = PerronProcess.run("snippet", "vit", "-o", file.toString());
        assertThat(printed.exitCode()).isZero();
        assertThat(printed.out()).isEqualTo(Snippet.VIT.program());
        assertThat(written.out().strip()).isEqualTo(file.toString());
        assertThat(Files.readString(file)).isEqualTo(printed.out());
    }

    @Test
    void whatIsNoSnippetAndNoPlaceIsRefused() {
        refused(2, "did you mean vit?", "snippet", "vti");
        refused(2, "there are hf-text, vit", "snippet", "keras");
        refused(2, "--output needs a NAME", "snippet", "-o", "x.py");
        refused(3, "there is no folder", "snippet", "vit", "-o", folder + "/none/x.py");
    }

    private static void refused(int code, String found, String... arguments) {
        PerronProcess process = PerronProcess.run(arguments);
        assertThat(process.exitCode()).as(process.err()).isEqualTo(code);
        assertThat(process.out()).isEmpty();
        assertThat(process.err().strip()).contains(found).hasLineCount(1);
    }

    @ParameterizedTest
    @EnumSource(Snippet.class)
    void theProgramIsPython(Snippet snippet) throws Exception {
        requirePython("import ast");
        Path file = Files.writeString(folder.resolve("program.py"), snippet.program());
        python(
                "-c",
                "import ast, sys; ast.parse(open(sys.argv[1], encoding='utf-8').read())",
                file.toString());
    }

    @Test
    void aTextModelsFileHasItsTokensAndSpecialOnes() throws Exception {
        try (AttentionFile file = saved(Snippet.HF_TEXT)) {
            FileDescription about = file.description();
            assertThat(about.layers()).containsExactly(0, 1);
            assertThat(about.heads()).isEqualTo(3);
            assertThat(about.model()).hasValue("bert-base-uncased");
            assertThat(about.tokens())
                    .startsWith(new Token.Special("[CLS]"), new Token.Piece("the"))
                    .endsWith(new Token.Special("[SEP]"));
            requireRows(file);
        }
    }

    @Test
    void anImageModelsFileHasItsPrefixAndItsGrid() throws Exception {
        for (Snippet snippet : List.of(Snippet.VIT, Snippet.DINOV2)) {
            try (AttentionFile file = saved(snippet)) {
                assertThat(file.description().tokens())
                        .as(snippet.called())
                        .hasSize(1 + 4 + 3 * 4)
                        .startsWith(new Token.Special("[CLS]"), new Token.Special("[REG1]"))
                        .endsWith(new Token.Patch(2, 3));
                requireRows(file);
            }
        }
    }

    @Test
    void aTransformerLensFileIsCausalAndBeginsWithItsFirstToken() throws Exception {
        try (AttentionFile file = saved(Snippet.TRANSFORMERLENS)) {
            assertThat(file.description().tokens())
                    .containsExactly(
                            new Token.Special("<|endoftext|>"),
                            new Token.Piece("The"),
                            new Token.Piece(" quick"),
                            new Token.Piece(" fox"));
            assertThat(file.description().sidecar().causal()).hasValue(true);
            assertThat(file.head(1, 2).head().lowerTriangular()).isTrue();
            requireRows(file);
        }
    }

    @Test
    void aJointAttentionFileHasTheLayersThatWereAskedForAndTextBeforePatches() throws Exception {
        try (AttentionFile file = saved(Snippet.FLUX)) {
            FileDescription about = file.description();
            assertThat(about.layers()).containsExactly(0, 9, 18, 28, 38, 56);
            assertThat(about.heads()).isEqualTo(1);
            assertThat(about.tokens())
                    .hasSize(8 + 16)
                    .startsWith(new Token.Piece("t5"), new Token.Piece("t6"))
                    .contains(new Token.Special("<pad>"))
                    .endsWith(new Token.Piece("3,3"));
            requireRows(file);
        }
    }

    @Test
    void aJointAttentionFileOfQueriesAndKeysIsReadWithoutOptionsToo() throws Exception {
        requirePython("import numpy");
        String program = Snippet.FLUX.program();
        assertThat(program).contains("KEEP = \"mean\"");
        save(program.replace("KEEP = \"mean\"", "KEEP = \"queries and keys\""));
        String file = folder.resolve("attention.npz").toString();

        JsonObject ranked =
                PerronProcess.run("rank", file, "--layer", "18", "--head", "2", "--json").json();
        assertThat(ranked.get("queries").getAsString()).isEqualTo(file);
        assertThat(ranked.get("head").getAsInt()).isEqualTo(2);
        assertThat(ranked.getAsJsonArray("tokens")).hasSize(8 + 16);
        JsonObject inspected = PerronProcess.run("inspect", file, "--json").json();
        assertThat(inspected.get("holds").getAsString()).isEqualTo("queries and keys");
        assertThat(inspected.getAsJsonArray("layers")).hasSize(6);
        assertThat(PerronProcess.run("heads", file, "--csv").out().lines()).hasSize(1 + 6 * 3);
    }

    private static void requireRows(AttentionFile file) {
        for (int layer : file.description().layers()) {
            for (int head = 0; head < file.description().heads(); head++) {
                assertThat(file.head(layer, head).findings().worstError())
                        .isCloseTo(0, within(1e-5));
            }
        }
    }

    /// What the program saves, run as it is printed.
    private AttentionFile saved(Snippet snippet) throws Exception {
        requirePython("import numpy");
        save(snippet.program());
        return AttentionFile.open(folder.resolve("attention.npz"), ReadOptions.defaults());
    }

    private void save(String program) throws Exception {
        Path file = Files.writeString(folder.resolve("program.py"), program);
        python(Path.of("src/test/python/snippets.py").toAbsolutePath().toString(), file.toString());
    }

    private static void requirePython(String statement) throws Exception {
        boolean there;
        try {
            there = new ProcessBuilder(PYTHON, "-c", statement).start().waitFor() == 0;
        } catch (IOException e) {
            there = false;
        }
        if (System.getenv("CI") != null) {
            assertThat(there).as("'%s' in %s", statement, PYTHON).isTrue();
        }
        assumeTrue(there, "Python or NumPy is absent: apt-get install python3-numpy");
    }

    private void python(String... arguments) throws Exception {
        String[] command = new String[arguments.length + 1];
        command[0] = PYTHON;
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        Process process =
                new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
    }
}
