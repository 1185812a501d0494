package dev.perron.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;

import dev.perron.format.ImageFile;
import dev.perron.vision.Mask;
import dev.perron.vision.RgbImage;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import javax.imageio.ImageIO;

/// Photographs through a real vision transformer, where there is one.
class ImageCommandsTest {
    @TempDir Path folder;

    private Path picture(String name, int width, int height) throws IOException {
        RgbImage image =
                RgbImage.of(
                        width,
                        height,
                        (x, y) ->
                                Math.hypot(x - width / 2.0, y - height / 2.0) < height / 3.0
                                        ? 0xd02020
                                        : (40 + x % 16) << 8);
        BufferedImage out = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                out.setRGB(x, y, image.at(x, y));
            }
        }
        Path file = folder.resolve(name);
        ImageIO.write(out, "png", file.toFile());
        return file;
    }

    @Test
    void aPhotographsPatchesAreRankedAndDrawnOverIt() throws IOException {
        Path svg = folder.resolve("rank.svg");
        JsonObject rank =
                PerronProcess.run(
                                "rank",
                                "--image",
                                SharedModels.data("fire_engine.jpg").toString(),
                                "--model",
                                SharedModels.vit().toString(),
                                "--figure",
                                svg.toString(),
                                "--json")
                        .json();
        assertThat(rank.get("rows").getAsInt()).isEqualTo(14);
        assertThat(rank.get("columns").getAsInt()).isEqualTo(14);
        assertThat(rank.get("prefixTokens").getAsInt()).isEqualTo(1);
        assertThat(rank.get("layer").getAsString()).isEqualTo("all");
        JsonArray tokens = rank.get("tokens").getAsJsonArray();
        assertThat(tokens).hasSize(197);
        assertThat(tokens.get(0).getAsJsonObject().get("token").getAsString()).isEqualTo("[CLS]");
        assertThat(tokens.get(196).getAsJsonObject().get("token").getAsString()).isEqualTo("13,13");
        assertThat(Files.readString(svg))
                .contains("data-part=\"photo\"", "data-part=\"line\"", "data-panel=\"1\"");
    }

    @Test
    void aPixelNamesThePatchThatItLiesIn() throws IOException {
        String photograph = picture("p.png", 280, 140).toString();
        String model = SharedModels.vit().toString();
        PerronProcess byPixel =
                PerronProcess.run(
                        "bounce",
                        "--image",
                        photograph,
                        "--model",
                        model,
                        "--layer",
                        "6",
                        "--from-pixel",
                        "145,75",
                        "--steps",
                        "2",
                        "--csv");
        PerronProcess byPatch =
                PerronProcess.run(
                        "bounce",
                        "--image",
                        photograph,
                        "--model",
                        model,
                        "--layer",
                        "6",
                        "--from",
                        "7,7",
                        "--steps",
                        "2",
                        "--csv");
        assertThat(byPixel.exitCode()).as(byPixel.err()).isZero();
        assertThat(byPixel.out()).isEqualTo(byPatch.out()).contains(",\"7,7\",false,1.0");
    }

    @Test
    void theSubjectOfAPhotographIsCutOut() throws IOException {
        Path mask = folder.resolve("mask.png");
        Path scores = folder.resolve("scores.npz");
        JsonObject cut =
                PerronProcess.run(
                                "segment",
                                SharedModels.data("grabcut20/images/124084.jpg").toString(),
                                "--model",
                                SharedModels.vit().toString(),
                                "--mask",
                                SharedModels.data("grabcut20/masks/124084.png").toString(),
                                "-o",
                                mask.toString(),
                                "--scores",
                                scores.toString(),
                                "--json")
                        .json();
        double iou = cut.get("score").getAsJsonObject().get("meanIou").getAsDouble();
        assertThat(iou).isGreaterThan(0.75);
        Mask written = ImageFile.readMask(mask);
        double area = (double) written.area() / written.width() / written.height();
        assertThat(cut.get("area").getAsDouble()).isCloseTo(area, within(1e-12));
        JsonObject runs = cut.get("segmentation").getAsJsonObject();
        assertThat(runs.get("size").getAsJsonArray().get(0).getAsInt()).isEqualTo(written.height());
        assertThat(Files.size(scores)).isPositive();
    }

    @Test
    void aFolderIsOneTableThatIsGoneOnWith() throws IOException {
        Path photographs = Files.createDirectory(folder.resolve("photographs"));
        for (String name : new String[] {"a.png", "b.png"}) {
            Files.move(picture(name, 60, 50), photographs.resolve(name));
        }
        Path table = folder.resolve("ranks.csv");
        String[] command = {
            "rank",
            "--image",
            photographs.toString(),
            "--model",
            SharedModels.vit().toString(),
            "--layer",
            "6",
            "--csv",
            "-o",
            table.toString(),
            "--resume"
        };
        PerronProcess first = PerronProcess.run(command);
        assertThat(first.exitCode()).as(first.err()).isZero();
        String whole = Files.readString(table);
        assertThat(whole.lines()).hasSize(1 + 2 * 197);
        assertThat(whole.lines().skip(1).findFirst().orElseThrow()).startsWith("0,a.png,6,mean,0,");
        Files.writeString(table, whole.substring(0, whole.length() * 3 / 4));
        PerronProcess.run(command);
        assertThat(Files.readString(table)).isEqualTo(whole);
    }

    @Test
    void rolloutOutOfClsIsADistributionOnAllTokens() throws IOException {
        JsonObject rollout =
                PerronProcess.run(
                                "rank",
                                "--image",
                                picture("p.png", 64, 64).toString(),
                                "--model",
                                SharedModels.vit().toString(),
                                "--method",
                                "rollout",
                                "--personalize",
                                "cls",
                                "--json")
                        .json();
        assertThat(rollout.get("method").getAsString()).isEqualTo("rollout");
        double sum = 0;
        for (var token : rollout.get("tokens").getAsJsonArray()) {
            sum += token.getAsJsonObject().get("score").getAsDouble();
        }
        assertThat(sum).isCloseTo(1, within(1e-9));
    }

    private static void assertRefused(int exitCode, String message, String... command) {
        PerronProcess refused = PerronProcess.run(command);
        assertThat(refused.exitCode()).as(refused.err()).isEqualTo(exitCode);
        assertThat(refused.err().lines()).hasSize(1);
        assertThat(refused.err()).contains(message);
        assertThat(refused.out()).isEmpty();
    }

    @Test
    void whatDoesNotGoTogetherIsRefusedInOneLine() throws IOException {
        String photograph = picture("p.png", 1, 1).toString();
        assertRefused(2, "--image needs a vision model", "rank", "--image", photograph);
        assertRefused(
                2,
                "--image, --text and FILE exclude each other",
                "rank",
                "--image",
                photograph,
                "--text",
                "a",
                "--model",
                "m.onnx");
        Path masks = Files.createDirectory(folder.resolve("masks"));
        picture("masks/q.png", 2, 2);
        assertRefused(
                3,
                "no mask for 1 of 1 (p)",
                "evaluate",
                "segmentation",
                folder.toString(),
                masks.toString(),
                "--model",
                "m.onnx");
    }

    @Test
    void aModelThatIsNoVisionModelIsRefused() throws IOException {
        assertRefused(
                3,
                "give a vision model for an image",
                "rank",
                "--image",
                picture("p.png", 4, 4).toString(),
                "--model",
                SharedModels.stories().toString());
    }
}
