package dev.perron.onnx;

import dev.perron.attention.model.TextInput;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/// Which texts go through a model together, in one run: those of like length, the shorter ones
/// filled up, where the model can be seen to keep texts apart.
///
/// It can't where a text has no place of its own on the first axis of every input, where there is a
/// cache to be given, and where numbers are rounded by what the largest of them is in the whole run
/// (dynamic quantisation): then a text's attention would depend on its company. Without a mask as
/// an input only texts of one length go together.
///
/// @param several whether texts go together at all
/// @param filledUp whether also those that aren't of one length
record TextGroups(boolean several, boolean filledUp) {
    /// Each text by itself.
    static final TextGroups NONE = new TextGroups(false, false);

    /// Texts of a run.
    private static final int MOST = 32;

    /// Numbers of attention that a run gives: 64 MB.
    private static final long MOST_NUMBERS = 1L << 24;

    private static final int USUAL_HEADS = 16;

    static TextGroups of(ModelGraph graph) {
        boolean several =
                graph.inputs().stream().allMatch(TextGroups::open)
                        && graph.nodes().stream().noneMatch(TextGroups::couples);
        boolean mask =
                graph.inputs().stream().anyMatch(input -> input.name().equals("attention_mask"));
        return new TextGroups(several, several && mask);
    }

    private static boolean open(TensorDescription input) {
        return !PastInput.isName(input.name())
                && input.shape().size() == 2
                && !input.shape().getFirst().matches("[0-9]+");
    }

    /// What is in a subgraph isn't looked at.
    private static boolean couples(GraphNode node) {
        return node.subgraphs() || node.op().contains("DynamicQuantize");
    }

    /// The numbers of texts that go together; each text is in one group, and a group's are
    /// ascending.
    ///
    /// @param matrices of attention that are wanted of each text
    List<List<Integer>> of(List<TextInput> texts, int matrices) {
        List<Integer> byLength =
                IntStream.range(0, texts.size())
                        .boxed()
                        .sorted(Comparator.comparingInt(text -> texts.get(text).size()))
                        .toList();
        List<List<Integer>> groups = new ArrayList<>();
        List<Integer> group = new ArrayList<>();
        for (int text : byLength) {
            if (!group.isEmpty() && !fits(texts, group, text, matrices)) {
                groups.add(group.stream().sorted().toList());
                group.clear();
            }
            group.add(text);
        }
        if (!group.isEmpty()) {
            groups.add(group.stream().sorted().toList());
        }
        return groups;
    }

    /// @param group texts that aren't longer than the next one
    private boolean fits(List<TextInput> texts, List<Integer> group, int next, int matrices) {
        int shortest = texts.get(group.getFirst()).size();
        long length = texts.get(next).size();
        boolean alike = filledUp ? 4L * shortest >= 3 * length : shortest == length;
        return several
                && alike
                && group.size() < MOST
                && (group.size() + 1) * length * length * matrices <= MOST_NUMBERS;
    }

    /// How many matrices of attention a run gives of a text.
    static int matrices(ModelDescription model, List<Integer> layers) {
        return layers.stream()
                .mapToInt(layer -> model.sites().get(layer).heads().orElse(USUAL_HEADS))
                .sum();
    }
}
