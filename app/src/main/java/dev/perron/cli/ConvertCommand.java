package dev.perron.cli;

import dev.perron.chain.SparseStochasticMatrix;
import dev.perron.format.AttentionFile;
import dev.perron.format.AttentionWriter;
import dev.perron.format.ElementType;
import dev.perron.format.MatrixMarket;
import dev.perron.format.QueryKeyFile;
import dev.perron.format.Sidecar;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;

/// `perron convert`: a file of attention in another format.
@Command(
        name = "convert",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = {
            "A file of attention in another format, type or order of axes, head by head: it may be"
                    + " many times the memory. Rows are written as they are; with --scores, their"
                    + " softmax. A file that is there is replaced."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  perron convert attention.npz -o attention.safetensors --dtype float16",
            "  perron convert scores.npy --scores --causal -o attention.npz"
        })
final class ConvertCommand implements Callable<Integer> {
    @Mixin private FileOptions input = new FileOptions();
    @Mixin private AttentionOutput output = new AttentionOutput();
    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        Path file =
                input.file()
                        .orElseThrow(
                                () ->
                                        new Failure(
                                                ExitCode.USAGE,
                                                "nothing to convert; give a FILE of attention"));
        if (file.toAbsolutePath().normalize().equals(output.file().toAbsolutePath().normalize())) {
            throw new Failure(
                    ExitCode.USAGE,
                    "-o %s is the file that is read; write to another one".formatted(file));
        }
        input.requireRowsAsTheyAre();
        if (input.plain() && !FileOptions.isSparse(file) && QueryKeyFile.isOne(file)) {
            throw new Failure(
                    ExitCode.INPUT,
                    "%s holds queries and keys, convert writes rows of attention; ask rank, heads or chain of it as it is, or name one array of attention with --array"
                            .formatted(file));
        }
        try (Progress progress = new Progress(spec)) {
            progress.at("converting " + file);
            if (FileOptions.isSparse(file)) {
                convertSparse(file);
            } else {
                convert(file);
            }
            spec.commandLine().getOut().println(output.file());
            return ExitCode.OK.code();
        }
    }

    private void convert(Path file) {
        try (AttentionFile opened = input.open(file)) {
            ElementType type = output.type().orElse(opened.description().type());
            output.check(opened.description().layers(), type);
            AttentionWriter.copy(output.file(), opened, type);
        }
    }

    /// A chain of many states is large when it is written with its zeros.
    private void convertSparse(Path file) {
        input.requirePlain("a sparse chain has none");
        input.requireNoScores();
        ElementType type = output.type().orElse(ElementType.FLOAT64);
        output.check(List.of(0), type);
        SparseStochasticMatrix chain = MatrixMarket.readChain(file);
        AttentionWriter.write(
                output.file(), chain, type, Sidecar.ofTokens(input.stateNames(chain.states())));
    }
}
