package dev.perron.cli;

import dev.perron.format.CheckpointFile;
import dev.perron.transformer.Activation;
import dev.perron.transformer.KnownSource;
import dev.perron.transformer.Normalisation;
import dev.perron.transformer.OutputHead;
import dev.perron.transformer.TransformerConfig;
import dev.perron.transformer.TransformerWeights;
import dev.perron.transformer.landscape.ExpectedLoss;
import dev.perron.transformer.landscape.TheoryPoint;
import dev.perron.transformer.landscape.UnigramCriterion;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;

/// `perron landscape`: the points that the theory names, of what nature they are, and where the
/// canonical flow ends.
@Command(
        name = "landscape",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = {
            "The landscape of a one-layer transformer's loss on a Markov source: the unigram point"
                + " and the explicit global minimum, their exact gradient and the signs of their"
                + " exact Hessian, tied and untied, beside what theory says; and for binary sources"
                + " the canonical model of three numbers (e, w, b): energy, basins, where gradient"
                + " flow ends from random starts.",
            "The loss is the expectation over all sequences of --length symbols; there is no"
                    + " sampling in it."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  perron landscape --p 0.5 --q 0.8",
            "  perron landscape --p 0.2 --q 0.3 --tied --position-std 12     a local minimum below"
                    + " 1",
            "  perron landscape --switch 0.9 --symbols 5 --length 3",
            "  perron landscape --p 0.5 --q 0.8 --figure landscape.svg"
        })
final class LandscapeCommand implements Callable<Integer> {
    @Mixin private SourceOptions source = new SourceOptions();

    @Option(names = "--tied", description = "Only models whose head is the embeddings.")
    private boolean tied;

    @Option(names = "--untied", description = "Only models with a head of its own.")
    private boolean untied;

    @Option(
            names = "--d-model",
            defaultValue = "3",
            paramLabel = "D",
            description = "Width of the residual stream (default 3).")
    private int dModel = 3;

    @Option(
            names = "--mlp",
            defaultValue = "6",
            paramLabel = "M",
            description = "Hidden units of the MLP, 0 for none (default 6).")
    private int mlp = 6;

    @Option(
            names = "--length",
            defaultValue = "4",
            paramLabel = "N",
            description = "Symbols of a sequence (default 4); all sequences are gone through.")
    private int length = 4;

    @Option(
            names = "--std",
            defaultValue = "0.2",
            paramLabel = "X",
            description =
                    "Standard deviation of the weights that the unigram point leaves free (default"
                            + " 0.2).")
    private double deviation = 0.2;

    @Option(
            names = "--position-std",
            paramLabel = "X",
            description = "The same of position vectors; by default as --std.")
    private @Nullable Double positionDeviation;

    @Option(
            names = "--with-values",
            description =
                    "Keep the values of attention at the unigram point; by default they are 0, as"
                            + " theory asks for.")
    private boolean withValues;

    @Option(
            names = "--checkpoint",
            paramLabel = "FILE",
            description =
                    "Also look at what 'perron train' wrote there, its context cut to --length. It"
                            + " is of the configuration that it was trained with.")
    private @Nullable Path checkpoint;

    @Option(
            names = "--start-std",
            defaultValue = "0.02",
            paramLabel = "X",
            description =
                    "Standard deviation of the Gaussian start whose chance of reaching the global"
                            + " minimum is asked for (default 0.02).")
    private double startDeviation = 0.02;

    @Option(
            names = "--flows",
            defaultValue = "40",
            paramLabel = "N",
            description =
                    "From how many random starts canonical gradient flow is followed (default 40).")
    private int flows = 40;

    @Option(
            names = "--flow-std",
            defaultValue = "1.2",
            paramLabel = "X",
            description = "Standard deviation of those starts (default 1.2).")
    private double flowDeviation = 1.2;

    @Option(
            names = "--seed",
            defaultValue = "1",
            description = "Of all random numbers (default 1).")
    private long seed = 1;

    @Mixin private OutputOptions output = new OutputOptions();
    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException {
        check();
        try (Progress progress = new Progress(spec)) {
            KnownSource known = source.read();
            List<LandscapePoint> points = points(known, progress);
            progress.at("following %d flows".formatted(flows));
            Optional<CanonicalFlows> canonical =
                    CanonicalFlows.of(known, startDeviation, flows, flowDeviation, seed);
            if (output.drawn() && canonical.isEmpty()) {
                throw new Failure(
                        ExitCode.INPUT,
                        "--figure draws the canonical model, which needs a binary source of order 1"
                                + " with p and q inside (0, 1)");
            }
            Landscape landscape =
                    new Landscape(
                            source.name(),
                            source.facts(known),
                            known,
                            length,
                            points,
                            known.order() == 1
                                    ? Optional.of(UnigramCriterion.of(known))
                                    : Optional.empty(),
                            canonical);
            if (canonical.isPresent()) {
                CanonicalFlows drawn = canonical.get();
                output.figure(() -> CanonicalFigure.of(drawn).draw());
            }
            PrintWriter out = spec.commandLine().getOut();
            if (output.json()) {
                Json.print(out, landscape.document(seed));
            } else if (output.csv()) {
                landscape.csv(out);
            } else {
                landscape.text(out);
            }
            out.flush();
            return ExitCode.OK.code();
        }
    }

    private void check() {
        output.check();
        source.check();
        if (tied && untied) {
            throw new Failure(
                    ExitCode.USAGE, "--tied and --untied exclude each other; give one or none");
        }
        requireAtLeast("--d-model", dModel, 1);
        requireAtLeast("--mlp", mlp, 0);
        requireAtLeast("--length", length, 1);
        requireAtLeast("--flows", flows, 0);
        requireDeviation("--std", deviation, false);
        requireDeviation(
                "--position-std", positionDeviation == null ? 0 : positionDeviation, false);
        requireDeviation("--start-std", startDeviation, true);
        requireDeviation("--flow-std", flowDeviation, true);
    }

    private static void requireAtLeast(String name, int value, int least) {
        if (value < least) {
            throw new Failure(
                    ExitCode.USAGE, "%s %d, must be at least %d".formatted(name, value, least));
        }
    }

    private static void requireDeviation(String name, double value, boolean positive) {
        if (!(value >= 0 && value < Double.POSITIVE_INFINITY) || (positive && value == 0)) {
            throw new Failure(
                    ExitCode.USAGE,
                    "%s %s, must be %s and finite"
                            .formatted(name, value, positive ? "positive" : "at least 0"));
        }
    }

    private List<LandscapePoint> points(KnownSource known, Progress progress) {
        List<LandscapePoint> points = new ArrayList<>();
        try {
            for (OutputHead head : heads(known)) {
                TransformerConfig config = config(known, head);
                ExpectedLoss expected = ExpectedLoss.of(known, config, length);
                progress.at("Hessian at the unigram point, " + LandscapePoint.word(head));
                points.add(LandscapePoint.unigram(expected, unigramPoint(known, config)));
                progress.at("Hessian at the explicit minimum, " + LandscapePoint.word(head));
                LandscapePoint.bigram(expected).ifPresent(points::add);
            }
        } catch (IllegalArgumentException e) {
            throw new Failure(ExitCode.INPUT, source.name() + ": " + e.getMessage());
        }
        if (checkpoint != null) {
            progress.at("Hessian at " + checkpoint);
            points.add(trained(known, checkpoint));
        }
        return points;
    }

    private LandscapePoint trained(KnownSource known, Path file) {
        try {
            TransformerWeights weights =
                    ExpectedLoss.shortened(
                            CheckpointFile.read(file).checkpoint().weights(), length);
            return LandscapePoint.trained(
                    ExpectedLoss.of(known, weights.config(), length), weights);
        } catch (IllegalArgumentException e) {
            throw new Failure(
                    ExitCode.INPUT, "--checkpoint %s: %s".formatted(file, e.getMessage()));
        }
    }

    private List<OutputHead> heads(KnownSource known) {
        boolean scalar = known.symbols() == 2;
        List<OutputHead> heads = new ArrayList<>();
        if (!untied) {
            heads.add(scalar ? OutputHead.SCALAR_TIED : OutputHead.TIED);
        }
        if (!tied) {
            heads.add(scalar ? OutputHead.SCALAR_UNTIED : OutputHead.UNTIED);
        }
        return heads;
    }

    /// The model of the theory.
    private TransformerConfig config(KnownSource known, OutputHead head) {
        return TransformerConfig.reference(known.symbols(), length)
                .withDModel(dModel)
                .withMlp(mlp, Activation.RELU)
                .withNormalisation(Normalisation.NONE)
                .withHead(head);
    }

    private TransformerWeights unigramPoint(KnownSource known, TransformerConfig config) {
        SplittableRandom random = new SplittableRandom(seed);
        TransformerWeights elsewhere = TheoryPoint.gaussian(config, deviation, random);
        if (positionDeviation != null) {
            double[] positions = new double[config.nCtx() * config.dModel()];
            for (int i = 0; i < positions.length; i++) {
                positions[i] = positionDeviation * random.nextGaussian();
            }
            elsewhere = elsewhere.with("transformer.wpe.weight", positions);
        }
        return TheoryPoint.unigram(
                known, withValues ? elsewhere : TheoryPoint.withoutValues(elsewhere));
    }
}
