package dev.perron.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.OptionalInt;

class TextLimitsTest {
    private static TextLimits limits(ModelFile file) {
        return TextLimits.of(file.toGraph());
    }

    @Test
    void theTableThatIdsSelectFromIsTheVocabulary() {
        TextLimits limits = limits(ModelFile.oneHead(77));

        assertThat(limits.vocabulary()).isEqualTo(OptionalInt.of(77));
        assertThat(limits.contextLength()).isEmpty();
    }

    @Test
    void theTableThatPositionsSelectFromIsTheContext() {
        TextLimits limits =
                limits(
                        ModelFile.oneHead(77)
                                .input("position_ids", 7, "batch", "sequence")
                                .table("positions", 32, 4)
                                .node("Gather", List.of("positions", "position_ids"), "p"));

        assertThat(limits.contextLength()).isEqualTo(OptionalInt.of(32));
    }

    @Test
    void positionsThatDoNotStartAtZeroLeaveLessRoom() {
        TextLimits limits =
                limits(
                        ModelFile.oneHead(77)
                                .table("positions", 34, 4)
                                .integer("two", 2)
                                .node("Shape", List.of("input_ids"), "n")
                                .node("Range", List.of("two", "n", "two"), "range")
                                .node("Add", List.of("range", "two"), "shifted")
                                .node("Gather", List.of("positions", "shifted"), "p"));

        assertThat(limits.contextLength()).isEqualTo(OptionalInt.of(32));
    }

    @Test
    void theShortestTableThatIsCutToTheTextIsTheContext() {
        TextLimits limits =
                limits(
                        ModelFile.oneHead(77)
                                .table("angles", 48, 4)
                                .integers("zero", 0)
                                .node("Shape", List.of("input_ids"), "n")
                                .node("Slice", List.of("angles", "zero", "n", "zero"), "cut")
                                .table("longer", 64, 4)
                                .node("Slice", List.of("longer", "zero", "n", "zero"), "cut2")
                                .table("fixed", 8, 4)
                                .node("Slice", List.of("fixed", "zero", "axis", "zero"), "cut3"));

        assertThat(limits.contextLength()).isEqualTo(OptionalInt.of(48));
    }

    @Test
    void bucketsOfDistancesAreNoContext() {
        TextLimits limits =
                limits(
                        ModelFile.oneHead(77)
                                .table("buckets", 8, 4)
                                .node("Range", List.of("axis", "input_ids", "axis"), "range")
                                .node("Min", List.of("range", "axis"), "bucket")
                                .node("Gather", List.of("buckets", "bucket"), "bias"));

        assertThat(limits.contextLength()).isEmpty();
    }

    @Test
    void theEncoderHasRoomForFiveHundredAndTwelveTokens() {
        try (OnnxModel model = OnnxModel.embedded()) {
            assertThat(model.description().contextLength()).isEqualTo(OptionalInt.of(512));
            assertThat(model.description().vocabulary()).isEqualTo(OptionalInt.of(30522));
        }
    }

    @Test
    void theCausalModelHasRoomForFiveHundredAndTwelveTokens() {
        try (OnnxModel model = OnnxModel.open(SharedModels.file("stories260k.onnx"))) {
            assertThat(model.description().contextLength()).isEqualTo(OptionalInt.of(512));
            assertThat(model.description().vocabulary()).isEqualTo(OptionalInt.of(512));
        }
    }
}
