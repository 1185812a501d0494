package dev.perron.transformer;

import dev.perron.attention.AttentionTensor;
import dev.perron.attention.Token;
import dev.perron.attention.model.AttentionModel;
import dev.perron.attention.model.ModelException;
import dev.perron.attention.model.ModelLimits;
import dev.perron.attention.model.TextInput;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/// A model that is asked, not trained: in double, one sequence at a time. Immutable.
public final class Transformer implements AttentionModel {
    private final TransformerWeights weights;
    private final String name;
    private final Optional<String> fileSha256;

    private Transformer(TransformerWeights weights, String name, Optional<String> fileSha256) {
        this.weights = weights;
        this.name = name;
        this.fileSha256 = fileSha256;
    }

    /// The model with these weights.
    public static Transformer of(TransformerWeights weights) {
        return new Transformer(weights, "the transformer", Optional.empty());
    }

    /// The model that a file holds.
    ///
    /// @param name what messages call it
    /// @param sha256 of the file, in hexadecimal
    public static Transformer ofFile(String name, String sha256, TransformerWeights weights) {
        return new Transformer(weights, name, Optional.of(sha256));
    }

    @Override
    public String name() {
        return name;
    }

    /// SHA-256 of the file that it came from; else of its configuration and numbers.
    @Override
    public String sha256() {
        return fileSha256.orElseGet(this::weightsSha256);
    }

    private String weightsSha256() {
        double[] numbers = weights.toArray();
        ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(Double.BYTES, numbers.length));
        bytes.asDoubleBuffer().put(numbers);
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(config().toString().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest.digest(bytes.array()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every JDK has it
        }
    }

    @Override
    public int layers() {
        if (!config().attention()) {
            throw ModelException.of(
                    name,
                    "a model without attention",
                    "one that has some",
                    "train one without --no-attention");
        }
        return config().nLayers();
    }

    @Override
    public OptionalInt headsOf(int layer) {
        return OptionalInt.of(config().nHeads());
    }

    @Override
    public OptionalInt contextLength() {
        return OptionalInt.of(config().nCtx());
    }

    /// What it is.
    public TransformerConfig config() {
        return weights.config();
    }

    /// Its numbers.
    public TransformerWeights weights() {
        return weights;
    }

    /// Logits `[T][V]` of the token after each of these. A scalar head's are (0, z).
    ///
    /// @throws IllegalArgumentException if there are none, more than the context holds, or one
    ///   isn't in the vocabulary
    public double[][] logits(int... tokens) {
        return pass(tokens).logits();
    }

    /// The laws `[T][V]` of the token after each of these.
    ///
    /// @throws IllegalArgumentException as [#logits]
    public double[][] predictions(int... tokens) {
        double[][] laws = logits(tokens);
        for (double[] row : laws) {
            config().probabilities().normalise(row, 0, row.length);
        }
        return laws;
    }

    /// Attention `[layer, head, query, key]` on these tokens, named by their numbers.
    ///
    /// @throws IllegalArgumentException as [#logits], or if the model has no attention
    public AttentionTensor attend(int... tokens) {
        if (!config().attention()) {
            throw new IllegalArgumentException(
                    "a model without attention, must be one that has some");
        }
        return attention(
                tokens,
                IntStream.range(0, tokens.length)
                        .<Token>mapToObj(t -> new Token.Piece(Integer.toString(tokens[t])))
                        .toList(),
                IntStream.range(0, config().nLayers()).boxed().toList());
    }

    @Override
    public AttentionTensor attend(TextInput text, List<Integer> layers) {
        ModelLimits.requireLayers(layers, layers());
        new ModelLimits(name, contextLength(), OptionalInt.of(config().dVocab())).requireFit(text);
        int[] ids = text.ids().stream().mapToInt(Integer::intValue).toArray();
        return attention(ids, text.tokens(), layers);
    }

    private AttentionTensor attention(int[] ids, List<Token> tokens, List<Integer> layers) {
        List<float[]> rows = new ArrayList<>();
        checked(ids)
                .attention(
                        ids,
                        layers,
                        heads -> Arrays.stream(heads).map(Transformer::flat).forEach(rows::add));
        return AttentionTensor.of(tokens, layers, config().nHeads(), rows);
    }

    private static float[] flat(double[][] matrix) {
        float[] all = new float[matrix.length * matrix.length];
        for (int i = 0; i < matrix.length; i++) {
            for (int j = 0; j < matrix.length; j++) {
                all[i * matrix.length + j] = (float) matrix[i][j];
            }
        }
        return all;
    }

    /// How much attention adds to the residual stream of a layer, as a part of the sum: the mean
    /// over these tokens of `‖attention‖ / ‖skip + attention‖`.
    ///
    /// @throws IllegalArgumentException as [#attend], or if there is no such layer
    public double attentionRatio(int layer, int... tokens) {
        if (!config().attention() || layer < 0 || layer >= config().nLayers()) {
            throw new IllegalArgumentException(
                    "layer %d, must be one of the %d, with attention"
                            .formatted(layer, config().nLayers()));
        }
        return pass(tokens).attentionRatio(layer);
    }

    private PlainPass pass(int[] tokens) {
        PlainPass pass = checked(tokens);
        pass.forward(tokens);
        return pass;
    }

    /// A pass for tokens that the model takes.
    private PlainPass checked(int[] tokens) {
        if (tokens.length < 1 || tokens.length > config().nCtx()) {
            throw new IllegalArgumentException(
                    "%d tokens, must be 1 to the context of %d"
                            .formatted(tokens.length, config().nCtx()));
        }
        for (int t = 0; t < tokens.length; t++) {
            if (tokens[t] < 0 || tokens[t] >= config().dVocab()) {
                throw new IllegalArgumentException(
                        "token %d is %d, must be 0 to below the vocabulary of %d"
                                .formatted(t, tokens[t], config().dVocab()));
            }
        }
        return new PlainPass(weights.layout(), weights.toArray());
    }
}
