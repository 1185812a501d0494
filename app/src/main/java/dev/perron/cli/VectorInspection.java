package dev.perron.cli;

import dev.perron.attention.Mask;
import dev.perron.attention.SeenKeys;
import dev.perron.format.QueryKeyFile;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// What `perron inspect` says of queries and keys: their headers, and that every number is one.
final class VectorInspection {
    private VectorInspection() {}

    /// @param seen which keys a query sees
    static FactSheet of(QueryKeyFile file, SeenKeys seen) {
        long n = file.tokens().size();
        long d = file.channels();
        for (int layer : file.layers()) {
            for (int head = 0; head < file.heads(); head++) {
                file.queries(layer, head);
            }
            for (int head = 0; head < file.keyHeads(); head++) {
                file.keys(layer, head);
            }
        }
        Map<String, Object> facts = Json.object("holds", "queries and keys");
        file.model().ifPresent(name -> facts.put("model", name));
        facts.putAll(
                Json.object(
                        "elementType", file.type().toString(),
                        "layers", file.layers(),
                        "heads", file.heads(),
                        "keyHeads", file.keyHeads(),
                        "tokens", (int) n,
                        "channels", (int) d));
        facts.put("causalMask", seen.mask() == Mask.CAUSAL);
        if (seen.window() != SeenKeys.ALL) {
            facts.put("window", seen.window());
        }
        facts.putAll(
                Json.object(
                        "bytesOfHead",
                        4 * n * d + 8 * n * d + 16 * n,
                        "bytesOfHeadAsRows",
                        4 * n * n));
        List<String> findings = new ArrayList<>();
        findings.add(
                "rank --layer %d --head 0 takes the first of these heads; --layer all all of them"
                        .formatted(file.layers().getLast()));
        if (!seen.causal()) {
            findings.add(
                    "every query sees every key; --causal if the model masks later ones, --window W"
                            + " if it looks at the nearest W alone");
        }
        findings.add(
                "scores are multiplied by 1/√%d; --scale S if the model takes another number"
                        .formatted(d));
        return new FactSheet(file.path(), facts, findings);
    }
}
