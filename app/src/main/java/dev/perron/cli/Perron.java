package dev.perron.cli;

import dev.perron.attention.model.ModelException;
import dev.perron.format.FormatException;

import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// `perron`, with its commands.
@Command(
        name = "perron",
        description = "Any transformer's attention as the Markov chain that it is.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        subcommands = {
            RankCommand.class,
            BounceCommand.class,
            HeadsCommand.class,
            ChainCommand.class,
            StatesCommand.class,
            CompareCommand.class,
            ContextCommand.class,
            TrainCommand.class,
            LandscapeCommand.class,
            InspectCommand.class,
            ExtractCommand.class,
            ConvertCommand.class,
            SnippetCommand.class,
            SegmentCommand.class,
            EvaluateCommand.class,
            ReportCommand.class,
            GenerateCompletion.class
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  perron rank --text \"The quick brown fox jumps over the lazy dog\"",
            "  perron report --text \"The quick brown fox\" -o report.html",
            "  source <(perron generate-completion)    completion for bash and zsh",
            "",
            "'perron COMMAND --help' shows a command's options and an example."
        })
public final class Perron {
    @Option(
            names = "--trace",
            scope = CommandLine.ScopeType.INHERIT,
            description = "Show a stack trace when a command fails.")
    private boolean trace;

    @Option(
            names = {"-q", "--quiet"},
            scope = CommandLine.ScopeType.INHERIT,
            description = "No progress on stderr.")
    private boolean quiet;

    /// UTF-8 too, in whatever locale; written as soon as a line is whole.
    private static final PrintWriter ERR =
            new PrintWriter(
                    new OutputStreamWriter(
                            new FileOutputStream(FileDescriptor.err), StandardCharsets.UTF_8),
                    true);

    /// Commands that a message names.
    private static final int MOST_NAMED = 5;

    private Perron() {}

    /// Runs one command and ends the JVM with its exit code.
    public static void main(String[] args) {
        int code = run(args);
        // Ending by itself is quicker than System.exit, which loads the logging classes first.
        if (code != ExitCode.OK.code()) {
            System.exit(code);
        }
    }

    static int run(String... args) {
        // Asked for alone, as scripts do, the version needs no model of the other commands.
        if (args.length == 1 && (args[0].equals("--version") || args[0].equals("-V"))) {
            System.out.println(Version.line());
            return ExitCode.OK.code();
        }
        if (!isUtf8(System.getProperty("sun.jnu.encoding", ""))
                && String.join("", args).indexOf('\uFFFD') >= 0) {
            return unable(
                    ExitCode.INPUT,
                    "the command line has characters that this locale can't read; set"
                            + " LC_ALL=C.UTF-8, or give the text on standard input with --text -");
        }
        StandardOutput out = new StandardOutput();
        try {
            int code = commandLine().setOut(out.writer()).setErr(ERR).execute(args);
            return out.failure()
                    .filter(_ -> code == ExitCode.OK.code())
                    .map(why -> unable(ExitCode.INPUT, "standard output: " + why))
                    .orElse(code);
        } catch (OutOfMemoryError e) {
            return unable(
                    ExitCode.INTERNAL,
                    "out of memory; give Java more, as in PERRON_JAVA_OPTIONS=-Xmx8g, or ask for"
                            + " less: a shorter text, fewer layers, a smaller model");
        } catch (ExceptionInInitializerError e) {
            Throwable cause = e.getCause();
            return unable(
                    ExitCode.INTERNAL,
                    cause == null ? e.toString() : String.valueOf(cause.getMessage()));
        }
    }

    private static boolean isUtf8(String encoding) {
        return encoding.equalsIgnoreCase("UTF-8");
    }

    /// For what keeps any command from running here.
    private static int unable(ExitCode code, String message) {
        ERR.println("perron: " + message);
        return code.code();
    }

    static CommandLine commandLine() {
        Perron perron = new Perron();
        CommandLine line = new CommandLine(perron);
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setUsageHelpLongOptionsMaxWidth(34);
        line.setUsageHelpAutoWidth(true);
        line.getCommandSpec()
                .usageMessage()
                .exitCodeListHeading("%nExit codes:%n")
                .exitCodeList(
                        Arrays.stream(ExitCode.values())
                                .collect(
                                        Collectors.toMap(
                                                e -> " " + e.code(),
                                                ExitCode::meaning,
                                                (a, _) -> a,
                                                LinkedHashMap::new)));
        line.setExecutionStrategy(new CommandLine.RunLast());
        line.setParameterExceptionHandler((e, _) -> perron.refuse(e));
        line.setExecutionExceptionHandler((e, at, _) -> perron.fail(e, at));
        return line;
    }

    static boolean quiet(CommandLine.Model.CommandSpec spec) {
        return ((Perron) spec.root().userObject()).quiet;
    }

    private int refuse(ParameterException e) {
        CommandLine at = e.getCommandLine();
        String message = text(e).replaceFirst("^Error: ", "");
        if (e instanceof UnmatchedArgumentException unmatched) {
            String first = unmatched.getUnmatched().getFirst();
            boolean option = first.startsWith("-");
            message =
                    (option ? "no option '%s'" : "no command or argument '%s'").formatted(first)
                            + elsewhere(first, at)
                            + Suggestion.near(
                                            first,
                                            option
                                                    ? at.getCommandSpec().optionsMap().keySet()
                                                    : at.getSubcommands().keySet())
                                    .map(near -> ", did you mean " + near + "?")
                                    .orElse("");
        }
        return say(at, message + "; see '" + name(at) + " --help'", ExitCode.USAGE, e);
    }

    /// Where an option is one, if it isn't here.
    private static String elsewhere(String option, CommandLine at) {
        String name = option.replaceFirst("=.*", "");
        List<String> commands =
                at.getCommandSpec().root().subcommands().entrySet().stream()
                        .filter(e -> e.getValue().getCommandSpec().optionsMap().containsKey(name))
                        .map(Map.Entry::getKey)
                        .toList();
        if (commands.isEmpty() || commands.size() > MOST_NAMED) {
            return "";
        }
        String last = commands.getLast();
        return " here, but in "
                + (commands.size() == 1
                        ? last
                        : String.join(", ", commands.subList(0, commands.size() - 1))
                                + " and "
                                + last);
    }

    private int fail(Exception e, CommandLine at) {
        return switch (e) {
            case Failure failure -> say(at, text(e), failure.exitCode(), e);
            case ModelException _, FormatException _ -> say(at, text(e), ExitCode.INPUT, e);
            case UncheckedIOException _, IOException _ -> say(at, text(e), ExitCode.INPUT, e);
            default ->
                    say(
                            at,
                            "internal error, please report it with the output of --trace: " + e,
                            ExitCode.INTERNAL,
                            e);
        };
    }

    private int say(CommandLine at, String message, ExitCode code, Exception e) {
        PrintWriter err = at.getErr();
        err.println(name(at) + ": " + message);
        if (trace) {
            e.printStackTrace(err);
        }
        err.flush();
        return code.code();
    }

    /// What an exception says, on one line.
    private static String text(Exception e) {
        String message = e.getMessage();
        return message == null
                ? e.getClass().getSimpleName()
                : message.lines().map(String::strip).collect(Collectors.joining(" "));
    }

    private static String name(CommandLine at) {
        return at.getCommandSpec().qualifiedName();
    }
}
