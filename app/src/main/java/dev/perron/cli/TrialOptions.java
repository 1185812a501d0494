package dev.perron.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Where an evaluation keeps what each image gave, so that it can be gone on with.
final class TrialOptions {
    private static final List<String> FIRST = List.of("image", "file", "run");

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE.csv",
            description =
                    "Also write what each image gave, image after image. The answer on stdout stays"
                            + " as it is.")
    private @Nullable Path output;

    @Option(
            names = "--resume",
            description =
                    "With -o: take from that file the images that an earlier run of the same"
                            + " command had done.")
    private boolean resume;

    /// Refuses options that contradict each other, before anything is read.
    void check() {
        if (resume && output == null) {
            throw new Failure(
                    ExitCode.USAGE, "--resume needs the -o FILE.csv that is to be gone on with");
        }
    }

    /// The trials that are there, ready for more.
    ///
    /// @param run what was asked, so that another question's numbers aren't taken for this one's
    /// @param columns after the image, its file and the run
    /// @throws Failure if the file is another command's
    Trials open(String run, List<String> columns) throws IOException {
        List<String> all = new ArrayList<>(FIRST);
        all.addAll(columns);
        return output == null ? new Trials(run) : Trials.in(output, run, all, resume);
    }
}
