package dev.perron.cli;

import dev.perron.chain.SparseStochasticMatrix;
import dev.perron.chain.Structure;
import dev.perron.format.FormatException;
import dev.perron.format.MatrixMarket;
import dev.perron.format.SparseRows;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// What `perron inspect` says of a sparse matrix, and of the chain that it may be.
final class SparseInspection {
    /// An entry is a column and a number, a row begins somewhere.
    private static final int BYTES_OF_ENTRY = 12;

    private SparseInspection() {}

    static FactSheet of(Path file) {
        SparseRows matrix = MatrixMarket.read(file);
        double[] sums = new double[matrix.rows()];
        int[] row = matrix.rowsOfEntries();
        double[] value = matrix.values();
        for (int e = 0; e < value.length; e++) {
            sums[row[e]] += value[e];
        }
        int worst = 0;
        for (int i = 1; i < sums.length; i++) {
            if (Math.abs(sums[i] - 1) > Math.abs(sums[worst] - 1)) {
                worst = i;
            }
        }
        Map<String, Object> facts =
                Json.object(
                        "format", ".mtx",
                        "rows", matrix.rows(),
                        "columns", matrix.columns(),
                        "entries", matrix.entries(),
                        "smallestEntry", Arrays.stream(value).min().orElse(0),
                        "worstRow", Math.abs(sums[worst] - 1),
                        "worstRowIndex", worst,
                        "emptyRows", (int) Arrays.stream(sums).filter(sum -> sum == 0).count(),
                        "bytes", (long) BYTES_OF_ENTRY * matrix.entries() + 4L * matrix.rows());
        List<String> findings = new ArrayList<>();
        try {
            add(MatrixMarket.readChain(file), facts, findings);
        } catch (FormatException e) {
            findings.add("no chain: " + e.getMessage());
        }
        return new FactSheet(file.toString(), facts, findings);
    }

    private static void add(
            SparseStochasticMatrix chain, Map<String, Object> facts, List<String> findings) {
        Structure structure = Structure.of(chain);
        facts.putAll(
                Json.object(
                        "classes", structure.classes().size(),
                        "recurrentClasses", structure.recurrent().size(),
                        "transientStates", structure.transientStates().size()));
        findings.add("a chain: rank, bounce, states, chain take it as it is");
        if (structure.recurrent().size() > 1) {
            findings.add(
                    "%d recurrent classes, so without restarts there is no single ranking; keep --alpha below 1, or see 'perron chain'"
                            .formatted(structure.recurrent().size()));
        }
    }
}
