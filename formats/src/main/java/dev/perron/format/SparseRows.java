package dev.perron.format;

/// A sparse matrix, row by row: what a sparse chain is made of. Owns its arrays, and copies them
/// out.
public final class SparseRows {
    private final int rows;
    private final int columns;
    private final int[] starts; // [rows + 1], where a row begins
    private final int[] column; // [entries], ascending in each row
    private final double[] value; // [entries]

    SparseRows(int rows, int columns, int[] starts, int[] column, double[] value) {
        this.rows = rows;
        this.columns = columns;
        this.starts = starts;
        this.column = column;
        this.value = value;
    }

    /// How many rows.
    public int rows() {
        return rows;
    }

    /// How many columns.
    public int columns() {
        return columns;
    }

    /// How many entries are there; zeros among them if the file has some.
    public int entries() {
        return value.length;
    }

    /// Where each row's entries begin, and where the last one's end: `[rows + 1]`.
    public int[] starts() {
        return starts.clone();
    }

    /// Each entry's row, ascending: `[entries]`.
    public int[] rowsOfEntries() {
        int[] row = new int[column.length];
        for (int i = 0; i < rows; i++) {
            java.util.Arrays.fill(row, starts[i], starts[i + 1], i);
        }
        return row;
    }

    /// Each entry's column, ascending in a row: `[entries]`.
    public int[] columnsOfEntries() {
        return column.clone();
    }

    /// Each entry's value: `[entries]`.
    public double[] values() {
        return value.clone();
    }
}
