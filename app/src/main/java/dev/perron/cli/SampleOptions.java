package dev.perron.cli;

import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.nio.file.Path;
import java.util.List;

/// A file of samples, and its tokens.
final class SampleOptions {
    @Parameters(
            paramLabel = "FILE.csv",
            description =
                    "Samples with a header: prompt,next (a prompt's tokens separated by spaces;"
                            + " times, if a line stands for several), or run,step,token (and given,"
                            + " 1 for tokens of the prompt).")
    private Path file = Path.of("");

    @Option(
            names = "--vocabulary",
            paramLabel = "A,B,...",
            split = ",",
            description = "All tokens; by default those of the file, or 0 to its largest number.")
    private List<String> vocabulary = List.of();

    Path path() {
        return file;
    }

    SampleFile read() {
        return SampleFile.read(file);
    }

    /// @throws Failure if there is but one token
    Vocabulary vocabulary(SampleFile samples) {
        Vocabulary tokens = vocabulary.isEmpty() ? samples.vocabulary() : Vocabulary.of(vocabulary);
        if (tokens.size() < 2) {
            throw new Failure(
                    ExitCode.INPUT,
                    "%s: 1 token, must be at least 2: one can only follow itself".formatted(file));
        }
        if (tokens.size() > 8192) {
            throw new Failure(
                    ExitCode.INPUT,
                    "%s: %d tokens, must be at most 8192: a base chain has a row for each"
                            .formatted(file, tokens.size()));
        }
        return tokens;
    }
}
