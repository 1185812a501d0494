package dev.perron.cli;

import dev.perron.attention.AttentionChain;
import dev.perron.attention.HeadWeighting;
import dev.perron.attention.RowFindings;
import dev.perron.format.AttentionFile;
import dev.perron.format.FileDescription;
import dev.perron.format.FileHead;
import dev.perron.format.FileTensor;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/// Chains of a file of attention.
record FileSubjects(InputOptions input, HeadOptions heads, TwoStepOptions twoStep) {
    /// The one that is asked about.
    Subject read(Path path, Progress progress) {
        try (AttentionFile file = input.openFile(path)) {
            FileDescription about = file.description();
            progress.at("reading " + path);
            if (twoStep.given()) {
                return twoStep.read(file, input.source(file), input.files(), heads);
            }
            List<Integer> layers = heads.layers(about.layers());
            return switch (heads.weighting(about.heads(), layers)) {
                case HeadWeighting.Single single -> one(file, single);
                case HeadWeighting.Mean mean -> average(file, layers, mean);
                case HeadWeighting.ByLambda2 byLambda2 -> average(file, layers, byLambda2);
            };
        }
    }

    /// Each head by itself.
    List<Subject> each(Path path, Progress progress) {
        try (AttentionFile file = input.openFile(path)) {
            progress.at("reading " + path);
            return heads.layers(file.description().layers()).stream()
                    .flatMap(
                            l ->
                                    IntStream.range(0, file.description().heads())
                                            .mapToObj(h -> new HeadWeighting.Single(l, h)))
                    .map(single -> one(file, single))
                    .toList();
        }
    }

    /// Attention of layers 0 to `--layer`.
    ///
    /// @param what goes through them
    InputOptions.Attended through(Path path, String what, Progress progress) {
        try (AttentionFile file = input.openFile(path)) {
            progress.at("reading " + path);
            List<Integer> there = file.description().layers();
            int last = heads.layers(there).getLast();
            if (!there.containsAll(IntStream.rangeClosed(0, last).boxed().toList())) {
                throw new Failure(
                        ExitCode.INPUT,
                        "%s holds layers %s, %s needs all from 0 to %d; extract them all, or give a lower --layer"
                                .formatted(path, there, what, last));
            }
            return new InputOptions.Attended(
                    input.source(file),
                    file.tensor(there.stream().filter(l -> l <= last).toList()).tensor());
        }
    }

    /// One head is all that is read.
    private Subject one(AttentionFile file, HeadWeighting.Single weighting) {
        FileHead read = file.head(weighting.layer(), weighting.head());
        return subject(
                file,
                new Extent(
                        file.description().tokens(),
                        List.of(weighting.layer()),
                        1,
                        read.findings().worstError()),
                AttentionChain.of(read.head(), read.tokens(), heads.specialTokens()),
                read.positions(),
                weighting);
    }

    private Subject average(AttentionFile file, List<Integer> layers, HeadWeighting weighting) {
        FileTensor read = file.tensor(layers);
        double worst =
                read.findings().stream().mapToDouble(RowFindings::worstError).max().orElseThrow();
        return subject(
                file,
                new Extent(file.description().tokens(), layers, file.description().heads(), worst),
                AttentionChain.of(read.tensor(), weighting, heads.specialTokens()),
                read.positions(),
                weighting);
    }

    /// @param positions in the file, of the tokens that the chain was made on
    private Subject subject(
            AttentionFile file,
            Extent extent,
            AttentionChain chain,
            List<Integer> positions,
            HeadWeighting weighting) {
        AttentionChain.Defined found = HeadOptions.defined(chain);
        return new Subject(
                input.source(file),
                extent,
                new AttentionChain.Defined(
                        found.transition(),
                        found.positions().stream().map(positions::get).toList(),
                        found.heads()),
                weighting,
                heads.specialTokens());
    }
}
