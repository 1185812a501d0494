package dev.perron.onnx;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// What of a model is needed here: nodes, names and shapes, without the weights' values.
final class ModelGraph {
    private static final Set<String> TYPE_CHANGES = Set.of("Cast", "Identity", "DequantizeLinear");

    private static final Set<String> LENGTHS = Set.of("Shape", "Size");

    private final Header header;
    private final List<GraphNode> nodes;
    private final Map<String, Constant> constants;
    private final List<TensorDescription> inputs;
    private final List<TensorDescription> outputs;
    private final Map<String, TensorDescription> values;
    private final Map<String, GraphNode> producers = new HashMap<>();
    private final Map<String, List<GraphNode>> consumers = new HashMap<>();
    private final Set<String> computed = new HashSet<>();

    ModelGraph(
            Header header,
            List<GraphNode> nodes,
            Map<String, Constant> constants,
            List<TensorDescription> inputs,
            List<TensorDescription> outputs,
            Map<String, TensorDescription> values) {
        this.header = header;
        this.nodes = List.copyOf(nodes);
        this.constants = Map.copyOf(constants);
        // An input with an initializer has a default value: nobody has to give it.
        this.inputs = inputs.stream().filter(i -> !constants.containsKey(i.name())).toList();
        this.outputs = List.copyOf(outputs);
        this.values = new HashMap<>(values);
        outputs.forEach(output -> this.values.putIfAbsent(output.name(), output));
        inputs.forEach(input -> this.values.putIfAbsent(input.name(), input));
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

    /// What a model says of itself, and which of its weights lie in files beside it.
    record Header(
            String producer,
            String producerVersion,
            long irVersion,
            Map<String, Long> opsets,
            List<ExternalData> externalData) {}

    /// A tensor that is part of the model.
    ///
    /// @param type its elements' type, in ONNX's words
    /// @param dims its shape
    /// @param values its values, when it holds a few whole numbers (a shape, an axis), else empty
    record Constant(String type, List<Long> dims, List<Long> values) {}

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
        TensorDescription value = values.get(tensor);
        return value == null ? List.of() : value.shape();
    }

    /// The type of a tensor that holds floats: as it is declared, or as what it is made from is.
    String floatType(String tensor) {
        Deque<String> open = new ArrayDeque<>(List.of(tensor));
        Set<String> seen = new HashSet<>();
        while (!open.isEmpty()) {
            String name = open.remove();
            if (!seen.add(name)) {
                continue;
            }
            String declared = declaredType(name);
            if (ElementType.floating(declared)) {
                return declared;
            }
            if (producers.containsKey(name) && declared.isEmpty()) {
                open.addAll(producers.get(name).inputs());
            }
        }
        return "float";
    }

    /// `""` where nothing is declared.
    private String declaredType(String tensor) {
        if (constants.containsKey(tensor)) {
            return constants.get(tensor).type();
        }
        if (values.containsKey(tensor) && !values.get(tensor).type().equals("?")) {
            return values.get(tensor).type();
        }
        GraphNode maker = producers.get(tensor);
        return maker != null && maker.op().equals("Cast")
                ? ElementType.name(maker.number("to", 0))
                : "";
    }

    /// Inputs of the model whose values the tensor is made from, not only their lengths.
    Set<String> sources(String tensor) {
        Deque<String> open = new ArrayDeque<>(List.of(tensor));
        Set<String> seen = new HashSet<>();
        Set<String> sources = new TreeSet<>();
        while (!open.isEmpty()) {
            String name = open.remove();
            if (!seen.add(name) || !computed.contains(name)) {
                continue;
            }
            GraphNode maker = producers.get(name);
            if (maker == null) {
                sources.add(name);
            } else if (!LENGTHS.contains(maker.op())) {
                open.addAll(maker.inputs());
            }
        }
        return sources;
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
