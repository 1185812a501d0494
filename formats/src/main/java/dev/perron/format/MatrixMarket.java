package dev.perron.format;

import dev.perron.chain.SparseStochasticMatrix;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.StringTokenizer;
import java.util.regex.Pattern;

/// Reads a sparse matrix in Matrix Market's coordinate format: real, integer or pattern, general or
/// symmetric. An entry of a pattern counts as 1.
///
/// @see <a href="https://math.nist.gov/MatrixMarket/formats.html">Matrix Market: file formats</a>
public final class MatrixMarket {
    private static final String BANNER = "%%matrixmarket matrix coordinate ";

    /// The shortest entry: two numbers, a space, a line's end.
    private static final int SHORTEST = 4;

    /// Six digits are what many programs write.
    private static final double DIGITS = 1e-5;

    private static final Pattern VALUE =
            Pattern.compile("[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eEdD][+-]?[0-9]{1,4})?");

    private final BufferedReader text;
    private final String where;
    private final long length;
    private int line;

    private MatrixMarket(BufferedReader text, String where, long length) {
        this.text = text;
        this.where = where;
        this.length = length;
    }

    /// The file's matrix.
    ///
    /// @throws FormatException if it can't be read, or isn't one of these kinds
    public static SparseRows read(Path file) {
        String where = file.toString();
        try (BufferedReader text = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            return new MatrixMarket(text, where, Files.size(file)).matrix();
        } catch (NoSuchFileException e) {
            throw FormatException.of(where, "no such file", "a .mtx file", "check the path", e);
        } catch (CharacterCodingException e) {
            throw FormatException.of(where, "bytes that are no text", "UTF-8", "save it again", e);
        } catch (IOException e) {
            throw FormatException.unreadable(where, e);
        }
    }

    /// The file's matrix as a chain: each row divided by its sum, once that is 1 up to the digits
    /// that were written.
    ///
    /// @throws FormatException if it can't be read, isn't square, or a row isn't a distribution
    public static SparseStochasticMatrix readChain(Path file) {
        SparseRows matrix = read(file);
        if (matrix.rows() != matrix.columns()) {
            throw FormatException.of(
                    file.toString(),
                    "%d rows and %d columns".formatted(matrix.rows(), matrix.columns()),
                    "a row and a column a state",
                    "write transition probabilities");
        }
        int[] row = matrix.rowsOfEntries();
        double[] value = matrix.values();
        double[] sums = new double[matrix.rows()];
        for (int e = 0; e < value.length; e++) {
            if (value[e] < 0) {
                throw FormatException.of(
                        file.toString(),
                        "row %d: %s".formatted(row[e] + 1, value[e]),
                        "probabilities",
                        "write transition probabilities");
            }
            sums[row[e]] += value[e];
        }
        for (int i = 0; i < sums.length; i++) {
            if (!(Math.abs(sums[i] - 1) <= DIGITS)) {
                throw FormatException.of(
                        file.toString(),
                        "row %d sums to %s".formatted(i + 1, sums[i]),
                        "1 within %s".formatted(DIGITS),
                        "divide rows by their sums in Python: P / P.sum(axis=1)");
            }
        }
        for (int e = 0; e < value.length; e++) {
            value[e] /= sums[row[e]];
        }
        return SparseStochasticMatrix.ofEntries(
                matrix.rows(), row, matrix.columnsOfEntries(), value);
    }

    private SparseRows matrix() throws IOException {
        String banner = String.join(" ", words(next()));
        String kind = banner.toLowerCase(Locale.ROOT);
        boolean pattern =
                kind.equals(BANNER + "pattern general")
                        || kind.equals(BANNER + "pattern symmetric");
        boolean symmetric = kind.endsWith(" symmetric");
        if (!pattern && !kind.matches(BANNER + "(real|integer) (general|symmetric)")) {
            throw FormatException.of(
                    where,
                    "the first line '%s'".formatted(shortened(banner)),
                    "%%MatrixMarket matrix coordinate real|integer|pattern general|symmetric",
                    "write it in Python: scipy.io.mmwrite(file, scipy.sparse.coo_matrix(P))");
        }
        List<String> size = words(nextEntry());
        if (size.size() != 3) {
            throw wrong("%d numbers".formatted(size.size()), "rows, columns, entries");
        }
        // A line of the file may be two entries of a symmetric matrix, and no more.
        int entries = number(size.get(2), 0, (int) Math.min(length / SHORTEST, 1 << 29), "entries");
        int most = (int) Math.min(Integer.MAX_VALUE - 8, Math.max(1, length));
        int rows = number(size.get(0), 1, most, "rows");
        int columns = number(size.get(1), 1, most, "columns");
        if (symmetric && rows != columns) {
            throw wrong("%d rows and %d columns".formatted(rows, columns), "a square, symmetric");
        }
        int[] row = new int[entries];
        int[] column = new int[entries];
        double[] value = new double[entries];
        for (int i = 0; i < entries; i++) {
            List<String> words = words(nextEntry());
            if (words.size() != (pattern ? 2 : 3)) {
                throw wrong(
                        "%d numbers".formatted(words.size()),
                        pattern ? "a row and a column" : "a row, a column and a value");
            }
            row[i] = number(words.get(0), 1, rows, "a row") - 1;
            column[i] = number(words.get(1), 1, columns, "a column") - 1;
            if (symmetric && column[i] > row[i]) {
                throw wrong("an entry above the diagonal", "the lower triangle of a symmetric one");
            }
            value[i] = pattern ? 1 : value(words.get(2));
        }
        for (String rest = text.readLine(); rest != null; rest = text.readLine()) {
            line++;
            if (!rest.isBlank() && !rest.startsWith("%")) {
                throw wrong("more entries", "%d, as line 2 or so says".formatted(entries));
            }
        }
        return sorted(rows, columns, row, column, value, symmetric);
    }

    private SparseRows sorted(
            int rows, int columns, int[] row, int[] column, double[] value, boolean symmetric) {
        int[] starts = new int[rows + 1];
        for (int i = 0; i < row.length; i++) {
            starts[row[i] + 1]++;
            if (symmetric && row[i] != column[i]) {
                starts[column[i] + 1]++;
            }
        }
        for (int i = 0; i < rows; i++) {
            starts[i + 1] += starts[i];
        }
        int[] free = Arrays.copyOf(starts, rows);
        // A column and the entry that it came from, as one number that sorts by column.
        long[] sorted = new long[starts[rows]];
        for (int i = 0; i < row.length; i++) {
            sorted[free[row[i]]++] = (long) column[i] << 32 | i;
            if (symmetric && row[i] != column[i]) {
                sorted[free[column[i]]++] = (long) row[i] << 32 | i;
            }
        }
        int[] columnOf = new int[sorted.length];
        double[] valueOf = new double[sorted.length];
        for (int i = 0; i < rows; i++) {
            Arrays.sort(sorted, starts[i], starts[i + 1]);
            for (int k = starts[i]; k < starts[i + 1]; k++) {
                columnOf[k] = (int) (sorted[k] >>> 32);
                valueOf[k] = value[(int) sorted[k]];
                if (k > starts[i] && columnOf[k] == columnOf[k - 1]) {
                    throw FormatException.of(
                            where,
                            "row %d, column %d twice".formatted(i + 1, columnOf[k] + 1),
                            "each entry once",
                            "add them up in Python: m.sum_duplicates()");
                }
            }
        }
        return new SparseRows(rows, columns, starts, columnOf, valueOf);
    }

    private String nextEntry() throws IOException {
        String entry = next();
        while (entry.isBlank() || entry.startsWith("%")) {
            entry = next();
        }
        return entry;
    }

    private String next() throws IOException {
        String read = text.readLine();
        line++;
        if (read == null) {
            throw wrong("the end of the file", "another line");
        }
        return read;
    }

    private static List<String> words(String entry) {
        StringTokenizer words = new StringTokenizer(entry);
        // More than an entry has is wrong, however many they are.
        List<String> all = new java.util.ArrayList<>();
        while (words.hasMoreTokens() && all.size() < 6) {
            all.add(words.nextToken());
        }
        return all;
    }

    private int number(String word, int least, int most, String what) {
        if (word.matches("[0-9]{1,10}")) {
            long number = Long.parseLong(word);
            if (number >= least && number <= most) {
                return (int) number;
            }
        }
        throw wrong(
                "%s '%s'".formatted(what, shortened(word)),
                "a whole number from %d to %d".formatted(least, most));
    }

    private double value(String word) {
        if (!VALUE.matcher(word).matches()) {
            throw wrong("the value '%s'".formatted(shortened(word)), "a finite number");
        }
        return Double.parseDouble(word.replaceAll("[dD]", "e"));
    }

    private static String shortened(String word) {
        return word.length() > 60 ? word.substring(0, 60) + "..." : word;
    }

    private FormatException wrong(String found, String expected) {
        return FormatException.of(
                "%s: line %d".formatted(where, line),
                found,
                expected,
                "the file is damaged or cut off: save or copy it again");
    }
}
