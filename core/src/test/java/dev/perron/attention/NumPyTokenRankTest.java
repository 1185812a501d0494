package dev.perron.attention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.perron.chain.Distribution;
import dev.perron.chain.Teleporting;
import dev.perron.chain.spectrum.Spectrum;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/// Against NumPy, by the script `numpy-tokenrank.py` among the test's resources.
class NumPyTokenRankTest {
    private static final int N = 12;

    private static List<String[]> named(String name) {
        try (InputStream in =
                Objects.requireNonNull(
                        NumPyTokenRankTest.class.getResourceAsStream("numpy-tokenrank.csv"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(line -> line.split(",", -1))
                    .filter(cells -> cells[0].equals(name))
                    .map(cells -> Arrays.copyOfRange(cells, 1, cells.length))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static double[] answer(String name) {
        return Arrays.stream(named(name).getFirst()).mapToDouble(Double::parseDouble).toArray();
    }

    private static AttentionHead head(String name) {
        float[][] rows = new float[N][N];
        List<String[]> lines = named(name + ".row");
        for (int i = 0; i < N; i++) {
            for (int j = 0; j < N; j++) {
                rows[i][j] = Float.parseFloat(lines.get(i)[j]);
            }
        }
        return Heads.head(rows);
    }

    private static double[] rank(AttentionHead head, Distribution restart, Direction direction) {
        Teleporting chain = new Teleporting(head, .99, restart);
        return ((TokenRank.Ranked) TokenRank.of(chain, direction, 1e-11, 30_000))
                .scores()
                .toArray();
    }

    @ParameterizedTest
    @ValueSource(strings = {"bidirectional", "causal"})
    void rankingsAreNumPys(String name) {
        AttentionHead head = head(name);
        Distribution uniform = Distribution.uniform(N);
        assertThat(rank(head, uniform, Direction.INCOMING))
                .containsExactly(answer(name + ".incoming"), within(1e-11));
        assertThat(rank(head, Distribution.at(3, N), Direction.INCOMING))
                .containsExactly(answer(name + ".personalised"), within(1e-11));
        assertThat(rank(head, uniform, Direction.OUTGOING))
                .containsExactly(answer(name + ".outgoing"), within(1e-11));
        assertThat(((Spectrum.Complete) Spectrum.of(head)).lambda2().orElseThrow().modulus())
                .isCloseTo(answer(name + ".lambda2")[0], within(1e-9));
    }
}
