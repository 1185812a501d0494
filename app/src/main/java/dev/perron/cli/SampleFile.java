package dev.perron.cli;

import dev.perron.context.fit.ContextCounts;
import dev.perron.context.fit.SequenceCounts;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.Locale;

/// Samples of a context-conditioned chain: a table of prompts or steps, or an array of tokens'
/// numbers.
sealed interface SampleFile permits SampleTable, SampleArray {
    /// Reads a file.
    ///
    /// @param given how many tokens of each row of an array are its prompt; without it what the
    ///   file says, or 1
    /// @throws Failure if it can't be read or isn't such: the place is said
    static SampleFile read(Path path, @Nullable Integer given) {
        String name = path.toString().toLowerCase(Locale.ROOT);
        if (name.endsWith(".npz") || name.endsWith(".npy")) {
            return SampleArray.read(path, given);
        }
        if (given != null) {
            throw new Failure(
                    ExitCode.USAGE,
                    "--given is for .npy and .npz; a table says it in its column given");
        }
        return SampleTable.read(path);
    }

    /// What tokens are called, as far as the file tells.
    Vocabulary vocabulary();

    /// The counts.
    ///
    /// @throws Failure if a token is unknown, or a next one not in its prompt
    ContextCounts counts(Vocabulary vocabulary);

    /// The same with the order of prompts.
    ///
    /// @throws Failure as [#counts], or if these are trajectories
    SequenceCounts sequences(Vocabulary vocabulary);
}
