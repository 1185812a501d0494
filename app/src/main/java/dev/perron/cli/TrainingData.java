package dev.perron.cli;

import dev.perron.transformer.Evaluation;
import dev.perron.transformer.KnownSource;
import dev.perron.transformer.MarkovSource;
import dev.perron.transformer.RandomKernelSource;
import dev.perron.transformer.TextSource;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/// What a model is trained on, and what is known of it.
sealed interface TrainingData {
    /// Where its sequences come from.
    MarkovSource source();

    /// As in a headline.
    String name();

    /// What tells it from others, name and value: a checkpoint keeps it.
    Map<String, String> identity();

    /// What a document says about it.
    Map<String, Object> facts();

    /// How many symbols back it looks, as far as is known: no context can be shorter.
    int order();

    /// What symbols are called.
    List<String> symbols();

    /// How many probabilities a model is judged by: one a context and symbol, 0 if none are known.
    double judged();

    /// What a model has learned of it.
    ///
    /// @param evaluation with a loss that is a number
    Verdict judge(Evaluation evaluation);

    private static List<String> numbers(int symbols) {
        return IntStream.range(0, symbols).mapToObj(String::valueOf).toList();
    }

    /// One source for all sequences, whose laws are known.
    record Known(SourceOptions named, KnownSource source) implements TrainingData {
        @Override
        public String name() {
            return named.name();
        }

        @Override
        public Map<String, String> identity() {
            return named.identity(source);
        }

        @Override
        public Map<String, Object> facts() {
            return named.facts(source);
        }

        @Override
        public int order() {
            return source.order();
        }

        @Override
        public List<String> symbols() {
            return numbers(source.symbols());
        }

        @Override
        public double judged() {
            return (double) source.contexts() * source.symbols();
        }

        @Override
        public Verdict judge(Evaluation evaluation) {
            return RowVerdict.of(source, evaluation, symbols());
        }
    }

    /// A new source for each sequence.
    record RandomKernels(String name, RandomKernelSource source, String start)
            implements TrainingData {
        @Override
        public Map<String, String> identity() {
            return Map.of("source", name, "start", start);
        }

        @Override
        public Map<String, Object> facts() {
            return Json.object(
                    "name", name,
                    "symbols", source.symbols(),
                    "order", source.order(),
                    "concentration", source.concentration(),
                    "start", start);
        }

        @Override
        public int order() {
            return source.order();
        }

        @Override
        public List<String> symbols() {
            return numbers(source.symbols());
        }

        @Override
        public double judged() {
            return 0;
        }

        @Override
        public Verdict judge(Evaluation evaluation) {
            return StrategyVerdict.of(evaluation);
        }
    }

    /// A text, by its characters or the tokens of a tokenizer.
    ///
    /// @param symbols what is numbered, in the order of the numbers
    /// @param tokenizer a `tokenizer.json` that cuts a text into them, if there is one
    /// @param entropies of a symbol given the 0, 1, ... before it, as counted
    record Text(
            String name,
            TextSource source,
            Map<String, String> identity,
            List<String> symbols,
            Optional<byte[]> tokenizer,
            List<Double> entropies)
            implements TrainingData {
        /// Copies the lists.
        public Text {
            symbols = List.copyOf(symbols);
            entropies = List.copyOf(entropies);
        }

        @Override
        public Map<String, Object> facts() {
            return Json.object(
                    "name",
                    name,
                    "length",
                    source.length(),
                    "heldOut",
                    source.heldOut().length(),
                    "symbols",
                    symbols.size(),
                    "names",
                    symbols,
                    "conditionalEntropies",
                    entropies);
        }

        @Override
        public int order() {
            return 1;
        }

        @Override
        public double judged() {
            return (double) symbols.size() * symbols.size();
        }

        @Override
        public Verdict judge(Evaluation evaluation) {
            return RowVerdict.ofText(
                    source, evaluation, symbols.stream().map(Text::visible).toList(), entropies);
        }

        /// A blank has to be seen in a table.
        private static String visible(String symbol) {
            return symbol.isBlank()
                    ? symbol.replace(' ', '␣')
                            .replace('\n', '⏎')
                            .replace('\r', '␍')
                            .replace('\t', '⇥')
                    : symbol;
        }
    }
}
