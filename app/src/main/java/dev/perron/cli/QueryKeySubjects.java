package dev.perron.cli;

import dev.perron.attention.HeadWeighting;

import java.util.List;
import java.util.Map;

/// Chains of queries and keys, whose rows are made when they are needed.
record QueryKeySubjects(InputOptions input, QueryKeyOptions queriesAndKeys, HeadOptions heads) {
    /// The one that is asked about.
    Subject read(Progress progress) {
        QueryKeyOptions.Reading read = reading(progress);
        return Subject.of(
                read.source(),
                new FormOptions.Held(read.chains(), read.each(), 0, Map.of()),
                read.tokens(),
                read.layers(),
                read.weighting(),
                heads.specialTokens());
    }

    /// Each head by itself.
    List<Subject> each(Progress progress) {
        QueryKeyOptions.Reading read = reading(progress);
        return read.chains().stream()
                .map(
                        one ->
                                Subject.of(
                                        read.source(),
                                        new FormOptions.Held(List.of(one), 1, 0, Map.of()),
                                        read.tokens(),
                                        List.of(one.layer()),
                                        new HeadWeighting.Single(one.layer(), one.number()),
                                        heads.specialTokens()))
                .toList();
    }

    private QueryKeyOptions.Reading reading(Progress progress) {
        progress.at("reading queries and keys");
        return queriesAndKeys.read(input.files(), heads::layers, heads::weighting);
    }
}
