package dev.perron.transformer.landscape;

import dev.perron.transformer.KnownSource;
import dev.perron.transformer.TransformerConfig;
import dev.perron.transformer.TransformerWeights;
import dev.perron.transformer.WeightLayout;
import dev.perron.transformer.WeightTensor;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// The expected loss of a model on sequences of N symbols of a source, by going through all of
/// them: the mean over the N places of the expected cross entropy of what is predicted there with
/// the law of the next symbol given all before it. Its gradient and Hessian are exact, too.
/// Immutable.
///
/// One evaluation takes time and memory with the places of all different beginnings, S + S² + ... +
/// Sᴺ, and with the weights; a product of the Hessian with a direction takes as much, and the whole
/// Hessian as many products as there are weights.
public final class ExpectedLoss {
    /// The largest number of places.
    public static final int MAX_PLACES = 8192;

    /// The largest number of weights that a whole Hessian is made for.
    public static final int MAX_WEIGHTS = 2000;

    private final KnownSource source;
    private final WeightLayout layout;
    private final int length;

    private ExpectedLoss(KnownSource source, WeightLayout layout, int length) {
        this.source = source;
        this.layout = layout;
        this.length = length;
    }

    /// The expected loss of models of a configuration.
    ///
    /// @param length N, from 1 to the configuration's context
    /// @throws IllegalArgumentException if N isn't, the vocabulary isn't the source's symbols, or
    ///   there are more than [#MAX_PLACES]
    public static ExpectedLoss of(KnownSource source, TransformerConfig config, int length) {
        if (config.dVocab() != source.symbols()) {
            throw new IllegalArgumentException(
                    "vocabulary %d, must be the source's %d symbols"
                            .formatted(config.dVocab(), source.symbols()));
        }
        if (length < 1 || length > config.nCtx()) {
            throw new IllegalArgumentException(
                    "%d places, must be 1 to the context of %d".formatted(length, config.nCtx()));
        }
        double places = 0;
        for (int n = 1; n <= length; n++) {
            places += Math.pow(source.symbols(), n);
        }
        if (places > MAX_PLACES) {
            throw new IllegalArgumentException(
                    "sequences of %d symbols have %.0f different places, must be at most %d: take shorter ones"
                            .formatted(length, places, MAX_PLACES));
        }
        return new ExpectedLoss(source, WeightLayout.of(config), length);
    }

    /// The same weights with a context of so many places: all that the loss of sequences that short
    /// depends on.
    ///
    /// @param length from 1 to the context of the weights
    /// @throws IllegalArgumentException if it isn't
    public static TransformerWeights shortened(TransformerWeights weights, int length) {
        TransformerConfig config = weights.config();
        if (length < 1 || length > config.nCtx()) {
            throw new IllegalArgumentException(
                    "%d places, must be 1 to the context of %d".formatted(length, config.nCtx()));
        }
        WeightLayout layout =
                WeightLayout.of(
                        new TransformerConfig(
                                config.dVocab(),
                                length,
                                config.dModel(),
                                config.nHeads(),
                                config.nLayers(),
                                config.dMlp(),
                                config.attention(),
                                config.activation(),
                                config.normalisation(),
                                config.biases(),
                                config.head(),
                                config.probabilities(),
                                config.positions(),
                                Math.min(config.window(), length)));
        double[] values = new double[layout.size()];
        for (WeightTensor tensor : layout.tensors()) {
            double[] all = weights.tensor(tensor.name());
            boolean byDistance = tensor.name().endsWith("relative.weight"); // [H, T]
            int row = byDistance ? length : tensor.size();
            int longer = byDistance ? config.nCtx() : tensor.size();
            for (int i = 0; i < tensor.size() / row; i++) {
                System.arraycopy(all, i * longer, values, tensor.offset() + i * row, row);
            }
        }
        return TransformerWeights.of(layout, values);
    }

    /// The source.
    public KnownSource source() {
        return source;
    }

    /// The configuration of the models.
    public TransformerConfig config() {
        return layout.config();
    }

    /// N, the places of a sequence.
    public int length() {
        return length;
    }

    /// L(θ) in nats.
    ///
    /// @throws IllegalArgumentException if the weights are of another configuration
    public double value(TransformerWeights weights) {
        return derivatives(weights, new double[layout.size()]).loss();
    }

    /// ∇L(θ), `[weights]`.
    ///
    /// @throws IllegalArgumentException if the weights are of another configuration
    public double[] gradient(TransformerWeights weights) {
        return derivatives(weights, new double[layout.size()]).gradient();
    }

    /// H(θ) v, `[weights]`, from one pass forward and one backward.
    ///
    /// @param direction v, `[weights]`
    /// @throws IllegalArgumentException if the weights are of another configuration, or v is of
    ///   another length
    public double[] hessianTimes(TransformerWeights weights, double[] direction) {
        if (direction.length != layout.size()) {
            throw new IllegalArgumentException(
                    "direction of %d entries, must be %d"
                            .formatted(direction.length, layout.size()));
        }
        return derivatives(weights, direction).hessianTimes();
    }

    /// H(θ), `[weights][weights]`, a product a row on all cores; rows don't depend on each other,
    /// so the number of cores changes nothing.
    ///
    /// @throws IllegalArgumentException if the weights are of another configuration, or more than
    ///   [#MAX_WEIGHTS]
    public double[][] hessian(TransformerWeights weights) {
        int n = layout.size();
        if (n > MAX_WEIGHTS) {
            throw new IllegalArgumentException(
                    "Hessian of %d weights, must be at most %d: ask for products with directions"
                            .formatted(n, MAX_WEIGHTS));
        }
        return IntStream.range(0, n)
                .parallel()
                .mapToObj(
                        i -> {
                            double[] direction = new double[n];
                            direction[i] = 1;
                            return derivatives(weights, direction).hessianTimes();
                        })
                .toArray(double[][]::new);
    }

    private Derivatives derivatives(TransformerWeights weights, double[] direction) {
        if (!weights.config().equals(config())) {
            throw new IllegalArgumentException(
                    "weights of another configuration: "
                            + weights.config().differenceFrom(config()));
        }
        Tape tape = new Tape();
        int[] numbers = Derivatives.inputs(tape, weights.toArray(), direction);
        TapedModel model = new TapedModel(tape, layout, numbers);
        List<Integer> terms = new ArrayList<>();
        addPlaces(model, tape, null, new int[length + 1], 0, terms);
        int sum = tape.sum(terms.stream().mapToInt(Integer::intValue).toArray());
        return Derivatives.of(tape, tape.scale(sum, 1.0 / length), numbers);
    }

    /// Adds the losses of all places that come after a beginning, times their probabilities.
    private void addPlaces(
            TapedModel model,
            Tape tape,
            TapedModel.@Nullable Place before,
            int[] tokens,
            int time,
            List<Integer> terms) {
        for (int symbol = 0; symbol < source.symbols(); symbol++) {
            tokens[time] = symbol;
            double reached = source.probability(tokens, time + 1);
            if (!(reached > 0)) {
                continue;
            }
            TapedModel.Place place = model.after(before, symbol);
            double[] law = new double[source.symbols()];
            for (int next = 0; next < law.length; next++) {
                tokens[time + 1] = next;
                law[next] = source.probability(tokens, time + 2) / reached;
            }
            terms.add(tape.scale(model.crossEntropy(place, law), reached));
            if (time + 1 < length) {
                addPlaces(model, tape, place, tokens, time + 1, terms);
            }
        }
    }
}
