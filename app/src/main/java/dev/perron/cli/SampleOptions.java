package dev.perron.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.nio.file.Path;
import java.util.List;

/// A file of samples, and its tokens.
final class SampleOptions {
    private static final int MOST = 8192;

    @Parameters(
            paramLabel = "FILE",
            description =
                    "Samples. A .csv with a header: prompt,next (a prompt's tokens separated by"
                            + " spaces; times, if a line stands for several), or run,step,token"
                            + " (and given, 1 for tokens of the prompt). Or a .npy or .npz of whole"
                            + " numbers, a prompt and what followed in each row.")
    private Path file = Path.of("");

    @Option(
            names = "--vocabulary",
            paramLabel = "A,B,...",
            split = ",",
            description = "All tokens; by default those of the file, or 0 to its largest number.")
    private List<String> vocabulary = List.of();

    @Option(
            names = "--given",
            paramLabel = "L",
            description =
                    "How many tokens of each row of a .npy or .npz are its prompt (default: its"
                            + " prompt_length, or 1).")
    private @Nullable Integer given;

    Path path() {
        return file;
    }

    SampleFile read() {
        return SampleFile.read(file, given);
    }

    /// @throws Failure if there is but one token
    Vocabulary vocabulary(SampleFile samples) {
        if (vocabulary.isEmpty()
                && samples instanceof SampleArray array
                && array.largest() >= MOST) {
            throw tooMany(array.largest() + 1L);
        }
        Vocabulary tokens = vocabulary.isEmpty() ? samples.vocabulary() : Vocabulary.of(vocabulary);
        if (tokens.size() < 2) {
            throw new Failure(
                    ExitCode.INPUT,
                    "%s: 1 token, must be at least 2: one can only follow itself".formatted(file));
        }
        if (tokens.size() > MOST) {
            throw tooMany(tokens.size());
        }
        return tokens;
    }

    private Failure tooMany(long tokens) {
        return new Failure(
                ExitCode.INPUT,
                "%s: %d tokens, must be at most %d: a base chain has a row for each"
                        .formatted(file, tokens, MOST));
    }
}
