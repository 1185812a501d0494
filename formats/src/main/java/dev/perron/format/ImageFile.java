package dev.perron.format;

import dev.perron.vision.Mask;
import dev.perron.vision.RgbImage;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/// Photographs and masks on disk: JPEG and PNG, through the JDK.
///
/// Colours are taken as they are stored, as Pillow takes them: an embedded colour profile is not
/// applied, transparency is left out, of 16 bits the upper eight count, grey is three equal
/// channels. The orientation that a camera wrote into a JPEG is applied.
public final class ImageFile {
    /// Decoded, a pixel takes seven bytes; a third of the memory that Java has, and no more than
    /// this number of pixels.
    private static final long MOST_PIXELS = 100_000_000;

    private static final int BYTES_PER_PIXEL = 7;

    /// What the JDK's readers say of a file that ends too early, and fill up with grey.
    private static final Pattern CUT_OFF =
            Pattern.compile("(?i).*(truncat|premature|missing eoi).*");

    private ImageFile() {}

    /// A photograph.
    ///
    /// @throws FormatException if it is none, cut off, too large, or in CMYK
    public static RgbImage read(Path file) {
        byte[] bytes = bytes(file);
        ImageHeader header = header(bytes, file);
        return header.orientation().turn(pixels(decode(bytes, header, file), file));
    }

    /// What the first bytes say, of a file that may be decoded.
    private static ImageHeader header(byte[] bytes, Path file) {
        ImageHeader header = ImageHeader.of(bytes, file.toString());
        long most =
                Math.min(MOST_PIXELS, Runtime.getRuntime().maxMemory() / (3L * BYTES_PER_PIXEL));
        if ((long) header.width() * header.height() > most) {
            throw FormatException.of(
                    file.toString(),
                    "an image of %d x %d pixels".formatted(header.width(), header.height()),
                    "at most %d million pixels".formatted(most / 1_000_000),
                    "make it smaller first; a model sees a few hundred pixels a side");
        }
        if (header.channels() == 4 && header.jpeg()) {
            throw FormatException.of(
                    file.toString(),
                    "a JPEG of four colours (CMYK)",
                    "RGB or grey",
                    "convert it first, as in: convert in.jpg -colorspace sRGB out.jpg");
        }
        return header;
    }

    /// A mask: foreground is what is above half of the largest value in it, so that masks of 0 and
    /// 1 are understood as well as those of 0 and 255, or of 0 and 65535. In a palette of colours,
    /// whose numbers are labels, it is all but label 0; where only transparency differs, what is
    /// opaque. One without any value above 0 has none.
    ///
    /// @throws FormatException as [#read]
    public static Mask readMask(Path file) {
        byte[] bytes = bytes(file);
        ImageHeader header = header(bytes, file);
        return MaskSamples.of(decode(bytes, header, file));
    }

    /// Writes a mask as a grey PNG: foreground is white.
    ///
    /// @throws FormatException if it can't be written
    public static void writeMask(Path file, Mask mask) {
        BufferedImage image =
                new BufferedImage(mask.width(), mask.height(), BufferedImage.TYPE_BYTE_GRAY);
        int[] row = new int[mask.width()];
        for (int y = 0; y < mask.height(); y++) {
            for (int x = 0; x < mask.width(); x++) {
                row[x] = mask.at(x, y) ? 255 : 0;
            }
            image.getRaster().setSamples(0, y, mask.width(), 1, 0, row);
        }
        WholeFile.write(
                file,
                out -> {
                    ByteArrayOutputStream png = new ByteArrayOutputStream();
                    if (!ImageIO.write(image, "png", png)) {
                        throw new IOException("this Java has no PNG writer");
                    }
                    out.write(png.toByteArray());
                });
    }

    private static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw FormatException.unreadable(file.toString(), e);
        } catch (OutOfMemoryError e) { // more than two gigabytes
            throw FormatException.unreadable(file.toString(), new IOException("too large", e));
        }
    }

    private static BufferedImage decode(byte[] bytes, ImageHeader header, Path file) {
        ImageReader reader =
                ImageIO.getImageReadersByFormatName(header.jpeg() ? "jpeg" : "png").next();
        List<String> warnings = new ArrayList<>();
        reader.addIIOReadWarningListener((_, warning) -> warnings.add(warning));
        try (ImageInputStream in =
                new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes))) {
            reader.setInput(in);
            BufferedImage image = reader.read(0);
            for (String warning : warnings) {
                if (CUT_OFF.matcher(warning).matches()) {
                    throw new IOException(warning);
                }
            }
            return image;
        } catch (IOException | RuntimeException e) { // readers throw whatever a broken file causes
            throw FormatException.of(
                    file.toString(),
                    "a broken image (%s)".formatted(e.getMessage()),
                    "a whole JPEG or PNG",
                    "the file is damaged or cut off: save or copy it again",
                    e);
        } finally {
            reader.dispose();
        }
    }

    private static RgbImage pixels(BufferedImage image, Path file) {
        int width = image.getWidth();
        int height = image.getHeight();
        int[] packed = new int[width * height];
        if (image.getColorModel() instanceof IndexColorModel) {
            image.getRGB(0, 0, width, height, packed, 0, width);
            return RgbImage.of(width, height, packed);
        }
        Raster raster = image.getRaster();
        int bands = raster.getNumBands();
        if (bands < 1 || bands > 4) {
            throw FormatException.of(
                    file.toString(),
                    "%d channels".formatted(bands),
                    "one to four: grey or RGB, with or without transparency",
                    "convert it to RGB");
        }
        int[] samples = new int[width * bands];
        int green = bands < 3 ? 0 : 1;
        int blue = bands < 3 ? 0 : 2;
        int surplus = raster.getSampleModel().getSampleSize(0) - 8;
        for (int y = 0; y < height; y++) {
            raster.getPixels(0, y, width, 1, samples);
            for (int x = 0; x < width; x++) {
                int at = x * bands;
                packed[y * width + x] =
                        eight(samples[at], surplus) << 16
                                | eight(samples[at + green], surplus) << 8
                                | eight(samples[at + blue], surplus);
            }
        }
        return RgbImage.of(width, height, packed);
    }

    private static int eight(int sample, int surplus) {
        if (surplus >= 0) {
            return sample >> surplus;
        }
        return sample * 255 / ((1 << (8 + surplus)) - 1);
    }
}
