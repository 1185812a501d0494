package dev.perron.onnx;

import ai.onnxruntime.OnnxValue;

import dev.perron.attention.AddedScores;
import dev.perron.attention.QueryKeyHead;
import dev.perron.attention.model.HeadForm;
import dev.perron.attention.model.ModelException;
import dev.perron.onnx.AttentionSite.Readout;
import dev.perron.onnx.ModelSessions.Wanted;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// Runs of a model that give what its sites of attention compute.
///
/// @param model what layers and texts are checked by
/// @param sites of attention, with their nodes
/// @param sessions in which it runs
record SiteRun(ModelRequirements model, List<AttentionSearch.Found> sites, ModelSessions sessions) {

    /// The layers' attention as it comes, not looked at.
    LayerRows rows(ModelFeed.Maker input, List<Integer> layers) {
        GraphAddition addition = new GraphAddition();
        List<String> tensors = attention(addition, layers);
        List<LayerOutput> outputs =
                sessions.of(new Wanted(layers, false), addition)
                        .run(
                                input,
                                tensors,
                                given ->
                                        IntStream.range(0, tensors.size())
                                                .mapToObj(
                                                        i ->
                                                                LayerOutput.of(
                                                                        model.where(layers.get(i)),
                                                                        given.get(i)))
                                                .toList());
        return new LayerRows(model, layers, outputs);
    }

    /// The layers' attention on several texts, text by text.
    ///
    /// @param lengths how many tokens each text has, the longest one what they are filled up to
    /// @return empty if the model can't do that, or not without one seeing another's filling
    Optional<List<LayerRows>> rows(
            ModelFeed.Maker texts, List<Integer> lengths, List<Integer> layers) {
        GraphAddition addition = new GraphAddition();
        List<String> tensors = attention(addition, layers);
        List<List<LayerOutput>> read = new ArrayList<>(); // [layer][text]
        try {
            sessions.of(new Wanted(layers, false), addition)
                    .run(
                            texts,
                            tensors,
                            outputs -> {
                                for (int i = 0; i < tensors.size(); i++) {
                                    LayerOutput.ofTexts(
                                                    model.where(layers.get(i)),
                                                    outputs.get(i),
                                                    lengths)
                                            .ifPresent(read::add);
                                }
                                return read;
                            });
        } catch (ModelException _) {
            return Optional.empty(); // what one text has, it has alone, too
        }
        if (read.size() < layers.size()) {
            return Optional.empty();
        }
        return Optional.of(
                IntStream.range(0, lengths.size())
                        .mapToObj(
                                text ->
                                        new LayerRows(
                                                model,
                                                layers,
                                                read.stream()
                                                        .map(layer -> layer.get(text))
                                                        .toList()))
                        .toList());
    }

    /// A layer's Q and K.
    ///
    /// @param n tokens of the text
    /// @param form SMALLER if rows are as good where they take less memory
    /// @return empty where they can't be had, or aren't smaller
    Optional<List<QueryKeyHead>> queriesAndKeys(
            ModelFeed.Maker text, int n, int layer, HeadForm form) {
        GraphAddition addition = new GraphAddition();
        Optional<QueryKeySource> found =
                QueryKeySource.addTo(
                        addition, model.graph(), sites.get(layer).node(), prefix(layer));
        if (found.isEmpty()) {
            return Optional.empty();
        }
        QueryKeySource source = found.get();
        List<String> tensors = source.tensors();
        tensors.forEach(addition::output);
        return sessions.of(new Wanted(List.of(layer), true), addition)
                .run(
                        text,
                        tensors,
                        outputs -> {
                            HeadVectors queries =
                                    HeadVectors.of(
                                            model.where(layer), outputs.get(0), source.heads());
                            HeadVectors keys =
                                    HeadVectors.of(
                                            model.where(layer), outputs.get(1), source.keyHeads());
                            if (queries.tokens() != n || keys.tokens() != n) {
                                return Optional.empty();
                            }
                            List<OnnxValue> added =
                                    IntStream.range(2, tensors.size())
                                            .mapToObj(outputs::get)
                                            .toList();
                            return sum(source, added, n)
                                    .filter(
                                            sum ->
                                                    form == HeadForm.QUERIES_AND_KEYS
                                                            || HeadVectors.bytes(queries, keys, sum)
                                                                    < queries.rowBytes())
                                    .map(sum -> heads(source, queries, keys, sum));
                        });
    }

    private Optional<Optional<AddedScores>> sum(
            QueryKeySource source, List<OnnxValue> added, int n) {
        try {
            return ScoreInput.sum(source.added(), added, n);
        } catch (IllegalArgumentException e) {
            throw LayerRows.notRows(model, e);
        }
    }

    private List<QueryKeyHead> heads(
            QueryKeySource source, HeadVectors q, HeadVectors k, Optional<AddedScores> added) {
        try {
            return QueryKeySource.heads(q, k, source.scoring(q.channels(), added));
        } catch (IllegalArgumentException e) {
            throw LayerRows.notRows(model, e);
        }
    }

    /// Of the names of what is added for a layer.
    private static String prefix(int layer) {
        return "perron.L%d.".formatted(layer);
    }

    private List<String> attention(GraphAddition addition, List<Integer> layers) {
        return layers.stream().map(layer -> attention(addition, sites.get(layer))).toList();
    }

    /// Makes a site's attention an output, and says which.
    private String attention(GraphAddition addition, AttentionSearch.Found site) {
        String tensor =
                switch (site.site().readout()) {
                    case Readout.Direct(String own) -> own;
                    case Readout.OwnOutput _, Readout.Scores _, Readout.QueriesAndKeys _ ->
                            FusedAttention.add(
                                    addition,
                                    model.graph(),
                                    site.node(),
                                    prefix(site.site().layer()));
                    case Readout.NotSupported(String why) ->
                            throw new IllegalArgumentException(why);
                };
        if (model.description().outputs().stream()
                .noneMatch(output -> output.name().equals(tensor))) {
            addition.output(tensor);
        }
        return tensor;
    }
}
