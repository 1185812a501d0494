package dev.perron.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;

import org.junit.jupiter.api.Test;

import java.lang.foreign.Arena;
import java.util.List;
import java.util.Map;

/// Protobuf's own classes as the second opinion.
class GraphAdditionTest {
    @Test
    void appendedOutputsAreMergedAndNothingElseChanges() throws InvalidProtocolBufferException {
        List<String> tensors =
                List.of("/encoder/layer.0/attention/self/Softmax_output_0", "b", "ü");
        try (Arena arena = Arena.ofConfined();
                ModelBytes encoder = EmbeddedEncoder.model()) {
            ModelProto before = ModelProto.parseFrom(ByteString.copyFrom(encoder.view()));
            GraphAddition addition = new GraphAddition();
            tensors.forEach(addition::output);
            byte[] message = addition.message();
            ModelProto after =
                    ModelProto.parseFrom(ByteString.copyFrom(encoder.followedBy(message, arena)));

            GraphProto.Builder expected = before.getGraph().toBuilder();
            tensors.forEach(name -> expected.addOutput(ValueInfoProto.newBuilder().setName(name)));
            assertThat(after).isEqualTo(before.toBuilder().setGraph(expected).build());
        }
    }

    @Test
    void addedNodesAreWhatProtobufReads() throws InvalidProtocolBufferException {
        GraphNode node =
                FusedModels.multiHead(
                                new TwinModels(TwinModels.HEADS, 1).projected(),
                                List.of("q", "k", "v"),
                                ModelFile.real("scale", 0.5f))
                        .toGraph()
                        .nodes()
                        .getLast();
        GraphProto graph =
                ModelProto.parseFrom(
                                new GraphAddition()
                                        .copy(
                                                node,
                                                List.of("a", "", "b"),
                                                Map.entry("num_heads", 7L))
                                        .integer("one", 1)
                                        .slice("a", "part", 2, 5)
                                        .type("b", "float16")
                                        .output("part")
                                        .output("part")
                                        .message())
                        .getGraph();

        NodeProto copy = graph.getNode(0);
        assertThat(copy.getOpType()).isEqualTo("MultiHeadAttention");
        assertThat(copy.getDomain()).isEqualTo("com.microsoft");
        assertThat(copy.getInputList()).containsExactly("q", "k", "v");
        assertThat(copy.getOutputList()).containsExactly("a", "", "b");
        assertThat(copy.getAttributeList())
                .extracting(a -> a.getName(), a -> a.getI(), a -> a.getF())
                .containsExactlyInAnyOrder(tuple("scale", 0L, 0.5f), tuple("num_heads", 7L, 0f));
        assertThat(graph.getInitializerList())
                .extracting(t -> t.getName(), t -> t.getDimsList())
                .containsExactly(
                        tuple("one", List.of()),
                        tuple("part.from", List.of(1L)),
                        tuple("part.to", List.of(1L)),
                        tuple("part.axis", List.of(1L)));
        assertThat(graph.getValueInfo(0).getType().getTensorType().getElemType()).isEqualTo(10);
        assertThat(graph.getOutputList()).hasSize(1);
    }

    @Test
    void theReaderSeesWhatProtobufSees() throws InvalidProtocolBufferException {
        try (ModelBytes encoder = EmbeddedEncoder.model()) {
            ModelProto model = ModelProto.parseFrom(ByteString.copyFrom(encoder.view()));
            ModelGraph graph = ModelReader.read("m", encoder.view());

            assertThat(graph.nodes())
                    .extracting(GraphNode::op)
                    .isEqualTo(
                            model.getGraph().getNodeList().stream()
                                    .map(n -> n.getOpType())
                                    .toList());
            model.getGraph()
                    .getInitializerList()
                    .forEach(
                            t ->
                                    assertThat(graph.constant(t.getName()).orElseThrow().dims())
                                            .as(t.getName())
                                            .isEqualTo(t.getDimsList()));
        }
    }
}
