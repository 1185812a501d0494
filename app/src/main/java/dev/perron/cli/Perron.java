package dev.perron.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/// The command `perron`.
@Command(
        name = "perron",
        mixinStandardHelpOptions = true,
        versionProvider = BuildVersion.class,
        description = "Shows any transformer's attention as the Markov chain that it is.")
public final class Perron implements Runnable {
    @Override
    public void run() {}

    /// Runs one command line in this process.
    ///
    /// @param arguments what was typed after `perron`
    /// @return the exit code
    public static int run(String... arguments) {
        return new CommandLine(new Perron()).execute(arguments);
    }

    /// Runs one command line and leaves the process with its exit code.
    ///
    /// @param arguments what was typed after `perron`
    public static void main(String[] arguments) {
        System.exit(run(arguments));
    }
}
