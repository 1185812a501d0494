package dev.perron.web;

import dev.perron.attention.AttentionHead;
import dev.perron.attention.AttentionTensor;
import dev.perron.figure.BounceStrip;
import dev.perron.figure.ColourScale;
import dev.perron.figure.Drawing;
import dev.perron.figure.HeadWall;
import dev.perron.figure.Heatmap;
import dev.perron.figure.Label;
import dev.perron.figure.PhotoCells;
import dev.perron.figure.Svg;
import dev.perron.figure.TokenStrip;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/// The pictures of the page, drawn by package figure. The page clones them and refills colours and
/// numbers, so their values are the first ones shown, and only the layout must be final.
record Templates(ReportContent content) {
    private static final List<Integer> STRIP_WIDTHS = List.of(320, 640, 1056);

    /// All `template` elements.
    String html() {
        StringBuilder out = new StringBuilder();
        STRIP_WIDTHS.forEach(width -> template(out, "strip-" + width, strip(width)));
        template(out, "wall", wall());
        template(out, "matrix", matrix());
        template(out, "bounces", bounces());
        return out.toString();
    }

    private static void template(StringBuilder out, String id, Drawing drawing) {
        out.append("<template id=\"drawing-")
                .append(id)
                .append("\">")
                .append(Svg.element(drawing))
                .append("</template>\n");
    }

    private Drawing strip(int width) {
        double[] scores = content.incoming().getFirst().getFirst().scores().toArray();
        return content.photo()
                .map(
                        photo ->
                                new PhotoCells(
                                                "TokenRank",
                                                photo.image(),
                                                photo.view(),
                                                photo.grid(),
                                                labels(),
                                                Arrays.stream(scores).boxed().toList(),
                                                width)
                                        .draw())
                .orElseGet(
                        () -> TokenStrip.of("TokenRank", labels(), scores).withWidth(width).draw());
    }

    private Drawing wall() {
        return HeadWall.ofLambda2(
                        "|λ₂| of every head",
                        content.attention().layers(),
                        content.heads().stream()
                                .map(l -> l.stream().map(HeadFacts::lambda2).toList())
                                .toList())
                .draw();
    }

    private Drawing matrix() {
        AttentionTensor attention = content.attention();
        AttentionHead head = attention.all().getFirst();
        return Heatmap.of("Attention", labels(), head::attention)
                .withScale(ColourScale.UNIT)
                .draw();
    }

    private Drawing bounces() {
        List<Double> none = Collections.nCopies(content.attention().tokens().size(), 0.0);
        List<List<Double>> rows = Collections.nCopies(PageData.STEPS + 1, none);
        return BounceStrip.of("Bounces", labels(), rows).withScale(ColourScale.UNIT).draw();
    }

    private List<Label> labels() {
        return Label.of(content.attention().tokens());
    }
}
