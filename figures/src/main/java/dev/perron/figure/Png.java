package dev.perron.figure;

import dev.perron.figure.Mark.Face;
import dev.perron.figure.Mark.Group;
import dev.perron.figure.Mark.Line;
import dev.perron.figure.Mark.Polyline;
import dev.perron.figure.Mark.Raster;
import dev.perron.figure.Mark.Rect;
import dev.perron.figure.Mark.Text;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.font.FontRenderContext;
import java.awt.font.TextLayout;
import java.awt.geom.AffineTransform;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.geom.RoundRectangle2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

import javax.imageio.ImageIO;

/// A drawing as PNG, by Java2D; no screen is needed, but fonts are.
public final class Png {
    /// Pixels of the image for each pixel of the drawing, unless said otherwise.
    public static final double SCALE = 2;

    // Above it a picture isn't looked at any more, and memory runs out first.
    private static final long MOST_PIXELS = 400_000_000L;

    private final Graphics2D graphics;
    private final FontRenderContext exact = new FontRenderContext(null, true, true);

    private Png(Graphics2D graphics) {
        this.graphics = graphics;
    }

    /// The file's bytes, at [#SCALE].
    ///
    /// @throws IOException if this machine has no fonts to draw text with; the message says what to
    ///   install
    public static byte[] file(Drawing drawing) throws IOException {
        return encode(image(drawing, SCALE));
    }

    /// The picture.
    ///
    /// @param scale pixels of the image for each pixel of the drawing, positive
    /// @throws IllegalArgumentException if the image would have no or too many pixels
    /// @throws IOException if this machine has no fonts
    public static BufferedImage image(Drawing drawing, double scale) throws IOException {
        double w = Math.ceil(drawing.width() * scale);
        double h = Math.ceil(drawing.height() * scale);
        if (!(w >= 1 && h >= 1 && w * h <= MOST_PIXELS)) {
            throw new IllegalArgumentException(
                    "image of %.0f x %.0f pixels, must be from 1 to %d in all; write .svg instead"
                            .formatted(w, h, MOST_PIXELS));
        }
        requireFonts();
        BufferedImage image = new BufferedImage((int) w, (int) h, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.setRenderingHint(
                RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        graphics.setRenderingHint(
                RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        graphics.setRenderingHint(
                RenderingHints.KEY_FRACTIONALMETRICS, RenderingHints.VALUE_FRACTIONALMETRICS_ON);
        graphics.setRenderingHint(
                RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
        graphics.setRenderingHint(
                RenderingHints.KEY_INTERPOLATION,
                RenderingHints.VALUE_INTERPOLATION_NEAREST_NEIGHBOR);
        graphics.setColor(colour(Paint.Role.PAPER));
        graphics.fillRect(0, 0, (int) w, (int) h);
        graphics.scale(scale, scale);
        drawing.marks().forEach(new Png(graphics)::mark);
        graphics.dispose();
        return image;
    }

    static byte[] encode(Pixels pixels) {
        try {
            return encode(image(pixels));
        } catch (IOException e) {
            throw new UncheckedIOException("memory refuses to be written to", e);
        }
    }

    private static byte[] encode(BufferedImage image) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        if (!ImageIO.write(image, "png", out)) {
            throw new IOException("this Java has no PNG writer; write .svg instead");
        }
        return out.toByteArray();
    }

    private static BufferedImage image(Pixels pixels) {
        BufferedImage image =
                new BufferedImage(pixels.width(), pixels.height(), BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < pixels.height(); y++) {
            for (int x = 0; x < pixels.width(); x++) {
                image.setRGB(x, y, pixels.at(x, y).packed());
            }
        }
        return image;
    }

    // Without fontconfig or without a single font, Java's font code fails in several ways, most of
    // them errors, at the first text measured. All mean the same.
    private static void requireFonts() throws IOException {
        try {
            new TextLayout(
                    "x",
                    new Font(Font.MONOSPACED, Font.PLAIN, 12),
                    new FontRenderContext(null, true, true));
        } catch (RuntimeException | InternalError | LinkageError e) {
            throw new IOException(
                    "no fonts on this machine to draw a PNG with: write .svg instead, or install"
                            + " some (apt-get install fontconfig fonts-dejavu-core)",
                    e);
        }
    }

    private void mark(Mark mark) {
        switch (mark) {
            case Rect r -> rect(r);
            case Text t -> text(t);
            case Line l -> {
                graphics.setStroke(new BasicStroke(1));
                graphics.setColor(colour(l.stroke()));
                graphics.draw(new Line2D.Double(l.x1(), l.y1(), l.x2(), l.y2()));
            }
            case Polyline p -> polyline(p);
            case Group g -> g.marks().forEach(this::mark);
            case Raster r -> {
                AffineTransform place = AffineTransform.getTranslateInstance(r.x(), r.y());
                place.scale(r.width() / r.pixels().width(), r.height() / r.pixels().height());
                graphics.drawImage(image(r.pixels()), place, null);
            }
        }
    }

    private void polyline(Polyline p) {
        Path2D path = new Path2D.Double();
        path.moveTo(p.points().getFirst().x(), p.points().getFirst().y());
        p.points().stream().skip(1).forEach(at -> path.lineTo(at.x(), at.y()));
        if (p.closed()) {
            path.closePath();
        }
        graphics.setColor(colour(p.stroke()));
        graphics.setStroke(
                new BasicStroke(
                        (float) p.thickness(), BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND));
        graphics.draw(path);
    }

    private void rect(Rect r) {
        RoundRectangle2D shape =
                new RoundRectangle2D.Double(
                        r.x(), r.y(), r.width(), r.height(), 2 * r.radius(), 2 * r.radius());
        if (r.fill() != Paint.None.NONE) {
            graphics.setColor(colour(r.fill()));
            graphics.fill(shape);
        }
        if (r.stroke() != Paint.None.NONE) {
            graphics.setColor(colour(r.stroke()));
            graphics.setStroke(
                    r.dashed()
                            ? new BasicStroke(
                                    1,
                                    BasicStroke.CAP_BUTT,
                                    BasicStroke.JOIN_MITER,
                                    10,
                                    new float[] {3, 2},
                                    0)
                            : new BasicStroke(1));
            graphics.draw(shape);
        }
    }

    private void text(Text t) {
        if (t.text().isEmpty()) {
            return;
        }
        String family = t.face() == Face.MONO ? Font.MONOSPACED : Font.SANS_SERIF;
        Font font =
                new Font(family, t.bold() ? Font.BOLD : Font.PLAIN, 1).deriveFont((float) t.size());
        TextLayout layout = new TextLayout(t.text(), font, exact);
        double advance = layout.getAdvance();
        double stretch = t.fitted() && advance > 0 ? t.width() / advance : 1;
        double left =
                switch (t.anchor()) {
                    case START -> 0;
                    case MIDDLE -> -advance * stretch / 2;
                    case END -> -advance * stretch;
                };
        AffineTransform before = graphics.getTransform();
        graphics.translate(t.x(), t.y());
        if (t.upward()) {
            graphics.rotate(-Math.PI / 2);
        }
        graphics.translate(left, 0);
        graphics.scale(stretch, 1);
        graphics.setColor(colour(t.fill()));
        layout.draw(graphics, 0, 0);
        graphics.setTransform(before);
    }

    private static Color colour(Paint paint) {
        return new Color(paint.light().packed());
    }
}
