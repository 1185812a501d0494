package dev.perron.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perron.vision.Preprocessing;
import dev.perron.vision.Preprocessing.Resize;
import dev.perron.vision.Preprocessing.Size;
import dev.perron.vision.Resampling;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

class PreprocessorConfigTest {
    @TempDir Path folder;

    private Preprocessing read(String json) throws IOException {
        return PreprocessorConfig.read(
                Files.writeString(folder.resolve("preprocessor_config.json"), json));
    }

    @Test
    void aVisionTransformersConfiguration() throws IOException {
        Preprocessing read =
                read(
                        """
                        {"do_resize": true, "size": {"height": 224, "width": 200}, "resample": 2,
                         "image_mean": [0.5, 0.4, 0.3], "image_std": [0.5, 0.5, 0.2], "other": null}
                        """);
        assertThat(read.resize()).isEqualTo(new Resize.Exact(new Size(200, 224)));
        assertThat(read.crop()).isEmpty();
        assertThat(read.resampling()).isEqualTo(Resampling.BILINEAR);
        assertThat(read.rescale()).isEqualTo(1 / 255.0);
        assertThat(read.mean()).isEqualTo(List.of(0.5, 0.4, 0.3));
        assertThat(read.deviation()).isEqualTo(List.of(0.5, 0.5, 0.2));
    }

    @Test
    void theMiddleOfTheShortestEdge() throws IOException {
        String rest = "\"resample\": 3, \"image_mean\": 0.5, \"image_std\": 0.5}";
        Preprocessing cut =
                read(
                        "{\"size\": {\"shortest_edge\": 256}, \"do_center_crop\": true,"
                                + " \"crop_size\": {\"height\": 224, \"width\": 224}, "
                                + rest);
        assertThat(cut.resize()).isEqualTo(new Resize.ShortestEdge(256));
        assertThat(cut.crop()).contains(new Size(224, 224));
        assertThat(cut.resampling()).isEqualTo(Resampling.BICUBIC);
        Preprocessing older =
                read("{\"size\": 224, \"do_center_crop\": true, \"crop_size\": 224, " + rest);
        assertThat(older.resize()).isEqualTo(new Resize.ShortestEdge(224));
        assertThat(read("{\"size\": 384, " + rest).resize())
                .isEqualTo(new Resize.Exact(new Size(384, 384)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[1]|JSON that is no object",
                "{\"size\": 4}|no \"image_mean\"",
                "{\"image_mean\": 1, \"image_std\": 1}|no \"size\"",
                "{\"size\": \"big\", \"image_mean\": 1, \"image_std\": 1}|\"size\" in a form that",
                "{\"size\": 4, \"resample\": 5, \"image_mean\": 1, \"image_std\": 1}|resample 5",
                "{\"size\": 4, \"image_mean\": 1, \"image_std\": 0}|must be finite",
                "{\"size\": 4,|broken JSON"
            })
    void whatIsNoConfigurationIsRefused(String json, String reason) {
        assertThatThrownBy(() -> read(json))
                .isInstanceOf(FormatException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void theFileBesideAModelIsFound() throws IOException {
        Path model = folder.resolve("vit.onnx");
        assertThat(PreprocessorConfig.beside(model)).isEmpty();
        Path plain = Files.createFile(folder.resolve("preprocessor_config.json"));
        assertThat(PreprocessorConfig.beside(model)).contains(plain);
        Path own = Files.createFile(folder.resolve("vit.preprocessor_config.json"));
        assertThat(PreprocessorConfig.beside(model)).contains(own);
    }
}
