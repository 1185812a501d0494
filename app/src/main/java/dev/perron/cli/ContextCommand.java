package dev.perron.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

import java.util.concurrent.Callable;

/// `perron context`, with its commands.
@Command(
        name = "context",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description =
                "Context-conditioned chains: one layer of self-attention as a model of the next"
                        + " token. Simulate them, fit them, see what can be learned and who wins.",
        subcommands = {
            ContextMapCommand.class,
            ContextSampleCommand.class,
            ContextFitCommand.class,
            ContextIdentifyCommand.class,
            ContextRateCommand.class,
            ContextCollapseCommand.class,
            ContextObserveCommand.class
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  perron context collapse --q 0.2 --length 100000 --runs 400 --seed 1",
            "  perron context sample --rows '0.6,0.4;0.3,0.7' --prompts 1000 --length 8 -o p.csv",
            "  perron context fit p.csv"
        })
final class ContextCommand implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        throw new Failure(
                ExitCode.USAGE,
                "which? one of %s; see 'perron context --help'"
                        .formatted(String.join(", ", spec.subcommands().keySet())));
    }
}
