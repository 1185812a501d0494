package dev.perron.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perron.onnx.AttentionSite.KeySource;
import dev.perron.onnx.AttentionSite.Readout;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;
import java.util.OptionalInt;

class AttentionSearchTest {
    private static List<AttentionSite> sites(ModelFile file) {
        return AttentionSearch.sites(file.toGraph()).stream()
                .map(AttentionSearch.Found::site)
                .toList();
    }

    @Test
    void softmaxOfScoresThatWeighsValuesIsASite() {
        List<AttentionSite> sites = sites(ModelFile.oneHead(10).attending("a"));

        assertThat(sites)
                .containsExactly(
                        new AttentionSite(
                                0,
                                "Softmax",
                                "node a",
                                OptionalInt.empty(),
                                KeySource.SAME_TOKENS,
                                new Readout.Direct("a")));
    }

    @Test
    void maskScaleAndDropoutMayStandBetween() {
        List<AttentionSite> sites =
                sites(
                        ModelFile.oneHead(10)
                                .table("mask", 1, 1)
                                .node("Div", List.of("scores", "mask"), "scaled")
                                .node("Add", List.of("mask", "scaled"), "masked")
                                .node("Softmax", List.of("masked"), "a")
                                .node("IsNaN", List.of("a"), "nan")
                                .node("Where", List.of("nan", "mask", "a"), "safe")
                                .node("Dropout", List.of("safe"), "dropped")
                                .node("Cast", List.of("dropped"), "cast")
                                .node("MatMul", List.of("cast", "x4"), "y"));

        assertThat(sites)
                .extracting(AttentionSite::readout)
                .containsExactly(new Readout.Direct("a"));
    }

    @Test
    void aClassifierIsNoSite() {
        assertThat(
                        sites(
                                ModelFile.oneHead(10)
                                        .table("w", 4, 5)
                                        .table("classes", 5, 3)
                                        .node("MatMul", List.of("x4", "w"), "logits")
                                        .node("Softmax", List.of("logits"), "p")
                                        .node("MatMul", List.of("p", "classes"), "y")))
                .isEmpty();
    }

    @Test
    void aGateOfExpertsIsNoSite() {
        assertThat(
                        sites(
                                ModelFile.oneHead(10)
                                        .table("router", 4, 2)
                                        .table("bias", 1, 2)
                                        .node("MatMul", List.of("x4", "router"), "r")
                                        .node("Add", List.of("r", "bias"), "logits")
                                        .node("Softmax", List.of("logits"), "gate")
                                        .node("MatMul", List.of("gate", "x4"), "y")))
                .isEmpty();
    }

    @Test
    void scoresThatWeighNothingAreNoSite() {
        assertThat(sites(ModelFile.oneHead(10).node("Softmax", List.of("scores"), "p"))).isEmpty();
    }

    @Test
    void softmaxOnTheRightOfAProductIsNoSite() {
        assertThat(
                        sites(
                                ModelFile.oneHead(10)
                                        .node("Softmax", List.of("scores"), "p")
                                        .node("MatMul", List.of("x4", "p"), "y")))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"17, -1, 1", "17, 3, 1", "17, 1, 0", "17, 0, 0", "11, 3, 1", "11, 1, 0"})
    void onlySoftmaxOverTheLastAxisIsASite(long opset, long axis, int found) {
        ModelFile file =
                ModelFile.oneHead(10)
                        .opset(opset)
                        .node("Softmax", List.of("scores"), "p", ModelFile.attribute("axis", axis))
                        .node("MatMul", List.of("p", "x4"), "y");

        assertThat(sites(file)).hasSize(found);
    }

    @Test
    void headsAreSeenThroughTheReshapeOfQueries() {
        ModelFile file =
                ModelFile.oneHead(10)
                        .integers("shape", 0, 0, 2, 2)
                        .node("Reshape", List.of("x", "shape"), "r")
                        .node(
                                "Transpose",
                                List.of("r"),
                                "q",
                                ModelFile.attribute("perm", 0, 2, 1, 3))
                        .node("MatMul", List.of("q", "x4"), "qk")
                        .node("Softmax", List.of("qk"), "p")
                        .node("MatMul", List.of("p", "x4"), "y");

        assertThat(sites(file)).extracting(AttentionSite::heads).containsExactly(OptionalInt.of(2));
    }

    @Test
    void headsOfAShapeThatIsPutTogetherInPairsAreNotGuessed() {
        ModelFile file =
                ModelFile.oneHead(10)
                        .integers("heads", 2)
                        .integers("size", 2)
                        .node("Shape", List.of("input_ids"), "batchAndLength")
                        .node("Concat", List.of("batchAndLength", "heads", "size"), "shape")
                        .node("Reshape", List.of("x", "shape"), "r")
                        .node(
                                "Transpose",
                                List.of("r"),
                                "q",
                                ModelFile.attribute("perm", 0, 2, 1, 3))
                        .node("MatMul", List.of("q", "x4"), "qk")
                        .node("Softmax", List.of("qk"), "p")
                        .node("MatMul", List.of("p", "x4"), "y");

        assertThat(sites(file))
                .extracting(AttentionSite::heads)
                .containsExactly(OptionalInt.empty());
    }

    @Test
    void theEncoderHasSixLayersOfTwelveHeads() {
        try (OnnxModel model = OnnxModel.embedded()) {
            List<AttentionSite> sites = model.description().sites();

            assertThat(sites).extracting(AttentionSite::layer).containsExactly(0, 1, 2, 3, 4, 5);
            assertThat(sites).extracting(AttentionSite::heads).containsOnly(OptionalInt.of(12));
            assertThat(sites).allMatch(AttentionSite::direct);
            assertThat(sites.get(4).node()).isEqualTo("/encoder/layer.4/attention/self/Softmax");
        }
    }

    @Test
    void aCausalModelHasFiveLayersOfEightHeads() {
        try (OnnxModel model = OnnxModel.open(SharedModels.file("stories260k.onnx"))) {
            assertThat(model.description().sites())
                    .hasSize(5)
                    .allMatch(AttentionSite::direct)
                    .extracting(AttentionSite::heads)
                    .containsOnly(OptionalInt.of(8));
        }
    }

    @Test
    void aVisionTransformerHasTwelveLayersOfThreeHeads() {
        try (OnnxModel model = OnnxModel.open(SharedModels.file("vit-tiny-patch16-224.onnx"))) {
            assertThat(model.description().sites())
                    .hasSize(12)
                    .allMatch(AttentionSite::direct)
                    .extracting(AttentionSite::heads)
                    .containsOnly(OptionalInt.of(3));
            assertThat(model.description().vocabulary()).isEmpty();
        }
    }
}
