package dev.perron.transformer;

import java.util.LinkedHashMap;
import java.util.Map;

/// Small configurations that between them have everything that a configuration may have.
final class Configurations {
    static final int T = 37;

    private Configurations() {}

    static Map<String, TransformerConfig> all() {
        TransformerConfig reference = TransformerConfig.reference(2, T);
        TransformerConfig three = TransformerConfig.reference(3, T);
        Map<String, TransformerConfig> all = new LinkedHashMap<>();
        all.put("reference", reference);
        all.put(
                "norm after the MLP",
                three.withNormalisation(Normalisation.AFTER_MLP).withLayers(2));
        all.put(
                "norm after the MLP, biases",
                three.withNormalisation(Normalisation.AFTER_MLP).withBiases(true).withHeads(2));
        all.put("untied", reference.withHead(OutputHead.UNTIED));
        all.put(
                "theory",
                reference
                        .withDModel(4)
                        .withMlp(16, Activation.RELU)
                        .withNormalisation(Normalisation.NONE)
                        .withHead(OutputHead.SCALAR_TIED));
        all.put(
                "theory, untied",
                reference.withNormalisation(Normalisation.NONE).withHead(OutputHead.SCALAR_UNTIED));
        all.put(
                "no attention",
                reference
                        .withAttention(false)
                        .withMlp(16, Activation.RELU)
                        .withHead(OutputHead.SCALAR_TIED));
        all.put("no MLP", three.withMlp(0, Activation.GELU));
        all.put("biases", three.withBiases(true).withLayers(2));
        all.put("two heads, three layers", three.withHeads(2).withLayers(3));
        all.put("odd width", three.withDModel(3).withMlp(5, Activation.GELU));
        all.put("width 1", reference.withDModel(1).withNormalisation(Normalisation.NONE));
        all.put("wide", reference.withDModel(64).withHeads(2));
        all.put("sinusoidal", three.withPositions(Positions.SINUSOIDAL));
        all.put("rotary", three.withPositions(Positions.ROTARY).withHeads(2));
        all.put("relative", three.withPositions(Positions.RELATIVE).withHeads(2).withLayers(2));
        TransformerConfig longer = TransformerConfig.reference(3, T + 12).withHeads(2);
        all.put("relative, sequences shorter", longer.withPositions(Positions.RELATIVE));
        all.put("learned, sequences shorter", longer.withLayers(2));
        all.put("no positions", three.withPositions(Positions.NONE));
        all.put("window", reference.withWindow(5));
        all.put(
                "two symbols, rotary, biases",
                reference.withPositions(Positions.ROTARY).withHeads(2).withBiases(true));
        all.put(
                "two symbols, two layers, sequences shorter",
                TransformerConfig.reference(2, T + 12).withHeads(2).withLayers(2).withWindow(9));
        all.put(
                "relative window",
                reference.withWindow(9).withPositions(Positions.RELATIVE).withBiases(true));
        all.put("many tokens", TransformerConfig.reference(20, T).withHead(OutputHead.UNTIED));
        return all;
    }
}
