package dev.perron.web;

import dev.perron.attention.AttentionTensor;
import dev.perron.vision.ImageView;
import dev.perron.vision.PatchGrid;
import dev.perron.vision.RgbImage;

import java.util.List;
import java.util.Optional;

/// Everything that a report shows.
///
/// @param title one line, such as the beginning of the text
/// @param provenance how it was made: model, its SHA-256, options, kernels, version
/// @param command the command line that makes it again; empty for none
/// @param attention the matrices, in the layers that are shown
/// @param incoming `[layer][head or mean]`, the mean last
/// @param outgoing `[layer][head or mean]`, the mean last
/// @param heads `[layer][head]`
/// @param alpha probability of following attention rather than restarting, in (0, 1]
/// @param photo what the tokens are patches of, if they are
public record ReportContent(
        String title,
        List<Fact> provenance,
        String command,
        AttentionTensor attention,
        List<List<Ranking>> incoming,
        List<List<Ranking>> outgoing,
        List<List<HeadFacts>> heads,
        double alpha,
        Optional<Photo> photo) {
    /// A photograph whose patches are the tokens.
    ///
    /// @param image the whole of it
    /// @param view the part that the patches lie over
    /// @param grid of the tokens
    public record Photo(RgbImage image, ImageView view, PatchGrid grid) {}

    /// One line of provenance.
    ///
    /// @param name what it is, `Model`
    /// @param value what it was
    public record Fact(String name, String value) {}

    /// Checks the sizes against the attention, and copies.
    ///
    /// @throws IllegalArgumentException if one doesn't fit: the message says which
    public ReportContent {
        provenance = List.copyOf(provenance);
        incoming = rankings("incoming", incoming, attention);
        outgoing = rankings("outgoing", outgoing, attention);
        heads = heads.stream().map(List::copyOf).toList();
        require("heads", heads, attention.layers().size(), attention.heads());
        if (!(alpha > 0 && alpha <= 1)) {
            throw new IllegalArgumentException("alpha = " + alpha + ", must be in (0, 1]");
        }
        if (photo.isPresent() && photo.get().grid().tokens() != attention.tokens().size()) {
            throw new IllegalArgumentException(
                    "photo with %s for %d tokens, must be as many"
                            .formatted(photo.get().grid(), attention.tokens().size()));
        }
    }

    /// What is shown of a text.
    ///
    /// @throws IllegalArgumentException if one doesn't fit: the message says which
    public ReportContent(
            String title,
            List<Fact> provenance,
            String command,
            AttentionTensor attention,
            List<List<Ranking>> incoming,
            List<List<Ranking>> outgoing,
            List<List<HeadFacts>> heads,
            double alpha) {
        this(
                title,
                provenance,
                command,
                attention,
                incoming,
                outgoing,
                heads,
                alpha,
                Optional.empty());
    }

    private static List<List<Ranking>> rankings(
            String name, List<List<Ranking>> rankings, AttentionTensor attention) {
        List<List<Ranking>> copy = rankings.stream().map(List::copyOf).toList();
        require(name, copy, attention.layers().size(), attention.heads() + 1);
        int n = attention.tokens().size();
        for (List<Ranking> layer : copy) {
            for (Ranking ranking : layer) {
                if (ranking.scores().states() != n) {
                    throw new IllegalArgumentException(
                            "%s: %d scores for %d tokens, must be as many"
                                    .formatted(name, ranking.scores().states(), n));
                }
            }
        }
        return copy;
    }

    private static void require(
            String name, List<? extends List<?>> values, int layers, int perLayer) {
        if (values.size() != layers || values.stream().anyMatch(l -> l.size() != perLayer)) {
            throw new IllegalArgumentException(
                    "%s: %d layers of %s, must be %d of %d"
                            .formatted(
                                    name,
                                    values.size(),
                                    values.stream().map(List::size).distinct().toList(),
                                    layers,
                                    perLayer));
        }
    }
}
