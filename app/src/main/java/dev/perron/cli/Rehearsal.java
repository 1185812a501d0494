package dev.perron.cli;

import java.util.ArrayList;
import java.util.List;

/// Runs several command lines in one process: what the launcher lets Java watch, once after a
/// build, so that later starts find the classes already loaded and linked (an ahead-of-time cache).
final class Rehearsal {
    private static final String END_OF_COMMAND = ",";

    private Rehearsal() {}

    /// Runs the commands one after the other, whatever their exit codes.
    ///
    /// @param arguments the command lines, each ended by an argument that is a comma
    public static void main(String[] arguments) {
        List<String> command = new ArrayList<>();
        for (String argument : arguments) {
            if (argument.equals(END_OF_COMMAND)) {
                Perron.run(command.toArray(String[]::new));
                command.clear();
            } else {
                command.add(argument);
            }
        }
    }
}
