package dev.perron.figure;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;

/// Figures on disk: `.svg` or `.png`, by the name.
public enum FigureFile {
    /// Scalable, searchable, and what a journal wants.
    SVG(".svg"),
    /// Pixels, two for each of the drawing.
    PNG(".png");

    private final String extension;

    FigureFile(String extension) {
        this.extension = extension;
    }

    /// The kind of file that a name asks for. Can be asked before anything is computed.
    ///
    /// @throws IllegalArgumentException if it ends in neither `.svg` nor `.png`
    public static FigureFile of(Path file) {
        String name = file.toString().toLowerCase(Locale.ROOT);
        for (FigureFile kind : values()) {
            if (name.endsWith(kind.extension)) {
                return kind;
            }
        }
        throw new IllegalArgumentException("figure " + file + ", must end in .svg or .png");
    }

    /// Writes a drawing, whole or not at all.
    ///
    /// @throws IllegalArgumentException if the name ends in neither `.svg` nor `.png`
    /// @throws IOException if the place can't be written to, or a PNG is asked for where there are
    ///   no fonts
    public static void write(Path file, Drawing drawing) throws IOException {
        byte[] bytes =
                switch (of(file)) {
                    case SVG -> Svg.file(drawing).getBytes(StandardCharsets.UTF_8);
                    case PNG -> Png.file(drawing);
                };
        AtomicFile.write(file, out -> out.write(bytes));
    }
}
