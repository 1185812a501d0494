package dev.perron.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

import java.util.concurrent.Callable;

/// `perron evaluate`: how good is what attention says, against masks or against the model itself.
@Command(
        name = "evaluate",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        subcommands = {EvaluateSegmentationCommand.class, EvaluateMaskingCommand.class},
        description = {
            "How good is what attention says: segmentation against masks that people drew, masking"
                    + " against what the model itself answers as patches are taken away. Baselines"
                    + " that use no chain stand beside it on the same images."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  perron evaluate segmentation images masks --model vit.onnx",
            "  perron evaluate masking images --model vit.onnx --figure curves.svg"
        })
final class EvaluateCommand implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        throw new Failure(
                ExitCode.USAGE,
                "segmentation or masking must follow; see '%s --help'"
                        .formatted(spec.qualifiedName()));
    }
}
