package dev.perron.cli;

import dev.perron.chain.Distribution;
import dev.perron.context.ContextConditionedChain;
import dev.perron.context.PromptLaw;
import dev.perron.context.fit.ExcessRisk;
import dev.perron.figure.LineChart;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/// `perron context rate`: how much risk estimation costs.
@Command(
        name = "rate",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = {
            "Simulates fits to n prompts and their risk above that of the true chain, on fresh"
                    + " prompts. Times 2n/(K(K-1)) it tends to 1."
        },
        footerHeading = "%nExample:%n",
        footer =
                "  perron context rate --dirichlet 3 --samples 2000,8000 --replicates 100 --seed 1")
final class ContextRateCommand implements Callable<Integer> {
    @Mixin private BaseChainOptions base = new BaseChainOptions();

    @Option(
            names = "--samples",
            split = ",",
            defaultValue = "500,2000,8000",
            paramLabel = "N,...",
            description = "Samples of a fit (default 500,2000,8000).")
    private List<Integer> samples = List.of();

    @Option(
            names = "--length",
            defaultValue = "10",
            paramLabel = "L",
            description = "Tokens of a prompt, drawn evenly (default 10).")
    private int length;

    @Option(
            names = "--replicates",
            defaultValue = "100",
            paramLabel = "R",
            description = "Fits for each n (default 100).")
    private int replicates;

    @Option(
            names = "--fresh",
            defaultValue = "5000",
            paramLabel = "N",
            description = "Fresh prompts for the risk (default 5000).")
    private int fresh;

    @Option(names = "--seed", defaultValue = "1", paramLabel = "N", description = "Default 1.")
    private long seed;

    @Mixin private ThreadOptions threads = new ThreadOptions();
    @Mixin private OutputOptions output = new OutputOptions();
    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException {
        output.check();
        threads.check();
        if (replicates < 2) {
            throw new Failure(
                    ExitCode.USAGE,
                    "--replicates %d, must be at least 2: an interval needs them"
                            .formatted(replicates));
        }
        ContextConditionedChain chain = base.read(seed);
        PromptLaw law = new PromptLaw.Independent(Distribution.uniform(chain.tokens()));
        List<ExcessRisk> risks = new ArrayList<>();
        try (Progress progress = new Progress(spec)) {
            for (int n : samples) {
                progress.at("fits to %d samples".formatted(n));
                try {
                    risks.add(
                            threads.call(
                                    () ->
                                            ExcessRisk.simulate(
                                                    chain,
                                                    law,
                                                    length,
                                                    n,
                                                    replicates,
                                                    fresh,
                                                    seed)));
                } catch (IllegalArgumentException e) {
                    throw new Failure(ExitCode.USAGE, String.valueOf(e.getMessage()));
                }
            }
        }
        output.figure(() -> chart(chain.tokens(), risks).draw());
        PrintWriter out = spec.commandLine().getOut();
        double z = StandardNormal.twoSided(0.95);
        if (output.json()) {
            var content = base.description();
            content.put("tokens", chain.tokens());
            content.put("length", length);
            content.put("replicates", replicates);
            content.put("seed", seed);
            content.put(
                    "rates",
                    risks.stream()
                            .map(
                                    r ->
                                            Json.object(
                                                    "samples",
                                                    r.samples(),
                                                    "ratio",
                                                    r.ratio(),
                                                    "ratioInterval",
                                                    List.of(
                                                            r.ratio() - z * r.ratioError(),
                                                            r.ratio() + z * r.ratioError()),
                                                    "predicted",
                                                    1.0,
                                                    "withoutFit",
                                                    r.failed()))
                            .toList());
            Json.print(out, Json.document("context rate", content));
        } else if (output.csv()) {
            Csv csv = new Csv(out, "samples", "ratio", "low", "high", "without_fit");
            for (ExcessRisk r : risks) {
                csv.row(
                        r.samples(),
                        finite(r.ratio()),
                        finite(r.ratio() - z * r.ratioError()),
                        finite(r.ratio() + z * r.ratioError()),
                        r.failed());
            }
        } else {
            out.println(
                    "%d tokens, prompts of %d, %d fits each: excess risk times 2n/(K(K-1))"
                            .formatted(chain.tokens(), length, replicates));
            Table table = new Table("n", "ratio", "low", "high", "without fit");
            for (ExcessRisk r : risks) {
                table.row(
                        r.samples(),
                        shown(r.ratio()),
                        shown(r.ratio() - z * r.ratioError()),
                        shown(r.ratio() + z * r.ratioError()),
                        r.failed());
            }
            table.print(out);
        }
        out.flush();
        for (ExcessRisk r : risks) {
            if (r.excess().size() < 2) {
                throw new Failure(
                        ExitCode.NUMERICAL,
                        "%d samples: %d of %d fits have no maximum, a ratio needs two that have; give more --samples"
                                .formatted(r.samples(), r.failed(), replicates));
            }
        }
        return ExitCode.OK.code();
    }

    private static @Nullable Double finite(double value) {
        return Double.isFinite(value) ? value : null;
    }

    /// A number, or that there is none.
    private static Object shown(double value) {
        return Double.isFinite(value) ? (Object) value : "none";
    }

    private static LineChart chart(int tokens, List<ExcessRisk> risks) {
        List<Double> n = risks.stream().map(r -> (double) r.samples()).toList();
        return LineChart.of(
                        "Risk above the true chain's",
                        "samples n",
                        "excess risk in nats",
                        List.of(
                                new LineChart.Series(
                                        "measured",
                                        LineChart.Style.MEASURED,
                                        0,
                                        n,
                                        risks.stream()
                                                .map(
                                                        r ->
                                                                r.ratio()
                                                                        * tokens
                                                                        * (tokens - 1)
                                                                        / (2.0 * r.samples()))
                                                .toList()),
                                new LineChart.Series(
                                        "K(K-1)/(2n)",
                                        LineChart.Style.PREDICTED,
                                        1,
                                        n,
                                        risks.stream()
                                                .map(
                                                        r ->
                                                                tokens
                                                                        * (tokens - 1)
                                                                        / (2.0 * r.samples()))
                                                .toList())))
                .logLog();
    }
}
