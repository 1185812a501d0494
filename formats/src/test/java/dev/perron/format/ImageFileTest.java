package dev.perron.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perron.vision.Mask;
import dev.perron.vision.RgbImage;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import javax.imageio.ImageIO;

/// Against what Pillow reads, see `src/test/golden/images.py`.
class ImageFileTest {
    private static final Path GOLDEN = Path.of("src/test/golden");

    @TempDir Path folder;

    /// The largest difference of a channel.
    private static int difference(String name) throws IOException {
        RgbImage read = ImageFile.read(GOLDEN.resolve(name));
        List<String> rows = Files.readAllLines(GOLDEN.resolve(name + ".txt"));
        assertThat(read.height()).as(name).isEqualTo(rows.size());
        assertThat(read.width()).as(name).isEqualTo(rows.getFirst().length() / 6);
        int worst = 0;
        for (int y = 0; y < read.height(); y++) {
            for (int x = 0; x < read.width(); x++) {
                int expected = Integer.parseInt(rows.get(y), 6 * x, 6 * x + 6, 16);
                for (int shift = 0; shift <= 16; shift += 8) {
                    int found = read.at(x, y) >> shift & 0xff;
                    worst = Math.max(worst, Math.abs(found - (expected >> shift & 0xff)));
                }
            }
        }
        return worst;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "plain.png",
                "grey.png",
                "palette.png",
                "alpha.png",
                "grey-alpha.png",
                "bits.png",
                "grey-16.png",
                "one.png"
            })
    void pixelsOfAPngArePillows(String name) throws IOException {
        assertThat(difference(name)).as(name).isZero();
    }

    /// Two decoders of JPEG round differently, by one or two steps of 255.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "turned-1.jpg",
                "turned-2.jpg",
                "turned-3.jpg",
                "turned-4.jpg",
                "turned-5.jpg",
                "turned-6.jpg",
                "turned-7.jpg",
                "turned-8.jpg",
                "subsampled.jpg",
                "grey.jpg"
            })
    void pixelsOfAJpegArePillowsAndStandUpright(String name) throws IOException {
        assertThat(difference(name)).as(name).isLessThanOrEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({
        "cut.jpg,a broken image",
        "cut.png,a broken image",
        "cmyk.jpg,a JPEG of four colours (CMYK)",
        "text.jpg,no image that is known; expected a JPEG or a PNG"
    })
    void whatIsNoImageIsRefusedInOneLine(String name, String reason) {
        assertThatThrownBy(() -> ImageFile.read(GOLDEN.resolve(name)))
                .isInstanceOf(FormatException.class)
                .hasMessageContaining(name)
                .hasMessageContaining(reason)
                .message()
                .doesNotContain("\n");
    }

    @Test
    void anImageThatIsTooLargeIsRefusedByItsHeader() throws IOException {
        ByteBuffer header = ByteBuffer.allocate(64);
        header.putLong(0x89504e470d0a1a0aL).putInt(13);
        header.put("IHDR".getBytes(StandardCharsets.US_ASCII));
        header.putInt(20000).putInt(20000).put(new byte[] {8, 2, 0, 0, 0});
        Path large = Files.write(folder.resolve("large.png"), header.array());
        assertThatThrownBy(() -> ImageFile.read(large))
                .isInstanceOf(FormatException.class)
                .hasMessageContaining("an image of 20000 x 20000 pixels; expected at most");
    }

    @Test
    void anEmptyFileAndAMissingOneAreRefused() throws IOException {
        Path empty = Files.createFile(folder.resolve("empty.jpg"));
        assertThatThrownBy(() -> ImageFile.read(empty))
                .isInstanceOf(FormatException.class)
                .hasMessageContaining("an empty file");
        assertThatThrownBy(() -> ImageFile.read(folder.resolve("none.jpg")))
                .isInstanceOf(FormatException.class)
                .hasMessageContaining("can't be read");
    }

    @Test
    void anyFileCutAnywhereIsReadOrRefusedButNeverFailsOtherwise() throws IOException {
        for (String name : List.of("turned-6.jpg", "plain.png", "grey-16.png")) {
            byte[] whole = Files.readAllBytes(GOLDEN.resolve(name));
            for (int length = 0; length < whole.length; length += 7) {
                ByteArrayOutputStream cut = new ByteArrayOutputStream();
                cut.write(whole, 0, length);
                Path file = Files.write(folder.resolve("cut"), cut.toByteArray());
                try {
                    ImageFile.read(file);
                } catch (FormatException e) {
                    assertThat(e).message().contains("cut");
                }
            }
        }
    }

    @Test
    void masksAreWrittenAndReadAgain() {
        Mask mask = Mask.of(5, 3, (x, y) -> (x + y) % 2 == 0);
        Path file = folder.resolve("mask.png");
        ImageFile.writeMask(file, mask);
        assertThat(ImageFile.readMask(file)).isEqualTo(mask);
        Mask nothing = Mask.of(5, 3, (x, y) -> false);
        ImageFile.writeMask(file, nothing);
        assertThat(ImageFile.readMask(file)).isEqualTo(nothing);
    }

    private Mask written(String name, BufferedImage image) throws IOException {
        Path file = folder.resolve(name);
        ImageIO.write(image, "png", file.toFile());
        return ImageFile.readMask(file);
    }

    @Test
    void aSixteenBitMaskOfSmallNumbersIsNotEmpty() throws IOException {
        for (int value : new int[] {1, 200, 65535}) {
            BufferedImage image = new BufferedImage(4, 3, BufferedImage.TYPE_USHORT_GRAY);
            image.getRaster().setSample(2, 1, 0, value);
            assertThat(written("m.png", image))
                    .isEqualTo(Mask.of(4, 3, (x, y) -> x == 2 && y == 1));
        }
    }

    @Test
    void aPaletteOfColoursHoldsLabelsAndOneOfGreysValues() throws IOException {
        byte[] red = {0, (byte) 128, 0};
        byte[] green = {0, 0, 64};
        byte[] none = {0, 0, 0};
        Mask notZero = Mask.of(3, 1, (x, y) -> x > 0);
        assertThat(written("voc.png", indexed(new IndexColorModel(8, 3, red, green, none))))
                .isEqualTo(notZero);
        assertThat(written("black.png", indexed(new IndexColorModel(8, 3, none, none, none))))
                .isEqualTo(notZero);
        byte[] falling = {(byte) 255, 0, 10};
        assertThat(
                        written(
                                "grey.png",
                                indexed(new IndexColorModel(8, 3, falling, falling, falling))))
                .isEqualTo(Mask.of(3, 1, (x, y) -> x == 0));
    }

    /// Pixels 0, 1, 2 of a palette.
    private static BufferedImage indexed(IndexColorModel palette) {
        BufferedImage image = new BufferedImage(3, 1, BufferedImage.TYPE_BYTE_INDEXED, palette);
        for (int x = 0; x < 3; x++) {
            image.getRaster().setSample(x, 0, 0, x);
        }
        return image;
    }

    @Test
    void aMaskThatIsOnlyTransparencyIsThatTransparency() throws IOException {
        BufferedImage image = new BufferedImage(3, 1, BufferedImage.TYPE_INT_ARGB);
        image.setRGB(1, 0, 0xff000000);
        assertThat(written("alpha.png", image)).isEqualTo(Mask.of(3, 1, (x, y) -> x == 1));
        BufferedImage opaque = new BufferedImage(3, 1, BufferedImage.TYPE_INT_ARGB);
        for (int x = 0; x < 3; x++) {
            opaque.setRGB(x, 0, x == 2 ? 0xffffffff : 0xff000000);
        }
        assertThat(written("white.png", opaque)).isEqualTo(Mask.of(3, 1, (x, y) -> x == 2));
    }
}
