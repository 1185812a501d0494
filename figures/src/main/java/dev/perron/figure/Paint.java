package dev.perron.figure;

/// What a mark is filled or outlined with: a colour that means a value, or the role of something
/// that doesn't.
public sealed interface Paint {
    /// The colour on light paper.
    Rgb light();

    /// An sRGB colour; channels from 0 to 255.
    record Rgb(int red, int green, int blue) implements Paint {
        /// Black.
        public static final Rgb BLACK = new Rgb(0, 0, 0);

        /// White.
        public static final Rgb WHITE = new Rgb(255, 255, 255);

        /// Checks the channels.
        ///
        /// @throws IllegalArgumentException if one isn't from 0 to 255
        public Rgb {
            if (((red | green | blue) & ~0xff) != 0) {
                throw new IllegalArgumentException(
                        "rgb(%d, %d, %d), channels must be from 0 to 255"
                                .formatted(red, green, blue));
            }
        }

        /// The colour of `0xrrggbb`.
        public static Rgb of(int packed) {
            return new Rgb(packed >> 16 & 0xff, packed >> 8 & 0xff, packed & 0xff);
        }

        /// `0xrrggbb`.
        public int packed() {
            return red << 16 | green << 8 | blue;
        }

        /// `#rrggbb`.
        public String hex() {
            return "#%06x".formatted(packed());
        }

        @Override
        public Rgb light() {
            return this;
        }

        /// Relative luminance of WCAG 2, from 0 (black) to 1 (white).
        public double luminance() {
            return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
        }

        /// Contrast ratio of WCAG 2 with another colour, from 1 to 21.
        public double contrastWith(Rgb other) {
            double brighter = Math.max(luminance(), other.luminance());
            double darker = Math.min(luminance(), other.luminance());
            return (brighter + 0.05) / (darker + 0.05);
        }

        /// Black or white, whichever is read better on this.
        public Rgb ink() {
            return contrastWith(BLACK) >= contrastWith(WHITE) ? BLACK : WHITE;
        }

        static double linear(int channel) {
            double c = channel / 255.0;
            return c <= 0.04045 ? c / 12.92 : Math.pow((c + 0.055) / 1.055, 2.4);
        }
    }

    /// What isn't data. A page may give each role another colour; these are for light paper.
    enum Role implements Paint {
        /// Text.
        INK(0x1b1f27),
        /// Text that explains.
        MUTED(0x59626f),
        /// Hairlines around cells.
        LINE(0xd3d8df),
        /// What the picture lies on.
        PAPER(0xffffff),
        /// What stands out without being data: special tokens.
        ACCENT(0xb0450f);

        private final int light; // 0xrrggbb

        Role(int light) {
            this.light = light;
        }

        @Override
        public Rgb light() {
            return Rgb.of(light);
        }
    }

    /// Nothing is painted.
    enum None implements Paint {
        /// The only one.
        NONE;

        @Override
        public Rgb light() {
            return Rgb.WHITE;
        }
    }
}
