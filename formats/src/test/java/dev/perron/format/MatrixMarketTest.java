package dev.perron.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perron.chain.SparseStochasticMatrix;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

class MatrixMarketTest {
    @TempDir private Path folder;

    @Test
    void entriesAreSortedIntoRows() throws IOException {
        SparseRows read =
                read(
                        """
                        %%MatrixMarket matrix coordinate real general
                        % a comment
                        3 4 4

                        3 4 1e-1
                        1 3 0.25
                        3 1 .9
                        1 1 -3.
                        """);
        assertThat(read.rows()).isEqualTo(3);
        assertThat(read.columns()).isEqualTo(4);
        assertThat(read.starts()).containsExactly(0, 2, 2, 4);
        assertThat(read.rowsOfEntries()).containsExactly(0, 0, 2, 2);
        assertThat(read.columnsOfEntries()).containsExactly(0, 2, 0, 3);
        assertThat(read.values()).containsExactly(-3, 0.25, 0.9, 0.1);
    }

    @Test
    void aChainIsReadWithoutItsZeros() throws IOException {
        String head = "%%MatrixMarket matrix coordinate real general\n";
        Path file = folder.resolve("chain.mtx");
        Files.writeString(file, head + "2 2 3\n2 1 0.333333\n1 2 1\n2 2 0.666667\n");
        SparseStochasticMatrix chain = MatrixMarket.readChain(file);
        assertThat(chain.states()).isEqualTo(2);
        assertThat(chain.probability(0, 1)).isEqualTo(1);
        assertThat(chain.probability(1, 0)).isEqualTo(0.333333);

        Files.writeString(file, head + "2 2 2\n2 1 0.5\n1 2 1\n");
        assertThatThrownBy(() -> MatrixMarket.readChain(file))
                .isInstanceOf(FormatException.class)
                .hasMessageContaining("row 2 sums to 0.5");
        Files.writeString(file, head + "2 3 1\n2 1 0.5\n");
        assertThatThrownBy(() -> MatrixMarket.readChain(file))
                .isInstanceOf(FormatException.class)
                .hasMessageContaining("2 rows and 3 columns");
    }

    @Test
    void aSymmetricPatternIsMirrored() throws IOException {
        SparseRows read =
                read(
                        """
                        %%MatrixMarket MATRIX coordinate pattern symmetric
                        2 2 2
                        2 1
                        2 2
                        """);
        assertThat(read.starts()).containsExactly(0, 1, 3);
        assertThat(read.columnsOfEntries()).containsExactly(1, 0, 1);
        assertThat(read.values()).containsExactly(1, 1, 1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    array real general|2 2 1;1 1 1|the first line
                    coordinate complex general|2 2 1;1 1 1 0|the first line
                    coordinate real skew-symmetric|2 2 1;2 1 1|the first line
                    coordinate real general|2000000000 2 1;1 1 1|rows '2000000000'
                    coordinate real general|2 2 2000000000;1 1 1|entries '2000000000'
                    coordinate real general|2 2 1|the end of the file
                    coordinate real general|2 2 1;3 1 1|a row '3'
                    coordinate real general|2 2 1;0 1 1|a row '0'
                    coordinate real general|2 2 1;1 1 nan|the value 'nan'
                    coordinate real general|2 2 1;1 1|2 numbers
                    coordinate real general|2 2 2;1 1 1;1 1 2|twice
                    coordinate real general|2 2 1;1 1 1;1 2 1|more entries
                    coordinate real symmetric|2 2 1;1 2 1|above the diagonal
                    """)
    void whatIsWrongIsNamed(String kind, String lines, String found) {
        assertThatThrownBy(
                        () ->
                                read(
                                        "%%MatrixMarket matrix "
                                                + kind
                                                + "\n"
                                                + lines.replace(';', '\n')))
                .isInstanceOf(FormatException.class)
                .hasMessageContaining(found);
    }

    private SparseRows read(String text) throws IOException {
        return MatrixMarket.read(Files.writeString(folder.resolve("a.mtx"), text));
    }
}
