package dev.perron.cli;

import dev.perron.attention.AttentionTensor;
import dev.perron.format.AttentionWriter;
import dev.perron.format.ElementType;
import dev.perron.format.Sidecar;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// `perron extract`: a model's attention to a text as a file.
@Command(
        name = "extract",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = {
            "A model's attention to a text as a file, for NumPy, or for the other commands, which"
                    + " then need no model: an array [head, query, key] a layer, and tokens, model"
                    + " and special tokens beside it. A file that is there is replaced."
        },
        footerHeading = "%nExample:%n",
        footer = {
            "  perron extract --text \"The quick brown fox jumps\" -o fox.safetensors",
            "  perron rank fox.safetensors --layer 3 --head 5"
        })
final class ExtractCommand implements Callable<Integer> {
    private static final Pattern RANGE = Pattern.compile("(-?[0-9]{1,6})(?:-(-?[0-9]{1,6}))?");

    @Mixin private TextOptions text = new TextOptions();
    @Mixin private ImageOptions image = new ImageOptions();
    @Mixin private AttentionOutput output = new AttentionOutput();

    @Option(
            names = "--layers",
            defaultValue = "all",
            paramLabel = "LIST|all",
            description = "Only these layers, as 0,4-6,-1: from 0, negative from the end.")
    private String layers = "all";

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        if (text.given() == image.given()) {
            throw new Failure(
                    ExitCode.USAGE,
                    text.given()
                            ? "--text and --image exclude each other; give one of them"
                            : "nothing to read; give --text TEXT or --image FILE");
        }
        ElementType type = output.type().orElse(ElementType.FLOAT32);
        try (Progress progress = new Progress(spec)) {
            InputOptions.Attended attended =
                    InputOptions.attend(
                            image,
                            text,
                            progress,
                            count -> {
                                List<Integer> chosen = layers(layers, count);
                                output.check(chosen, type);
                                return chosen;
                            });
            AttentionTensor tensor = attended.tensor();
            progress.at("writing " + output.file());
            AttentionWriter.write(
                    output.file(), tensor, type, Sidecar.of(tensor, attended.source().name()));
            spec.commandLine().getOut().println(output.file());
            return ExitCode.OK.code();
        }
    }

    /// The layers that `--layers` names, of a model that has `count`, ascending.
    ///
    /// @throws Failure if one isn't there, or it isn't such a list
    static List<Integer> layers(String named, int count) {
        TreeSet<Integer> chosen = new TreeSet<>();
        for (String part : named.split(",", -1)) {
            Matcher range = RANGE.matcher(part);
            if (part.equals("all")) {
                chosen.addAll(HeadOptions.layers(part, count));
            } else if (range.matches()) {
                int first = HeadOptions.layers(range.group(1), count).getFirst();
                int last =
                        range.group(2) == null
                                ? first
                                : HeadOptions.layers(range.group(2), count).getFirst();
                for (int layer = first; layer <= last; layer++) {
                    chosen.add(layer);
                }
                if (last < first) {
                    throw new Failure(
                            ExitCode.USAGE,
                            "--layers %s: no layer from %d to %d".formatted(named, first, last));
                }
            } else {
                throw new Failure(
                        ExitCode.USAGE,
                        "--layers %s, must be layers as 0,4-6,-1, or all".formatted(named));
            }
        }
        return List.copyOf(chosen);
    }
}
