package dev.perron.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perron.attention.Token;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

class QueryKeyFileTest {
    @TempDir private Path folder;

    private QueryKeyFile.Place place(String name, long... shape) throws IOException {
        int count = 1;
        for (long size : shape) {
            count *= (int) size;
        }
        double[] values = IntStream.range(0, count).asDoubleStream().toArray();
        return place(name, shape, values);
    }

    private QueryKeyFile.Place place(String name, long[] shape, double... values)
            throws IOException {
        Path file = folder.resolve(name + ".npy");
        Examples.write(file, Examples.npy("<f2", shape, values));
        return new QueryKeyFile.Place(file, Optional.empty());
    }

    @Test
    void headsAreReadOneByOneAndKeysMayBeFewer() throws IOException {
        try (QueryKeyFile file =
                QueryKeyFile.open(place("q", 4, 2, 3), place("k", 2, 2, 3), List.of())) {
            assertThat(file.heads()).isEqualTo(4);
            assertThat(file.keyHeads()).isEqualTo(2);
            assertThat(file.channels()).isEqualTo(3);
            assertThat(file.type()).isEqualTo(ElementType.FLOAT16);
            assertThat(file.tokens()).extracting(Token::label).containsExactly("0", "1");
            assertThat(file.queries(0, 3)).containsExactly(18, 19, 20, 21, 22, 23);
            assertThat(file.keys(0, 1)).containsExactly(6, 7, 8, 9, 10, 11);
            assertThatThrownBy(() -> file.keys(0, 2)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void oneHeadNeedsNoAxisAndABatchOfOneIsTaken() throws IOException {
        try (QueryKeyFile file =
                QueryKeyFile.open(place("q", 2, 3), place("k", 1, 1, 2, 3), List.of("a", "b"))) {
            assertThat(file.heads()).isOne();
            assertThat(file.queries(0, 0)).isEqualTo(file.keys(0, 0));
            assertThat(file.tokens()).extracting(Token::label).containsExactly("a", "b");
        }
    }

    @Test
    void bothMayBeInOneFileWithASidecar() throws IOException {
        Path both =
                Examples.write(
                        folder.resolve("qk.npz"),
                        Examples.npz(
                                "q.5",
                                Examples.npy(">f4", new long[] {2, 1}, 1, 2),
                                "k.5",
                                Examples.npy("<f8", new long[] {2, 1}, 3, 4)));
        Files.writeString(
                folder.resolve("qk.json"), "{\"model\": \"m\", \"tokens\": [\"x\", \"y\"]}");
        try (QueryKeyFile file =
                QueryKeyFile.open(
                        new QueryKeyFile.Place(both, Optional.of("q.5")),
                        new QueryKeyFile.Place(both, Optional.of("k.5")),
                        List.of())) {
            assertThat(file.layers()).containsExactly(0);
            assertThat(file.queries(0, 0)).containsExactly(1, 2);
            assertThat(file.keys(0, 0)).containsExactly(3, 4);
            assertThat(file.model()).contains("m");
            assertThat(file.tokens()).extracting(Token::label).containsExactly("x", "y");
        }
        assertThat(QueryKeyFile.isOne(both)).isTrue();
        for (String queries : List.of("", "q", "q.5")) {
            try (QueryKeyFile file =
                    QueryKeyFile.open(
                            new QueryKeyFile.Place(
                                    both, Optional.of(queries).filter(name -> !name.isEmpty())),
                            new QueryKeyFile.Place(both, Optional.empty()),
                            List.of())) {
                int layer = file.layers().getFirst();
                assertThat(layer).isEqualTo(queries.equals("q.5") ? 0 : 5);
                assertThat(file.keys(layer, 0)).containsExactly(3, 4);
            }
        }
        refused(
                new QueryKeyFile.Place(both, Optional.of("queries")),
                new QueryKeyFile.Place(both, Optional.of("k.5")),
                "no array 'queries'; expected one of q.5, k.5");
    }

    @Test
    void layersAreAnAxisOrNumbersInNames() throws IOException {
        try (QueryKeyFile file =
                QueryKeyFile.open(place("q", 3, 2, 2, 1), place("k", 3, 1, 2, 1), List.of())) {
            assertThat(file.layers()).containsExactly(0, 1, 2);
            assertThat(file.queries(1, 1)).containsExactly(6, 7);
            assertThat(file.keys(2, 0)).containsExactly(4, 5);
            assertThatThrownBy(() -> file.keys(3, 0))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("keys of layer 3, head 0, must be one of [0, 1, 2]");
        }
        Path numbered =
                Examples.write(
                        folder.resolve("n.npz"),
                        Examples.npz(
                                "queries.4",
                                Examples.npy("<f4", new long[] {2, 1}, 1, 2),
                                "keys.4",
                                Examples.npy("<f4", new long[] {2, 1}, 3, 4),
                                "queries.18",
                                Examples.npy("<f4", new long[] {2, 1}, 5, 6),
                                "keys.18",
                                Examples.npy("<f4", new long[] {2, 1}, 7, 8)));
        QueryKeyFile.Place there = new QueryKeyFile.Place(numbered, Optional.empty());
        try (QueryKeyFile file = QueryKeyFile.open(there, there, List.of())) {
            assertThat(file.layers()).containsExactly(4, 18);
            assertThat(file.queries(18, 0)).containsExactly(5, 6);
            assertThat(file.keys(4, 0)).containsExactly(3, 4);
        }
        refused(there, place("k", 2, 1), "queries of layers [4, 18], keys of [0]");
        refused(
                there,
                new QueryKeyFile.Place(numbered, Optional.of("keys.4")),
                "queries of layers [4, 18], keys of [0]");
        Path uneven =
                Examples.write(
                        folder.resolve("u.npz"),
                        Examples.npz(
                                "q.0",
                                Examples.npy("<f4", new long[] {2, 1}, 1, 2),
                                "q.1",
                                Examples.npy("<f4", new long[] {1, 2}, 1, 2)));
        refused(
                new QueryKeyFile.Place(uneven, Optional.of("q")),
                place("k", 2, 1),
                "q.1 is float32 1 x 2; expected one shape and type in all layers");
        assertThat(QueryKeyFile.isOne(uneven)).as("keys are missing").isFalse();
    }

    @Test
    void whatDoesNotFitTogetherIsRefused() throws IOException {
        refused(place("q", 2, 3), place("k", 2, 4), "queries 2 x 3 for keys 2 x 4");
        refused(place("q", 2, 3), place("k", 3, 3), "queries 2 x 3 for keys 3 x 3");
        refused(place("q", 3, 2, 3), place("k", 2, 2, 3), "3 heads of queries on 2 of keys");
        refused(place("q", 2, 2, 2, 3), place("k", 2, 3), "layers [0, 1], keys of [0]");
        refused(place("q", 1, 1, 1, 2, 3), place("k", 2, 3), "1 x 1 x 1 x 2 x 3; expected [n, d]");
        refused(place("q", 2), place("k", 2), "[n, d], [heads, n, d]");
        refused(place("q", 0, 3), place("k", 0, 3), "[n, d], [heads, n, d]");
    }

    @Test
    void numbersThatAreNoneAreNamed() throws IOException {
        try (QueryKeyFile file =
                QueryKeyFile.open(
                        place("q", new long[] {2, 1}, 1, Double.POSITIVE_INFINITY),
                        place("k", 2, 1),
                        List.of())) {
            assertThatThrownBy(() -> file.queries(0, 0))
                    .isInstanceOf(FormatException.class)
                    .hasMessageContaining("queries: head 0, token 1, channel 0: Infinity");
        }
    }

    private static void refused(QueryKeyFile.Place queries, QueryKeyFile.Place keys, String found) {
        assertThatThrownBy(() -> QueryKeyFile.open(queries, keys, List.of()).close())
                .isInstanceOf(FormatException.class)
                .hasMessageContaining(found);
    }
}
