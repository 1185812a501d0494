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
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

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
        // A mark in what is done shows that it isn't done again.
        String marked = whole.replaceFirst("0,a.png,6,mean,0,", "0,a.png,6,mean,000,");
        Files.writeString(table, marked.substring(0, marked.length() * 3 / 4));
        PerronProcess second = PerronProcess.run(command);
        assertThat(second.exitCode()).as(second.err()).isZero();
        assertThat(Files.readString(table)).isEqualTo(marked);
        Files.move(picture("0.png", 60, 50), photographs.resolve("0.png"));
        PerronProcess other = PerronProcess.run(command);
        assertThat(other.exitCode()).isEqualTo(3);
        assertThat(other.err())
                .contains("1,b.png,6,mean,0,", "where the same input now gives 1,a.png");
        assertThat(Files.readString(table)).isEqualTo(marked);
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

    @Test
    void aFolderIsAskedForBouncesStatesAndChainsToo() throws IOException {
        Path photographs = Files.createDirectory(folder.resolve("photographs"));
        for (String name : new String[] {"a.png", "b.png"}) {
            Files.move(picture(name, 60, 50), photographs.resolve(name));
        }
        Map<String, List<String>> asked =
                Map.of(
                        "bounce", List.of("--from", "CLS", "--steps", "1"),
                        "states", List.of("-m", "2"),
                        "chain", List.of());
        Map<String, Integer> rows =
                Map.of("bounce", 2 * 2 * 197, "states", 2 * 2 * 197, "chain", 2 * 197);
        asked.forEach(
                (command, more) -> {
                    List<String> words =
                            new ArrayList<>(List.of(command, "--image", photographs.toString()));
                    words.addAll(
                            List.of(
                                    "--model",
                                    SharedModels.vit().toString(),
                                    "--layer",
                                    "6",
                                    "--csv"));
                    words.addAll(more);
                    PerronProcess run = PerronProcess.run(words.toArray(String[]::new));
                    assertThat(run.exitCode()).as(run.err()).isZero();
                    assertThat(run.out().lines())
                            .as(command)
                            .hasSize(1 + rows.getOrDefault(command, 0));
                    assertThat(run.out()).startsWith("image,file,").contains("\n1,b.png,");
                    assertThat(run.err())
                            .contains("2 images in")
                            .containsPattern(
                                    "The model's own inference takes [\\d.]+ % of the time");
                });
    }

    @Test
    void aWalkStartsWhereTheModelSeesItsClass() throws IOException {
        JsonObject walk =
                PerronProcess.run(
                                sized(
                                        "8x6",
                                        "bounce",
                                        "--image",
                                        picture("p.png", 20, 12).toString(),
                                        "--model",
                                        anySize().toString(),
                                        "--from",
                                        "class",
                                        "--steps",
                                        "1",
                                        "--json"))
                        .json();
        JsonObject start = walk.get("start").getAsJsonObject();
        assertThat(start.get("class").getAsInt()).isBetween(0, 4);
        assertThat(start.get("probability").getAsDouble()).isBetween(0.2, 1.0);
        double sum = 0;
        for (var weight : start.get("weights").getAsJsonArray()) {
            sum += weight.getAsDouble();
        }
        assertThat(sum).isCloseTo(1, within(1e-9));
        assertThat(walk.get("bounces").getAsJsonArray().get(0)).isEqualTo(start.get("weights"));
    }

    @Test
    void whatAMethodDoesNotHaveIsRefused() throws IOException {
        String photograph = picture("p.png", 8, 8).toString();
        String model = SharedModels.vit().toString();
        assertRefused(
                2,
                "--from needs --method bounce",
                "segment",
                photograph,
                "--model",
                model,
                "--from",
                "CLS");
        assertRefused(
                2,
                "--steps needs --method bounce",
                "segment",
                photograph,
                "--model",
                model,
                "--method",
                "rank",
                "--steps",
                "2");
        assertRefused(
                2,
                "bounces keep all tokens",
                "segment",
                photograph,
                "--model",
                model,
                "--method",
                "bounce",
                "--special-tokens",
                "drop");
        assertRefused(
                2,
                "exclude each other",
                "segment",
                photograph,
                "--model",
                model,
                "--method",
                "bounce",
                "--from",
                "1,1",
                "--from-pixel",
                "1,1");
    }

    @Test
    void masksOfAnotherSizeAndEmptyOnesAreSaidAndATrialIsGoneOnWith() throws IOException {
        Path images = Files.createDirectory(folder.resolve("images"));
        Path masks = Files.createDirectory(folder.resolve("masks"));
        for (String name : new String[] {"a", "b"}) {
            Files.move(picture(name + ".png", 32, 24), images.resolve(name + ".png"));
        }
        ImageFile.writeMask(
                masks.resolve("a.png"), Mask.of(64, 48, (x, y) -> Math.hypot(x - 32, y - 24) < 16));
        ImageFile.writeMask(masks.resolve("b.png"), Mask.of(32, 24, (x, y) -> false));
        Path trials = folder.resolve("trials.csv");
        String[] command =
                sized(
                        "8x6",
                        "evaluate",
                        "segmentation",
                        images.toString(),
                        masks.toString(),
                        "--model",
                        anySize().toString(),
                        "-o",
                        trials.toString(),
                        "--resume");
        PerronProcess first = PerronProcess.run(command);
        assertThat(first.exitCode()).as(first.err()).isZero();
        assertThat(first.out())
                .contains("brought to it: a")
                .contains("row select (CLS): not applicable, the model has no CLS token")
                .contains("without any foreground (IoU 1 if none is found, else 0): b");
        String whole = Files.readString(trials);
        Files.writeString(trials, whole.substring(0, whole.length() * 3 / 4));
        assertThat(PerronProcess.run(command).out()).isEqualTo(first.out());
        assertThat(Files.readString(trials)).isEqualTo(whole);
    }

    @Test
    void maskingAsksAboutTrueClassesAndPoolsRandomOrders() throws IOException {
        Path images = Files.createDirectory(folder.resolve("images"));
        for (String name : new String[] {"a", "b"}) {
            Files.move(picture(name + ".png", 32, 24), images.resolve(name + ".png"));
        }
        Path labels = Files.writeString(folder.resolve("l.csv"), "a,3\nb,4\n");
        Path trials = folder.resolve("m.csv");
        String[] command = {
            "evaluate",
            "masking",
            images.toString(),
            "--model",
            SharedModels.vit().toString(),
            "--steps",
            "2",
            "--random",
            "2",
            "--labels",
            labels.toString(),
            "--json",
            "-o",
            trials.toString(),
            "--resume"
        };
        JsonObject first = PerronProcess.run(command).json();
        assertThat(first.get("classes").getAsString()).startsWith("logits float");
        assertThat(first.get("accuracy").getAsString()).contains("true class");
        JsonArray methods = first.get("methods").getAsJsonArray();
        assertThat(methods).hasSize(6);
        JsonObject random = methods.get(5).getAsJsonObject();
        assertThat(random.get("name").getAsString()).isEqualTo("random");
        assertThat(random.get("orders").getAsInt()).isEqualTo(2);
        JsonArray accuracy =
                random.get("accuracyMostFirst").getAsJsonObject().get("values").getAsJsonArray();
        assertThat(accuracy.get(0).getAsDouble()).as("a disc is no shark").isZero();
        String whole = Files.readString(trials);
        assertThat(whole.lines()).hasSize(1 + 2 * 7 * 2 * 3);
        JsonObject again = PerronProcess.run(command).json();
        assertThat(again.get("methods")).isEqualTo(methods);
        assertThat(Files.readString(trials)).isEqualTo(whole);
    }

    /// A model of one head on patches of 2 x 2 pixels, of any number, without CLS, and with 5
    /// classes: the one of VisionModelTest in module onnx, as bytes.
    private Path anySize() throws IOException {
        Path file = folder.resolve("any-size.onnx");
        try (InputStream bytes =
                Objects.requireNonNull(getClass().getResourceAsStream("any-size.onnx"))) {
            Files.copy(bytes, file);
        }
        return file;
    }

    private static String[] sized(String size, String... command) {
        List<String> words = new ArrayList<>(List.of(command));
        words.addAll(List.of("--image-size", size));
        words.addAll(List.of("--image-mean", "0.5,0.5,0.5", "--image-std", "0.5,0.5,0.5"));
        return words.toArray(String[]::new);
    }

    @Test
    void aModelOfAnySizeTakesTheSizeThatIsAskedFor() throws IOException {
        String photograph = picture("p.png", 20, 12).toString();
        String[] rank = {"rank", "--image", photograph, "--model", anySize().toString(), "--json"};
        JsonObject small = PerronProcess.run(sized("8x6", rank)).json();
        assertThat(small.get("rows").getAsInt()).isEqualTo(3);
        assertThat(small.get("columns").getAsInt()).isEqualTo(4);
        assertThat(small.get("tokens").getAsJsonArray()).hasSize(12);
        JsonObject wide = PerronProcess.run(sized("20x4", rank)).json();
        assertThat(wide.get("columns").getAsInt()).isEqualTo(10);
        assertRefused(3, "patches of 2 pixels don't divide 7 x 6 pixels", sized("7x6", rank));
    }

    @Test
    void whatNeedsClsIsNotApplicableWhereThereIsNone() throws IOException {
        Path images = Files.createDirectory(folder.resolve("images"));
        Files.move(picture("a.png", 20, 12), images.resolve("a.png"));
        JsonObject masking =
                PerronProcess.run(
                                sized(
                                        "8x6",
                                        "evaluate",
                                        "masking",
                                        images.toString(),
                                        "--model",
                                        anySize().toString(),
                                        "--steps",
                                        "2",
                                        "--json"))
                        .json();
        List<String> missing = new ArrayList<>();
        for (var method : masking.get("methods").getAsJsonArray()) {
            JsonObject entry = method.getAsJsonObject();
            if (entry.has("notApplicable")) {
                assertThat(entry.get("notApplicable").getAsString()).contains("no CLS token");
                missing.add(entry.get("name").getAsString());
            }
        }
        assertThat(missing).containsExactly("bounces from CLS", "CLS row", "rollout");
    }
}
