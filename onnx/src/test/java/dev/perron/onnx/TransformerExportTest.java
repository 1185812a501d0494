package dev.perron.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;

import dev.perron.attention.AttentionTensor;
import dev.perron.attention.model.AttentionModel;
import dev.perron.attention.model.TextInput;
import dev.perron.transformer.Activation;
import dev.perron.transformer.Initialisation;
import dev.perron.transformer.Normalisation;
import dev.perron.transformer.OutputHead;
import dev.perron.transformer.Positions;
import dev.perron.transformer.Probabilities;
import dev.perron.transformer.Transformer;
import dev.perron.transformer.TransformerConfig;
import dev.perron.transformer.TransformerWeights;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// ONNX Runtime gives the logits of the model itself.
class TransformerExportTest {
    private static final int[] TOKENS = {0, 1, 1, 0, 1, 0, 0, 0, 1};

    @TempDir private Path folder = Path.of("");

    static Stream<TransformerConfig> configurations() {
        TransformerConfig reference = TransformerConfig.reference(2, 12);
        return Stream.of(
                reference,
                reference.withLayers(2).withHeads(2).withHead(OutputHead.UNTIED).withBiases(true),
                reference
                        .withNormalisation(Normalisation.NONE)
                        .withMlp(16, Activation.RELU)
                        .withHead(OutputHead.SCALAR_TIED),
                reference.withWindow(3).withHead(OutputHead.SCALAR_UNTIED),
                reference.withPositions(Positions.ROTARY).withHeads(2),
                reference.withPositions(Positions.RELATIVE).withHeads(4),
                reference.withPositions(Positions.SINUSOIDAL).withMlp(0, Activation.GELU),
                reference.withPositions(Positions.NONE),
                reference.withNormalisation(Normalisation.AFTER_MLP).withLayers(2).withBiases(true),
                reference
                        .withHead(OutputHead.UNTIED)
                        .withProbabilities(Probabilities.RELU), // no matter: logits go out
                reference.withAttention(false));
    }

    private static TransformerWeights weights(TransformerConfig config) {
        TransformerWeights drawn =
                new Initialisation.Gaussian(0.5, false).draw(config, new Random(4));
        double[] values = drawn.toArray();
        Random random = new Random(5);
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (values[i] + 0.2 * random.nextGaussian());
        }
        return TransformerWeights.of(drawn.layout(), values);
    }

    @ParameterizedTest
    @MethodSource("configurations")
    void onnxRuntimeGivesTheSameLogits(TransformerConfig config) throws OrtException {
        TransformerWeights weights = weights(config);
        double[][] expected = Transformer.of(weights).logits(TOKENS);
        OrtEnvironment environment = RuntimeLibrary.environment();
        long[][] ids = new long[1][TOKENS.length];
        for (int t = 0; t < TOKENS.length; t++) {
            ids[0][t] = TOKENS[t];
        }
        try (OrtSession session = environment.createSession(TransformerExport.model(weights));
                OnnxTensor input = OnnxTensor.createTensor(environment, ids);
                OrtSession.Result result = session.run(Map.of("input_ids", input))) {
            float[][][] logits = (float[][][]) result.get(0).getValue();
            for (int t = 0; t < TOKENS.length; t++) {
                for (int v = 0; v < 2; v++) {
                    assertThat((double) logits[0][t][v])
                            .as("%s, time %d, token %d", config, t, v)
                            .isCloseTo(expected[t][v], within(1e-5));
                }
            }
        }
    }

    static Stream<TransformerConfig> withAttention() {
        return configurations().filter(TransformerConfig::attention);
    }

    /// Two routes that share nothing but the weights: our forward pass, and the exported graph run
    /// by ONNX Runtime.
    @ParameterizedTest
    @MethodSource("withAttention")
    void itsAttentionIsThatOfOnnxRuntime(TransformerConfig config) {
        TransformerWeights weights = weights(config);
        List<Integer> layers = IntStream.range(0, config.nLayers()).boxed().toList();
        try (AttentionModel own = Transformer.of(weights);
                AttentionModel exported =
                        OnnxModel.of("exported", TransformerExport.model(weights));
                TextTokenizer pieces =
                        TextTokenizer.of("numbers", ExportedTokenizer.ofNumbers(2))) {
            TextInput text = pieces.encode("0 1 1 0 1 0 0 0 1");
            assertThat(own.layers()).isEqualTo(exported.layers());
            AttentionTensor expected = exported.attend(text, layers);
            AttentionTensor attention = own.attend(text, layers);
            assertThat(attention.tokens()).isEqualTo(expected.tokens());
            assertThat(attention.layers()).isEqualTo(expected.layers());
            assertThat(attention.all()).hasSameSizeAs(expected.all());
            for (int h = 0; h < attention.all().size(); h++) {
                assertThat(attention.all().get(h).toArray())
                        .as("%s, head %d", config, h)
                        .containsExactly(expected.all().get(h).toArray(), within(1e-5f));
            }
            assertThat(own.attend(text, List.of(layers.getLast())).all().getLast().toArray())
                    .containsExactly(attention.all().getLast().toArray());
        }
    }

    @Test
    void itsTokenizerCutsIntoSymbols() throws IOException {
        Path tokenizer =
                Files.write(folder.resolve("tokenizer.json"), ExportedTokenizer.ofNumbers(2));
        try (TextTokenizer pieces = TextTokenizer.open(tokenizer)) {
            assertThat(pieces.encode("0 1 1 0 1").ids()).containsExactly(0, 1, 1, 0, 1);
        }
    }

    @Test
    void wordsThatItDoesNotKnowAreRefused() throws IOException {
        Path numbers = Files.write(folder.resolve("a.json"), ExportedTokenizer.ofNumbers(2));
        try (TextTokenizer pieces = TextTokenizer.open(numbers)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> pieces.encode("0 1 fox 2"))
                    .withMessageContaining("'fox' isn't in the vocabulary");
        }
    }

    @Test
    void charactersAreSymbolsToo() throws IOException {
        List<String> alphabet = List.of("\n", " ", "\"", "\\", "a", "é", "😀");
        Path file = Files.write(folder.resolve("a.json"), ExportedTokenizer.ofCharacters(alphabet));
        try (TextTokenizer pieces = TextTokenizer.open(file)) {
            assertThat(pieces.encode("a é\n😀\"\\a").ids()).containsExactly(4, 1, 5, 0, 6, 2, 3, 4);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> pieces.encode("a aéx a"))
                    .withMessageStartingWith("'x' of 'aéx' isn't in the vocabulary of " + file);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> pieces.encode("x"))
                    .withMessageStartingWith("'x' isn't in the vocabulary");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> pieces.encode("a\ta"))
                    .withMessageStartingWith("character U+0009 isn't in the vocabulary");
        }
    }
}
