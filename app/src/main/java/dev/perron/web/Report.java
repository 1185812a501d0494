package dev.perron.web;

import dev.perron.attention.AttentionTensor;
import dev.perron.figure.AtomicFile;
import dev.perron.figure.Digits;
import dev.perron.figure.Svg;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// One self-contained HTML file that shows attention as Markov chains. It opens offline, makes no
/// network request, and computes bounces itself from the matrices in it.
public final class Report {
    private static final Pattern PLACE = Pattern.compile("\\{\\{(\\w+)}}");

    private final ReportContent content;
    private final Matrices matrices;

    private Report(ReportContent content) {
        this.content = content;
        this.matrices = Matrices.of(content.attention());
    }

    /// A report of what was computed.
    ///
    /// Matrices up to 16 MB go in as float32; above in 16 bits an entry, and the page says so with
    /// the largest error.
    ///
    /// @throws IllegalArgumentException if the matrices are above 64 MB even so: fewer layers must
    ///   be picked
    public static Report of(ReportContent content) {
        return new Report(content);
    }

    /// Writes the file, whole or not at all.
    ///
    /// @throws IOException if the place can't be written to
    public void write(Path file) throws IOException {
        AtomicFile.write(file, this::writeTo);
    }

    /// Writes the page as UTF-8; doesn't close.
    ///
    /// @throws IOException if `out` throws
    public void writeTo(OutputStream out) throws IOException {
        Page page = Page.load();
        Writer writer = new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8));
        Matcher place = PLACE.matcher(page.frame());
        int from = 0;
        while (place.find()) {
            writer.write(page.frame(), from, place.start() - from);
            fill(place.group(1), page, writer);
            from = place.end();
        }
        writer.write(page.frame().substring(from));
        writer.flush();
    }

    private void fill(String name, Page page, Writer out) throws IOException {
        AttentionTensor attention = content.attention();
        switch (name) {
            case "policy" -> out.write(page.policy());
            case "style" -> out.write(page.style());
            case "script" -> out.write(page.script());
            case "title" -> out.write(Svg.escape(content.title()));
            case "size" ->
                    out.write(
                            "%s, %s of %s"
                                    .formatted(
                                            count(attention.tokens().size(), "token"),
                                            count(attention.layers().size(), "layer"),
                                            count(attention.heads(), "head")));
            case "alpha" -> out.write(String.valueOf(content.alpha()));
            case "steps" -> out.write(String.valueOf(PageData.STEPS));
            case "provenance" -> facts(out);
            case "precision" -> out.write(precision());
            case "command" -> out.write(Svg.escape(content.command()));
            case "templates" -> out.write(new Templates(content).html());
            case "data" -> out.write(new PageData(content, matrices).json());
            case "matrices" -> matrices(out);
            default -> throw new IllegalStateException("report.html has a place " + name);
        }
    }

    private static String count(int number, String noun) {
        return number + " " + noun + (number == 1 ? "" : "s");
    }

    private void facts(Writer out) throws IOException {
        for (ReportContent.Fact fact : content.provenance()) {
            out.write("<dt>" + Svg.escape(fact.name()) + "</dt>");
            out.write("<dd>" + Svg.escape(fact.value()) + "</dd>\n");
        }
    }

    private String precision() {
        return matrices.sixteenBit()
                ? "The matrices in this page are rounded to 16 bits to keep it small: what it"
                        + " computes with differs from the model's attention by at most "
                        + Digits.of(matrices.largestError())
                        + " in any entry. TokenRank and |λ₂| were computed before rounding."
                : "The matrices in this page are the model's own, in float32, unrounded.";
    }

    private void matrices(Writer out) throws IOException {
        AttentionTensor attention = content.attention();
        List<Integer> layers = attention.layers();
        for (int l = 0; l < layers.size(); l++) {
            for (int h = 0; h < attention.heads(); h++) {
                out.write("<script type=\"text/plain\" id=\"matrix-%d-%d\">".formatted(l, h));
                out.write(matrices.encode(attention.head(layers.get(l), h)));
                out.write("</script>\n");
            }
        }
    }
}
