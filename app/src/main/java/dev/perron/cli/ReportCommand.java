package dev.perron.cli;

import picocli.CommandLine.Command;

import java.util.concurrent.Callable;

/// `perron report`: one offline HTML file.
@Command(
        name = "report",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = "One self-contained HTML file.")
final class ReportCommand implements Callable<Integer> {
    @Override
    public Integer call() {
        return ExitCode.OK.code();
    }
}
