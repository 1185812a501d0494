package dev.perron.transformer;

import dev.perron.chain.Distribution;
import dev.perron.chain.StochasticMatrix;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.random.RandomGenerator;

/// A text, cut into windows at random places. Nobody knows its source; what can be known exactly is
/// how its symbols follow on each other, with its end joined to its beginning.
public final class TextSource implements MarkovSource {
    private final int[] text;
    private final int symbols;
    private final int end; // of the part that is trained on
    private @Nullable KernelSource chain; // counted when it is first asked for

    private TextSource(int[] text, int symbols, int end) {
        this.text = text;
        this.symbols = symbols;
        this.end = end;
    }

    /// The characters of a text, numbered in the order of their code points.
    ///
    /// @throws IllegalArgumentException if the text is empty
    public static TextSource ofCharacters(String text) {
        int[] points = text.codePoints().toArray();
        int[] alphabet = Arrays.stream(points).sorted().distinct().toArray();
        return ofTokens(
                Arrays.stream(points).map(c -> Arrays.binarySearch(alphabet, c)).toArray(),
                alphabet.length);
    }

    /// A text that a tokenizer has cut.
    ///
    /// @param symbols S, the size of the vocabulary
    /// @throws IllegalArgumentException if there are no tokens, or one isn't from 0 to S-1
    public static TextSource ofTokens(int[] tokens, int symbols) {
        if (tokens.length == 0) {
            throw new IllegalArgumentException("no tokens, must be at least 1");
        }
        for (int t = 0; t < tokens.length; t++) {
            if (tokens[t] < 0 || tokens[t] >= symbols) {
                throw new IllegalArgumentException(
                        "token %d at place %d, must be from 0 to %d"
                                .formatted(tokens[t], t, symbols - 1));
            }
        }
        return new TextSource(tokens.clone(), symbols, tokens.length);
    }

    /// The number of symbols in the text.
    public int length() {
        return text.length;
    }

    /// The part of the text from `first` to before `end`, with the same symbols: for training on
    /// one part and judging by another.
    ///
    /// @throws IllegalArgumentException if it isn't within the text or is empty
    public TextSource part(int first, int end) {
        if (first < 0 || end > text.length || first >= end) {
            throw new IllegalArgumentException(
                    "part from %d to %d, must be within 0 to %d and not empty"
                            .formatted(first, end, text.length));
        }
        return new TextSource(Arrays.copyOfRange(text, first, end), symbols, end - first);
    }

    /// The same text, whose windows are all from its beginning, so that a model can be judged by
    /// the rest; what is counted is still counted in all of it.
    ///
    /// @param symbols of the rest, at least 1
    /// @throws IllegalArgumentException if nothing would be left at one of the ends
    public TextSource holdingOut(int symbols) {
        if (symbols < 1 || symbols >= text.length) {
            throw new IllegalArgumentException(
                    "%d symbols held out of %d, must be at least 1 and leave 1"
                            .formatted(symbols, text.length));
        }
        return new TextSource(text, this.symbols, text.length - symbols);
    }

    /// What is held out; all of it if nothing is.
    public TextSource heldOut() {
        return end == text.length ? this : part(end, text.length);
    }

    /// How often each symbol occurs.
    public Distribution unigram() {
        double[] counts = new double[symbols];
        for (int symbol : text) {
            counts[symbol]++;
        }
        return Distribution.proportionalTo(counts);
    }

    /// The entropy in nats of a symbol, given the k before it, as counted in this text: the least
    /// loss of a model of order k on the text itself, and for large k far below that on any other.
    ///
    /// @param order k, from 0
    /// @throws IllegalArgumentException if k is negative
    public double conditionalEntropy(int order) {
        if (order < 0) {
            throw new IllegalArgumentException("order %d, must be at least 0".formatted(order));
        }
        return blockEntropy(order + 1) - blockEntropy(order);
    }

    /// Whether there is a [#chain()].
    public boolean hasChain() {
        return symbols <= KernelSource.MAX_CONTEXTS
                && Arrays.stream(text).distinct().count() == symbols;
    }

    /// The source of order 1 whose matrix is how symbols follow on each other in the text, on the
    /// symbols that occur in it. It is counted once.
    ///
    /// @throws IllegalArgumentException if not all S symbols occur, or are above
    ///   [KernelSource#MAX_CONTEXTS]
    public synchronized KernelSource chain() {
        if (chain == null) {
            chain = counted();
        }
        return chain;
    }

    private KernelSource counted() {
        if (symbols > KernelSource.MAX_CONTEXTS) {
            throw new IllegalArgumentException(
                    "%d symbols, must be at most %d".formatted(symbols, KernelSource.MAX_CONTEXTS));
        }
        double[] counts = new double[symbols * symbols];
        for (int t = 0; t < text.length; t++) {
            counts[text[t] * symbols + text[(t + 1) % text.length]]++;
        }
        return KernelSource.ofMatrix(
                StochasticMatrix.proportionalTo(symbols, counts), new StartLaw.Stationary());
    }

    @Override
    public int symbols() {
        return symbols;
    }

    /// Windows from random places, all equally likely.
    ///
    /// @throws IllegalArgumentException also if the text is shorter than a window
    @Override
    public void fill(RandomGenerator random, int[] tokens, int batch, int length) {
        MarkovSource.requireRoom(tokens, batch, length);
        if (length > end) {
            throw new IllegalArgumentException(
                    "windows of %d symbols, must be at most the text's %d".formatted(length, end));
        }
        for (int row = 0; row < batch; row++) {
            int first = random.nextInt(end - length + 1);
            System.arraycopy(text, first, tokens, row * length, length);
        }
    }

    /// The entropy of blocks of `size` symbols of the text joined to a ring. Equal blocks get equal
    /// numbers, a symbol longer in each round.
    private double blockEntropy(int size) {
        int[] block = new int[text.length];
        int blocks = 1;
        for (int k = 0; k < size; k++) {
            Map<Long, Integer> numbers = new HashMap<>();
            for (int t = 0; t < text.length; t++) {
                long longer = (long) block[t] * symbols + text[(t + k) % text.length];
                int fresh = numbers.size();
                Integer known = numbers.putIfAbsent(longer, fresh);
                block[t] = known == null ? fresh : known;
            }
            blocks = numbers.size();
        }
        double[] counts = new double[blocks];
        for (int b : block) {
            counts[b]++;
        }
        return Distribution.proportionalTo(counts).entropy();
    }
}
