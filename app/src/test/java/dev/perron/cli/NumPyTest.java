package dev.perron.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.perron.attention.AttentionChain;
import dev.perron.attention.AttentionHead;
import dev.perron.attention.AttentionTensor;
import dev.perron.attention.Direction;
import dev.perron.attention.HeadWeighting;
import dev.perron.attention.SpecialTokens;
import dev.perron.attention.TokenRank;
import dev.perron.chain.Distribution;
import dev.perron.chain.Teleporting;
import dev.perron.onnx.OnnxModel;
import dev.perron.onnx.TextTokenizer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// The embedded model's attention written out, and its chains computed by NumPy from it: other
/// arithmetic by other routes (src/test/python/chains.py).
class NumPyTest {
    private static final String FOX = "The quick brown fox jumps over the lazy dog";
    private static final double ALPHA = 0.99;

    @TempDir private Path folder;

    @Test
    void everyRankingAndEveryLambda2AgreesWithNumPy() throws Exception {
        requireNumPy();
        AttentionTensor tensor = attention();
        Path csv = folder.resolve("heads.csv");
        Files.writeString(csv, PerronProcess.run("heads", "--text", FOX, "--csv").out());

        List<String> lines =
                python(
                        "src/test/python/chains.py",
                        write(tensor, folder.resolve("attention.npy")).toString(),
                        String.valueOf(ALPHA),
                        csv.toString());

        // 6 layers x (12 heads and their mean) x 2 directions, and 72 heads.
        assertThat(lines).hasSize(6 * 13 * 2 + 72);
        for (String line : lines) {
            String[] words = line.split(" ");
            int layer = Integer.parseInt(words[0]);
            if (words[2].equals("lambda2")) {
                assertThat(Double.parseDouble(words[4]))
                        .as("|λ₂| of L%sH%s", words[0], words[1])
                        .isCloseTo(Double.parseDouble(words[3]), within(1e-6));
                continue;
            }
            double[] theirs =
                    Arrays.stream(words).skip(3).mapToDouble(Double::parseDouble).toArray();
            double[] ours = ranked(tensor, layer, words[1], Direction.valueOf(words[2]));
            for (int i = 0; i < ours.length; i++) {
                assertThat(ours[i]).as(line.substring(0, 20)).isCloseTo(theirs[i], within(1e-7));
            }
        }
    }

    private static double[] ranked(
            AttentionTensor tensor, int layer, String head, Direction direction) {
        AttentionTensor one = tensor.layer(layer);
        HeadWeighting weighting =
                head.equals("mean")
                        ? new HeadWeighting.Mean()
                        : new HeadWeighting.Single(layer, Integer.parseInt(head));
        if (!(AttentionChain.of(one, weighting, SpecialTokens.KEEP)
                instanceof AttentionChain.Defined chain)) {
            throw new AssertionError("no chain");
        }
        Teleporting teleporting =
                new Teleporting(
                        chain.transition(), ALPHA, Distribution.uniform(tensor.tokens().size()));
        return switch (TokenRank.of(teleporting, direction, 1e-9, 10_000)) {
            case TokenRank.Ranked(var scores, _) -> scores.toArray();
            case TokenRank other -> throw new AssertionError(other);
        };
    }

    private static AttentionTensor attention() {
        try (OnnxModel model = OnnxModel.embedded();
                TextTokenizer tokenizer = TextTokenizer.embedded()) {
            return model.attend(
                    tokenizer.encode(FOX), IntStream.range(0, model.layers()).boxed().toList());
        }
    }

    /// NumPy's own format: magic, version 1.0, a header padded to 64 bytes, the numbers.
    private static Path write(AttentionTensor tensor, Path file) throws IOException {
        int n = tensor.tokens().size();
        String header =
                "{'descr': '<f4', 'fortran_order': False, 'shape': (%d, %d, %d, %d), }"
                        .formatted(tensor.layers().size(), tensor.heads(), n, n);
        byte[] padded =
                (header + " ".repeat(117 - header.length()) + "\n")
                        .getBytes(StandardCharsets.US_ASCII);
        ByteBuffer bytes =
                ByteBuffer.allocate(10 + padded.length + tensor.all().size() * n * n * 4)
                        .order(ByteOrder.LITTLE_ENDIAN);
        bytes.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0});
        bytes.putShort((short) padded.length).put(padded);
        for (AttentionHead head : tensor.all()) {
            for (float a : head.toArray()) {
                bytes.putFloat(a);
            }
        }
        return Files.write(file, bytes.array());
    }

    private static void requireNumPy() throws Exception {
        boolean there = new ProcessBuilder(PYTHON, "-c", "import numpy").start().waitFor() == 0;
        if (System.getenv("CI") != null) {
            assertThat(there).as("NumPy for " + PYTHON).isTrue();
        }
        assumeTrue(there, "NumPy is absent: apt-get install python3-numpy");
    }

    /// Debian's, which has Debian's NumPy, where there is one.
    private static final String PYTHON =
            Files.isExecutable(Path.of("/usr/bin/python3")) ? "/usr/bin/python3" : "python3";

    private static List<String> python(String... arguments) throws Exception {
        String[] command = new String[arguments.length + 1];
        command[0] = PYTHON;
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        List<String> lines =
                new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                        .lines()
                        .toList();
        assertThat(process.waitFor()).as(String.join("\n", lines)).isZero();
        return lines;
    }
}
