package dev.perron.vision;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

class ResamplingTest {
    /// As in `src/test/golden/resampling.py`.
    private static final RgbImage IMAGE =
            RgbImage.of(
                    37, 23, (x, y) -> value(x, y, 0) << 16 | value(x, y, 1) << 8 | value(x, y, 2));

    private static int value(int x, int y, int c) {
        return (x * x * 7 + y * 13 + c * 91 + x * y * 3) % 256;
    }

    @ParameterizedTest
    @CsvSource({
        "NEAREST,14,9", "NEAREST,61,40", "NEAREST,12,31", "NEAREST,37,5",
        "LANCZOS,14,9", "LANCZOS,61,40", "LANCZOS,12,31", "LANCZOS,37,5",
        "BILINEAR,14,9", "BILINEAR,61,40", "BILINEAR,12,31", "BILINEAR,37,5",
        "BICUBIC,14,9", "BICUBIC,61,40", "BICUBIC,12,31", "BICUBIC,37,5"
    })
    void everyPixelIsPillows(Resampling resampling, int width, int height) throws IOException {
        RgbImage resized = resampling.resize(IMAGE, width, height);
        List<String> rows =
                IntStream.range(0, height)
                        .mapToObj(
                                y ->
                                        IntStream.range(0, width)
                                                .mapToObj(x -> "%06x".formatted(resized.at(x, y)))
                                                .collect(Collectors.joining()))
                        .toList();
        String golden =
                "%s-%d-%d.txt".formatted(resampling.name().toLowerCase(Locale.ROOT), width, height);
        assertThat(rows).isEqualTo(Files.readAllLines(Path.of("src/test/golden", golden)));
    }

    @ParameterizedTest
    @EnumSource(Resampling.class)
    void aPlainImageStaysPlain(Resampling resampling) {
        RgbImage plain = RgbImage.of(9, 5, (x, y) -> 0x40c0ff);
        RgbImage resized = resampling.resize(plain, 31, 2);
        for (int x = 0; x < 31; x++) {
            assertThat(resized.at(x, 1)).isEqualTo(0x40c0ff);
        }
    }
}
