package dev.perron.transformer;

import java.util.ArrayList;
import java.util.List;

/// What differs between two records of one kind, in words.
final class RecordDifference {
    private RecordDifference() {}

    /// Component by component: `nLayers: 1, there 2; nHeads: 1, there 2`; empty if nothing does.
    static <R extends Record> String between(R here, R there) {
        List<String> differences = new ArrayList<>();
        for (var component : here.getClass().getRecordComponents()) {
            try {
                Object mine = component.getAccessor().invoke(here);
                Object theirs = component.getAccessor().invoke(there);
                if (!mine.equals(theirs)) {
                    differences.add(
                            "%s: %s, there %s".formatted(component.getName(), mine, theirs));
                }
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(e);
            }
        }
        return String.join("; ", differences);
    }
}
