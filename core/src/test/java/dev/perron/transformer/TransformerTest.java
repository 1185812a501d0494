package dev.perron.transformer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perron.attention.AttentionTensor;
import dev.perron.attention.RectangularHead;
import dev.perron.attention.Token;
import dev.perron.attention.model.HeadForm;
import dev.perron.attention.model.LayerHeads;
import dev.perron.attention.model.ModelException;
import dev.perron.attention.model.TextInput;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/// A model of ours as a model that is asked for its attention.
class TransformerTest {
    private static final TransformerConfig CONFIG =
            TransformerConfig.reference(3, 6).withLayers(2).withHeads(2);

    private static Transformer model(TransformerConfig config) {
        return Transformer.ofFile(
                "run/model",
                "00ff",
                new Initialisation.Gaussian(0.5, false).draw(config, new Random(1)));
    }

    private static TextInput text(Integer... ids) {
        return new TextInput(
                List.of(ids),
                Collections.nCopies(ids.length, 0),
                IntStream.range(0, ids.length)
                        .<Token>mapToObj(t -> new Token.Piece("word " + t))
                        .toList(),
                Collections.nCopies(ids.length, new TextInput.Span(0, 0)));
    }

    @Test
    void aTextIsItsTokensByName() {
        Transformer model = model(CONFIG);
        AttentionTensor all = model.attend(0, 2, 1);
        AttentionTensor last = model.attend(text(0, 2, 1), List.of(1));
        assertThat(last.tokens().get(2).label()).isEqualTo("word 2");
        assertThat(last.layers()).containsExactly(1);
        assertThat(last.all()).hasSize(2);
        assertThat(last.all().get(1).toArray()).containsExactly(all.all().get(3).toArray());
    }

    @Test
    void whatOthersDoBetterIsDoneByAttention() {
        Transformer model = model(CONFIG);
        TextInput text = text(0, 2, 1);
        float[] rows = model.attend(text, List.of(1)).all().get(1).toArray();

        List<Integer> order = new ArrayList<>();
        model.attendEach(
                List.of(text(1), text),
                List.of(0),
                (attention, t) -> order.add(t * 10 + attention.tokens().size()));
        assertThat(order).containsExactly(1, 13);
        assertThat(model.together()).isFalse();

        assertThat(model.heads(text, 1, HeadForm.SMALLER))
                .isInstanceOfSatisfying(
                        LayerHeads.Rows.class,
                        held ->
                                assertThat(held.tensor().all().get(1).toArray())
                                        .containsExactly(rows));
        assertThatThrownBy(() -> model.heads(text, 1, HeadForm.QUERIES_AND_KEYS))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("run/model layer 1");

        RectangularHead head = model.rectangularHeads(text, 1).get(1);
        assertThat(head.queries()).isEqualTo(head.keys()).isEqualTo(3);
        assertThat((float) head.attention(2, 1)).isEqualTo(rows[7]);
    }

    @Test
    void whatDoesNotFitIsOneLine() {
        Transformer model = model(CONFIG);
        assertThat(model.contextLength()).hasValue(6);
        assertThat(model.headsOf(0)).hasValue(2);
        assertThatThrownBy(() -> model.attend(text(0, 3), List.of(0)))
                .isInstanceOf(ModelException.class)
                .hasMessageStartingWith(
                        "run/model: token 1, word 1, has id 3; expected an id from 0 to 2");
        assertThatThrownBy(() -> model.attend(text(0, 0, 0, 0, 0, 0, 0), List.of(0)))
                .isInstanceOf(ModelException.class)
                .hasMessageStartingWith("run/model: a text of 7 tokens; expected at most 6");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> model.attend(text(0), List.of(2)))
                .withMessage("layer 2, must be from 0 to 1");
        assertThatThrownBy(() -> model(CONFIG.withAttention(false)).layers())
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("without attention");
    }

    @Test
    void aModelIsToldFromOthersByItsFileOrItsNumbers() {
        Transformer read = model(CONFIG);
        assertThat(read.sha256()).isEqualTo("00ff");
        Transformer made = Transformer.of(read.weights());
        double[] numbers = read.weights().toArray();
        assertThat(made.sha256())
                .hasSize(64)
                .isEqualTo(
                        Transformer.of(TransformerWeights.of(read.weights().layout(), numbers))
                                .sha256());
        numbers[3] += 1e-9;
        assertThat(Transformer.of(TransformerWeights.of(read.weights().layout(), numbers)).sha256())
                .isNotEqualTo(made.sha256());
    }
}
