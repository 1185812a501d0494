package dev.perron.figure;

import dev.perron.figure.Mark.Anchor;
import dev.perron.figure.Mark.Face;
import dev.perron.figure.Mark.Group;
import dev.perron.figure.Mark.Line;
import dev.perron.figure.Mark.Polyline;
import dev.perron.figure.Mark.Raster;
import dev.perron.figure.Mark.Rect;
import dev.perron.figure.Mark.Text;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// A drawing as SVG 1.1. Colours are attributes, so that any viewer shows them; what has a role has
/// a class too (`fill-ink`, `stroke-line`), so that a page's style sheet can give it another
/// colour. There are no scripts, styles, links or ids.
public final class Svg {
    /// Monospaced faces whose advance is 0.6 or near it.
    static final String MONO =
            "'DejaVu Sans Mono', Menlo, Consolas, 'Liberation Mono', 'Noto Sans Mono', monospace";

    /// The reader's own face for sentences.
    static final String SANS =
            "system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif";

    private final StringBuilder out = new StringBuilder();

    private Svg() {}

    /// A file of its own, with the XML declaration; UTF-8.
    public static String file(Drawing drawing) {
        return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + element(drawing) + "\n";
    }

    /// The `svg` element, which can stand in an HTML page too.
    public static String element(Drawing drawing) {
        Svg svg = new Svg();
        String w = number(drawing.width());
        String h = number(drawing.height());
        svg.out.append("<svg xmlns=\"http://www.w3.org/2000/svg\"");
        svg.attribute("width", w)
                .attribute("height", h)
                .attribute("viewBox", "0 0 " + w + " " + h)
                .attribute("role", "img")
                .attribute("aria-label", drawing.title())
                .attribute("font-family", SANS);
        svg.out.append("><title>").append(escape(drawing.title())).append("</title><desc>");
        svg.out.append(escape(drawing.description())).append("</desc>");
        svg.mark(
                Rect.of(0, 0, drawing.width(), drawing.height())
                        .filled(Paint.Role.PAPER)
                        .named("part", "paper"));
        svg.marks(drawing.marks());
        return svg.out.append("</svg>").toString();
    }

    /// Text as XML 1.0 may hold it, in an element or in a quoted attribute: markup escaped, and
    /// what XML forbids even then (control characters, halves of surrogate pairs) replaced by
    /// U+FFFD.
    public static String escape(String text) {
        StringBuilder out = new StringBuilder();
        text.codePoints()
                .forEach(
                        c -> {
                            switch (c) {
                                case '<' -> out.append("&lt;");
                                case '>' -> out.append("&gt;");
                                case '&' -> out.append("&amp;");
                                case '"' -> out.append("&quot;");
                                case '\'' -> out.append("&#39;");
                                case '\t', '\n', '\r' -> out.append("&#").append(c).append(';');
                                default -> out.appendCodePoint(allowed(c) ? c : 0xfffd);
                            }
                        });
        return out.toString();
    }

    private static boolean allowed(int c) {
        return (c >= 0x20 && c <= 0xd7ff) || (c >= 0xe000 && c <= 0xfffd) || c >= 0x10000;
    }

    private void marks(List<Mark> marks) {
        marks.forEach(this::mark);
    }

    private void mark(Mark mark) {
        switch (mark) {
            case Rect r -> rect(r);
            case Text t -> text(t);
            case Line l -> line(l);
            case Polyline p -> polyline(p);
            case Group g -> group(g);
            case Raster r -> raster(r);
        }
    }

    private void rect(Rect r) {
        out.append("<rect");
        attribute("x", r.x())
                .attribute("y", r.y())
                .attribute("width", r.width())
                .attribute("height", r.height());
        if (r.radius() > 0) {
            attribute("rx", r.radius());
        }
        paint(r.fill(), r.stroke());
        if (r.dashed()) {
            attribute("stroke-dasharray", "3 2");
        }
        data(r.data());
        out.append("/>");
    }

    private void text(Text t) {
        out.append("<text");
        attribute("x", t.x()).attribute("y", t.y()).attribute("font-size", t.size());
        if (t.face() == Face.MONO) {
            attribute("font-family", MONO);
        }
        if (t.bold()) {
            attribute("font-weight", "600");
        }
        if (t.anchor() != Anchor.START) {
            attribute("text-anchor", t.anchor().name().toLowerCase(Locale.ROOT));
        }
        if (t.upward()) {
            attribute("transform", "rotate(-90 %s %s)".formatted(number(t.x()), number(t.y())));
        }
        if (t.fitted()) {
            attribute("textLength", t.width()).attribute("lengthAdjust", "spacingAndGlyphs");
        }
        paint(t.fill(), Paint.None.NONE);
        data(t.data());
        out.append('>').append(escape(t.text())).append("</text>");
    }

    private void line(Line l) {
        out.append("<line");
        attribute("x1", l.x1())
                .attribute("y1", l.y1())
                .attribute("x2", l.x2())
                .attribute("y2", l.y2());
        paint(Paint.None.NONE, l.stroke());
        data(l.data());
        out.append("/>");
    }

    private void polyline(Polyline p) {
        out.append(p.closed() ? "<polygon" : "<polyline");
        attribute(
                        "points",
                        p.points().stream()
                                .map(at -> number(at.x()) + "," + number(at.y()))
                                .collect(Collectors.joining(" ")))
                .attribute("stroke-width", p.thickness())
                .attribute("stroke-linejoin", "round");
        paint(Paint.None.NONE, p.stroke());
        data(p.data());
        out.append("/>");
    }

    private void group(Group g) {
        out.append("<g");
        data(g.data());
        out.append('>');
        if (!g.tooltip().isEmpty()) {
            out.append("<title>").append(escape(g.tooltip())).append("</title>");
        }
        marks(g.marks());
        out.append("</g>");
    }

    private void raster(Raster r) {
        out.append("<image");
        attribute("x", r.x())
                .attribute("y", r.y())
                .attribute("width", r.width())
                .attribute("height", r.height())
                .attribute("preserveAspectRatio", "none")
                .attribute("image-rendering", "pixelated")
                .attribute(
                        "href",
                        "data:image/png;base64,"
                                + Base64.getEncoder().encodeToString(Png.encode(r.pixels())));
        data(r.data());
        out.append("/>");
    }

    private void paint(Paint fill, Paint stroke) {
        attribute("fill", colour(fill));
        if (stroke != Paint.None.NONE) {
            attribute("stroke", colour(stroke));
        }
        String classes = (role("fill-", fill) + " " + role("stroke-", stroke)).strip();
        if (!classes.isEmpty()) {
            attribute("class", classes);
        }
    }

    private static String colour(Paint paint) {
        return paint == Paint.None.NONE ? "none" : paint.light().hex();
    }

    private static String role(String prefix, Paint paint) {
        return paint instanceof Paint.Role role
                ? prefix + role.name().toLowerCase(Locale.ROOT)
                : "";
    }

    private void data(Map<String, String> data) {
        new TreeMap<>(data).forEach((name, value) -> attribute("data-" + name, value));
    }

    private Svg attribute(String name, double value) {
        return attribute(name, number(value));
    }

    private Svg attribute(String name, String value) {
        out.append(' ').append(name).append("=\"").append(escape(value)).append('"');
        return this;
    }

    /// Two decimals at most, and no zeros that say nothing.
    static String number(double value) {
        BigDecimal rounded = BigDecimal.valueOf(value).setScale(2, RoundingMode.HALF_UP);
        return rounded.signum() == 0 ? "0" : rounded.stripTrailingZeros().toPlainString();
    }
}
