package dev.perron.cli;

import dev.perron.figure.AtomicFile;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;

/// `perron snippet`: Python programs that save attention.
@Command(
        name = "snippet",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = {
            "A short Python program that saves a model's attention, with its tokens or its grid of"
                + " patches, as a file that every command reads without options. Without a NAME:"
                + " which there are."
        },
        footerHeading = "%nExample:%n",
        footer = {
            "  perron snippet hf-text > dump.py    # set MODEL and TEXT in it",
            "  python3 dump.py",
            "  perron rank attention.npz --layer 5 --head 3"
        })
final class SnippetCommand implements Callable<Integer> {
    @Parameters(
            arity = "0..1",
            paramLabel = "NAME",
            description = "hf-text, vit, dinov2, transformerlens or flux.")
    private @Nullable String name;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE.py",
            description = "Write it to a file rather than to stdout.")
    private @Nullable Path output;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        if (name == null) {
            if (output != null) {
                throw new Failure(
                        ExitCode.USAGE,
                        "--output needs a NAME; give one of " + String.join(", ", names()));
            }
            Table table = new Table("", "");
            for (Snippet snippet : Snippet.values()) {
                table.row(snippet.called(), snippet.about());
            }
            table.print(out);
        } else {
            String program = named(name).program();
            if (output == null) {
                out.print(program);
            } else {
                AtomicFile.write(
                        output, file -> file.write(program.getBytes(StandardCharsets.UTF_8)));
                out.println(output);
            }
        }
        out.flush();
        return ExitCode.OK.code();
    }

    private static List<String> names() {
        return Arrays.stream(Snippet.values()).map(Snippet::called).toList();
    }

    private static Snippet named(String asked) {
        return Snippet.of(asked)
                .orElseThrow(
                        () ->
                                new Failure(
                                        ExitCode.USAGE,
                                        "no snippet '%s'%s; there are %s"
                                                .formatted(
                                                        asked,
                                                        Suggestion.near(asked, names())
                                                                .map(
                                                                        near ->
                                                                                ", did you mean "
                                                                                        + near
                                                                                        + "?")
                                                                .orElse(""),
                                                        String.join(", ", names()))));
    }
}
