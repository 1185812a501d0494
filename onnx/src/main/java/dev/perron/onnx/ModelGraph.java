package dev.perron.onnx;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What of a model is needed here: nodes, names and shapes, without the weights' values.
final class ModelGraph {
    private static final Set<String> TYPE_CHANGES = Set.of("Cast", "Identity", "DequantizeLinear");

    private final Header header;
    private final List<GraphNode> nodes;
    private final Map<String, Constant> constants;
    private final List<TensorDescription> inputs;
    private final List<TensorDescription> outputs;
    private final Map<String, List<String>> shapes;
    private final Map<String, GraphNode> producers = new HashMap<>();
    private final Map<String, List<GraphNode>> consumers = new HashMap<>();
    private final Set<String> computed = new HashSet<>();

    ModelGraph(
            Header header,
            List<GraphNode> nodes,
            Map<String, Constant> constants,
            List<TensorDescription> inputs,
            List<TensorDescription> outputs,
            Map<String, List<String>> shapes) {
        this.header = header;
        this.nodes = List.copyOf(nodes);
        this.constants = Map.copyOf(constants);
        // An input with an initializer has a default value: nobody has to give it.
        this.inputs = inputs.stream().filter(i -> !constants.containsKey(i.name())).toList();
        this.outputs = List.copyOf(outputs);
        this.shapes = Map.copyOf(shapes);
        for (TensorDescription input : this.inputs) {
            computed.add(input.name());
        }
        for (GraphNode node : this.nodes) { // ONNX's nodes are in topological order
            boolean any = node.inputs().stream().anyMatch(computed::contains);
            for (String output : node.outputs()) {
                producers.put(output, node);
                if (any) {
                    computed.add(output);
                }
            }
            for (String input : node.inputs()) {
                consumers.computeIfAbsent(input, name -> new ArrayList<>()).add(node);
            }
        }
    }

    /// What a model says of itself, and whether its weights lie in files beside it.
    record Header(
            String producer,
            String producerVersion,
            long irVersion,
            Map<String, Long> opsets,
            boolean externalData) {}

    /// A tensor that is part of the model.
    ///
    /// @param dims its shape
    /// @param values its values, when it holds a few whole numbers (a shape, an axis), else empty
    record Constant(List<Long> dims, List<Long> values) {}

    Header header() {
        return header;
    }

    List<GraphNode> nodes() {
        return nodes;
    }

    /// Inputs that must be given.
    List<TensorDescription> inputs() {
        return inputs;
    }

    List<TensorDescription> outputs() {
        return outputs;
    }

    /// Whether the tensor depends on an input.
    boolean computed(String tensor) {
        return computed.contains(tensor);
    }

    /// The declared shape, empty where unknown.
    List<String> shape(String tensor) {
        return shapes.getOrDefault(tensor, List.of());
    }

    /// Who makes the tensor; nobody, for inputs and constants.
    Optional<GraphNode> producer(String tensor) {
        return Optional.ofNullable(producers.get(tensor));
    }

    /// Who uses the tensor.
    List<GraphNode> consumers(String tensor) {
        return tensor.isEmpty() ? List.of() : consumers.getOrDefault(tensor, List.of());
    }

    /// The constant of that name, also behind a change of its type.
    Optional<Constant> constant(String tensor) {
        String name = tensor;
        // A damaged graph may run in circles: no chain is longer than the graph.
        for (int i = 0; i <= nodes.size(); i++) {
            GraphNode node = producers.get(name);
            if (constants.containsKey(name) || node == null || !TYPE_CHANGES.contains(node.op())) {
                return Optional.ofNullable(constants.get(name));
            }
            name = node.input(0);
        }
        return Optional.empty();
    }
}
