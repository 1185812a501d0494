package dev.perron.cli;

import dev.perron.format.AttentionFile;
import dev.perron.format.QueryKeyFile;
import dev.perron.onnx.AttentionSite;
import dev.perron.onnx.AttentionSite.KeySource;
import dev.perron.onnx.AttentionSite.Readout;
import dev.perron.onnx.ModelDescription;
import dev.perron.onnx.OnnxModel;
import dev.perron.onnx.TensorDescription;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// `perron inspect`: what a model file holds, without running it, or a file of attention.
@Command(
        name = "inspect",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = {
            "What a model file holds, without running it: inputs, context length, and each place"
                    + " where attention is made, with its op and whether attention comes out. Or"
                    + " what a file of attention, of queries and keys, or of a sparse chain holds:"
                    + " axes, type, what its rows are like, and the option for each finding."
        },
        footerHeading = "%nExample:%n",
        footer = {
            "  perron inspect model.onnx",
            "  perron inspect attention.npz",
            "  perron inspect chain.mtx",
            "  perron inspect --queries q.npy --keys k.npy"
        })
final class InspectCommand implements Callable<Integer> {
    /// What isn't one of these is a model.
    private static final Pattern OF_ATTENTION =
            Pattern.compile(
                    ".*\\.(npy|npz|safetensors|json|csv|tsv|mtx|pt|pth|bin|ckpt|pkl|pickle)");

    @Mixin private FileOptions input = new FileOptions();
    @Mixin private QueryKeyOptions queriesAndKeys = new QueryKeyOptions();

    @ArgGroup private OutputOptions.Form form = new OutputOptions.Form();
    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        Path file = input.file().orElse(null);
        if (queriesAndKeys.named() || (attention(file) && queriesAndKeys.in(input))) {
            try (QueryKeyFile opened = queriesAndKeys.open(input)) {
                return print(
                        VectorInspection.of(opened, queriesAndKeys.seen(opened, input.scores())));
            }
        }
        queriesAndKeys.requireNone();
        if (file != null && FileOptions.isSparse(file)) {
            input.requirePlain("a sparse chain has none");
            input.requireNoPlaces("a sparse chain has none");
            input.requireNoScores();
            return print(SparseInspection.of(file));
        }
        if (file != null && attention(file)) {
            return inspectFile(file);
        }
        input.requireNone();
        try (OnnxModel model = file == null ? OnnxModel.embedded() : OnnxModel.open(file)) {
            ModelDescription description = model.description();
            PrintWriter out = spec.commandLine().getOut();
            if (form.json()) {
                Json.print(out, document(description, model.sha256()));
            } else if (form.csv()) {
                csv(out, description);
            } else {
                text(out, description, model.sha256());
            }
            out.flush();
            return ExitCode.OK.code();
        }
    }

    private static boolean attention(@Nullable Path file) {
        return file != null
                && OF_ATTENTION.matcher(file.toString().toLowerCase(Locale.ROOT)).matches();
    }

    private int print(FactSheet facts) {
        PrintWriter out = spec.commandLine().getOut();
        if (form.json()) {
            Json.print(out, facts.document());
        } else if (form.csv()) {
            facts.csv(out);
        } else {
            facts.text(out);
        }
        out.flush();
        return ExitCode.OK.code();
    }

    private int inspectFile(Path file) {
        PrintWriter out = spec.commandLine().getOut();
        try (AttentionFile opened = input.open(file);
                Progress progress = new Progress(spec)) {
            FileInspection inspection = FileInspection.of(opened, progress);
            if (form.json()) {
                Json.print(out, inspection.document());
            } else if (form.csv()) {
                inspection.csv(out);
            } else {
                inspection.text(out);
            }
            out.flush();
            return ExitCode.OK.code();
        }
    }

    private static Map<String, Object> document(ModelDescription model, String sha256) {
        return Json.document(
                "inspect",
                Json.object(
                        "model", model.name(),
                        "modelSha256", sha256,
                        "bytes", model.bytes(),
                        "producer", model.producer(),
                        "irVersion", model.irVersion(),
                        "opsets", model.opsets(),
                        "inputs", model.inputs().stream().map(InspectCommand::tensor).toList(),
                        "outputs", model.outputs().stream().map(InspectCommand::tensor).toList(),
                        "weightFiles", model.weightFiles(),
                        "contextLength", orNull(model.contextLength()),
                        "vocabulary", orNull(model.vocabulary()),
                        "sites", model.sites().stream().map(InspectCommand::site).toList()));
    }

    private static Map<String, Object> tensor(TensorDescription tensor) {
        return Json.object("name", tensor.name(), "type", tensor.type(), "shape", tensor.shape());
    }

    private static Map<String, Object> site(AttentionSite site) {
        return Json.object(
                "layer", site.layer(),
                "op", site.op(),
                "node", site.node(),
                "heads", orNull(site.heads()),
                "keys", site.keys().words(),
                "direct", site.direct(),
                "comesOut", comesOut(site),
                "readout", readout(site),
                "option", site.readable() ? option(site) : null);
    }

    private static @Nullable Integer orNull(OptionalInt value) {
        return value.isPresent() ? value.getAsInt() : null;
    }

    private static String readout(AttentionSite site) {
        return switch (site.readout()) {
            case Readout.Direct(String tensor) -> tensor;
            case Readout.OwnOutput(String output) -> "the op's output " + output;
            case Readout.Scores(String output) ->
                    "the softmax of the op's output %s".formatted(output);
            case Readout.QueriesAndKeys(String how) -> "Q and K " + how;
            case Readout.NotSupported(String why) -> why;
        };
    }

    private static String comesOut(AttentionSite site) {
        return switch (site.readout()) {
            case Readout.Direct _, Readout.OwnOutput _ -> "directly";
            case Readout.Scores _ -> "through its scores";
            case Readout.QueriesAndKeys _ -> "through Q and K";
            case Readout.NotSupported _ -> "no";
        };
    }

    /// Attention to other tokens is a chain in two steps alone.
    private static String option(AttentionSite site) {
        return "--layer %d%s"
                .formatted(
                        site.layer(),
                        site.keys() == KeySource.OTHER_SEQUENCE ? " --two-step keys" : "");
    }

    private static void csv(PrintWriter out, ModelDescription model) {
        Csv csv =
                new Csv(
                        out,
                        "layer",
                        "op",
                        "node",
                        "heads",
                        "keys",
                        "direct",
                        "comesOut",
                        "readout");
        for (AttentionSite site : model.sites()) {
            csv.row(
                    site.layer(),
                    site.op(),
                    site.node(),
                    orNull(site.heads()),
                    site.keys().words(),
                    site.direct(),
                    comesOut(site),
                    readout(site));
        }
    }

    private static void text(PrintWriter out, ModelDescription model, String sha256) {
        out.println(model.name());
        Table facts = new Table("", "");
        facts.row("sha256", sha256);
        facts.row("size", "%,d bytes".formatted(model.bytes()));
        facts.row("producer", model.producer().isEmpty() ? "not said" : model.producer());
        facts.row(
                "opset",
                model.opsets().entrySet().stream()
                        .map(
                                e ->
                                        (e.getKey().isEmpty() ? "ai.onnx" : e.getKey())
                                                + " "
                                                + e.getValue())
                        .sorted()
                        .collect(Collectors.joining(", ")));
        for (TensorDescription tensor : model.inputs()) {
            facts.row("input", tensor);
        }
        for (TensorDescription tensor : model.outputs()) {
            facts.row("output", tensor);
        }
        for (String weights : model.weightFiles()) {
            facts.row("weights in", weights);
        }
        facts.row("context", tokens(model.contextLength(), " tokens"));
        facts.row("vocabulary", tokens(model.vocabulary(), " token ids"));
        facts.print(out);
        out.println();
        if (model.sites().isEmpty()) {
            out.println("no attention found: no Softmax feeds a MatMul, and no fused attention op");
            return;
        }
        Table sites = new Table("layer", "op", "heads", "comes out", "node");
        for (AttentionSite site : model.sites()) {
            sites.row(site.layer(), site.op(), tokens(site.heads(), ""), words(site), site.node());
        }
        sites.print(out);
    }

    /// Whether attention comes out, by which way where it isn't the plain one, and the option that
    /// asks for it.
    private static String words(AttentionSite site) {
        if (!site.readable()) {
            return "no: " + readout(site);
        }
        String way =
                switch (site.readout()) {
                    case Readout.Direct _ -> "";
                    case Readout.OwnOutput _,
                            Readout.Scores _,
                            Readout.QueriesAndKeys _,
                            Readout.NotSupported _ ->
                            ": " + readout(site);
                };
        return switch (site.keys()) {
            case SAME_TOKENS -> "yes, " + option(site) + way;
            case CACHE -> "yes, %s, with an empty cache%s".formatted(option(site), way);
            case OTHER_SEQUENCE ->
                    "rectangular, to another sequence: no chain on tokens; %s%s"
                            .formatted(option(site), way);
        };
    }

    private static String tokens(OptionalInt count, String unit) {
        return count.isPresent() ? "%,d%s".formatted(count.getAsInt(), unit) : "not said";
    }
}
