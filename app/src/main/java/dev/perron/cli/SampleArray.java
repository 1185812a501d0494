package dev.perron.cli;

import dev.perron.chain.path.Trajectory;
import dev.perron.context.Prompt;
import dev.perron.context.fit.ContextCounts;
import dev.perron.context.fit.SequenceCounts;
import dev.perron.format.IntegerArray;
import dev.perron.format.IntegerFile;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Consumer;

/// Samples as an array of tokens' numbers, a prompt and what followed in each row: `tokens` and
/// `prompt_length` of a .npz, as `perron context sample` writes them, or the only array of a .npy
/// or .npz.
///
/// @param given how many tokens of a row are its prompt
/// @param rows how many there are
/// @param columns of each row
/// @param largest number of a token
record SampleArray(Path path, int given, int rows, int columns, int largest) implements SampleFile {
    private static final String LENGTH = "prompt_length";

    static SampleArray read(Path path, @Nullable Integer given) {
        try (IntegerFile file = IntegerFile.open(path)) {
            IntegerArray tokens = tokens(path, file.arrays());
            int prompt = given == null ? promptLength(path, file.arrays().get(LENGTH)) : given;
            if (tokens.rows() < 1 || prompt < 1 || prompt >= tokens.columns()) {
                throw new Failure(
                        ExitCode.INPUT,
                        "%s: %d rows of %d tokens, %d of them given; expected a row at least, of more tokens than are given (--given N)"
                                .formatted(path, tokens.rows(), tokens.columns(), prompt));
            }
            int largest = 0;
            int[] row = new int[tokens.columns()];
            for (int r = 0; r < tokens.rows(); r++) {
                tokens.read(r, row);
                for (int t = 0; t < row.length; t++) {
                    if (row[t] < 0) {
                        throw new Failure(
                                ExitCode.INPUT,
                                "%s: row %d, column %d: token %d, must be at least 0"
                                        .formatted(path, r, t, row[t]));
                    }
                    largest = Math.max(largest, row[t]);
                }
            }
            return new SampleArray(path, prompt, tokens.rows(), row.length, largest);
        }
    }

    private static IntegerArray tokens(Path path, Map<String, IntegerArray> arrays) {
        IntegerArray named = arrays.get("tokens");
        if (named != null) {
            return named;
        }
        if (arrays.size() != 1) {
            throw new Failure(
                    ExitCode.INPUT,
                    "%s: arrays %s; expected one, or one named tokens, a sequence in each row"
                            .formatted(path, arrays.keySet()));
        }
        return arrays.values().iterator().next();
    }

    private static int promptLength(Path path, @Nullable IntegerArray array) {
        if (array == null) {
            return 1;
        }
        if (array.rows() != 1 || array.columns() != 1) {
            throw new Failure(
                    ExitCode.INPUT,
                    "%s: %s has %d x %d numbers; expected one, the same for all rows"
                            .formatted(path, LENGTH, array.rows(), array.columns()));
        }
        int[] length = new int[1];
        array.read(0, length);
        return length[0];
    }

    @Override
    public Vocabulary vocabulary() {
        return Vocabulary.ofNumbers(Math.addExact(largest, 1));
    }

    @Override
    public ContextCounts counts(Vocabulary vocabulary) {
        ContextCounts.Builder builder = new ContextCounts.Builder(vocabulary.size());
        each(vocabulary, row -> builder.add(Trajectory.of(row), given));
        return builder.build();
    }

    @Override
    public SequenceCounts sequences(Vocabulary vocabulary) {
        if (columns != given + 1) {
            throw new Failure(
                    ExitCode.INPUT,
                    "%s: %d tokens after the %d given; position weights are fitted to prompts with one token after them"
                            .formatted(path, columns - given, given));
        }
        SequenceCounts.Builder builder = new SequenceCounts.Builder(vocabulary.size());
        each(vocabulary, row -> builder.add(Prompt.of(Arrays.copyOf(row, given)), row[given]));
        return builder.build();
    }

    /// Hands out the rows, checked.
    private void each(Vocabulary vocabulary, Consumer<int[]> use) {
        try (IntegerFile file = IntegerFile.open(path)) {
            IntegerArray tokens = tokens(path, file.arrays());
            int[] row = new int[columns];
            for (int r = 0; r < rows; r++) {
                tokens.read(r, row);
                check(r, row, vocabulary);
                use.accept(row);
            }
        }
    }

    private void check(int r, int[] row, Vocabulary vocabulary) {
        boolean[] seen = new boolean[vocabulary.size()];
        for (int t = 0; t < row.length; t++) {
            if (row[t] >= seen.length) {
                throw new Failure(
                        ExitCode.INPUT,
                        "%s: row %d, column %d: token %d, must be from 0 to %d"
                                .formatted(path, r, t, row[t], seen.length - 1));
            }
            if (t >= given && !seen[row[t]]) {
                throw new Failure(
                        ExitCode.INPUT,
                        "%s: row %d, column %d: token %d wasn't in that row before, must have been; say with --given N how many tokens are the prompt"
                                .formatted(path, r, t, row[t]));
            }
            seen[row[t]] = true;
        }
    }
}
