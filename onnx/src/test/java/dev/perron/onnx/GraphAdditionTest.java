package dev.perron.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;

import org.junit.jupiter.api.Test;

import java.lang.foreign.Arena;
import java.util.List;

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
