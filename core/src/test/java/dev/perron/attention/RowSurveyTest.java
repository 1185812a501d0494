package dev.perron.attention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

import java.util.List;

/// What is found in rows, and heads that are made one by one.
class RowSurveyTest {
    private static final float NAN = Float.NaN;
    private static final List<Token> TWO = List.of(new Token.Piece("a"), new Token.Piece("b"));

    @Test
    void everyKindOfRowIsNamed() {
        RowFindings found =
                survey(
                        3,
                        new float[] {
                            0.25f, 0.75f, 0, 0, 0, 0, NAN, NAN, NAN, 0.25f, 0.25f, 0.25f, 0.5f,
                            0.25f, 0
                        });
        assertThat(found.zero()).containsExactly(1);
        assertThat(found.nan()).containsExactly(2);
        assertThat(found.empty()).containsExactly(1, 2);
        assertThat(found.uniform()).containsExactly(3);
        assertThat(found.offRows()).isEqualTo(2);
        assertThat(found.worstRow()).isEqualTo(3);
        assertThat(found.worstError()).isEqualTo(0.25);
        assertThat(found.notAttention()).isEmpty();
    }

    @Test
    void whatNoSoftmaxGivesIsNamed() {
        assertThat(survey(2, new float[] {0.5f, 0.5f, 1.5f, -0.5f}).notAttention())
                .contains("row 1, key 1: -0.5");
        assertThat(survey(2, new float[] {NAN, 1}).notAttention())
                .contains("row 0: NaN in 1 of 2 keys");
        assertThat(survey(1, new float[] {Float.POSITIVE_INFINITY}).notAttention()).isPresent();
    }

    /// Uniform attention of a causal head gives its first key much, which is no sink.
    @Test
    void sinksHaveFarMoreThanEvenAttentionGives() {
        int n = 20;
        float[] even = new float[n * n];
        float[] sink = new float[n * n];
        float[] last = new float[n * n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                even[i * n + j] = j <= i ? 1f / (i + 1) : 0;
                sink[i * n + j] = j == 0 ? .9f : j == i ? .1f : 0;
                last[i * n + j] = j == n - 1 ? .43f : .03f;
            }
        }
        sink[0] = 1;
        assertThat(survey(n, even).causal()).isTrue();
        assertThat(survey(n, even).sinks()).isEmpty();
        assertThat(survey(n, sink).causal()).isTrue();
        assertThat(survey(n, sink).sinks()).containsExactly(0);
        assertThat(survey(n, last).sinks()).containsExactly(n - 1);
        last[7] = NAN;
        assertThat(survey(n, last).sinks()).as("a row of NaN says nothing").containsExactly(n - 1);
        assertThat(survey(n, new float[n * n]).sinks()).isEmpty();
    }

    @Test
    void causalAndKeyByQueryAreTold() {
        assertThat(survey(2, new float[] {1, 0, 0.5f, 0.5f}).causal()).isTrue();
        assertThat(survey(2, new float[] {0.5f, 0.5f, 1, 0}).causal()).isFalse();
        assertThat(survey(2, new float[] {0.25f, 0.5f, 0.75f, 0.5f}).columnsSumToOne()).isTrue();
        assertThat(survey(2, new float[] {0.5f, 0.5f, 0.5f, 0.5f}).columnsSumToOne()).isFalse();
    }

    @Test
    void emptyRowsBecomeWhatThePolicySays() {
        float[] rows = {NAN, NAN, 0.25f, 0.75f};
        RowPolicy.SELF_LOOP.fillEmpty(rows, 2, List.of(0));
        assertThat(rows).containsExactly(1, 0, 0.25f, 0.75f);
        RowPolicy.UNIFORM.fillEmpty(rows, 2, List.of(1));
        assertThat(rows).containsExactly(1, 0, 0.5f, 0.5f);
    }

    @Test
    void aHeadIsFilledWhereItStays() {
        AttentionHead head =
                AttentionHead.filled(
                        1, 2, TWO, Double.POSITIVE_INFINITY, rows -> write(rows, 2, 2, 1, 3));
        assertThat(head.name()).isEqualTo("L1H2");
        assertThat(head.attention(1, 1)).isEqualTo(0.75);
        assertThat(head.worstRow()).isEqualTo(3);
        assertThatThrownBy(() -> AttentionHead.filled(0, 0, TWO, 0.1, r -> write(r, 1, 1, 1, 0)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("row 0 'a': sums to 2.0");
        assertThatThrownBy(
                        () ->
                                AttentionHead.filled(
                                        0, 0, TWO, Double.POSITIVE_INFINITY, r -> write(r)))
                .hasMessageContaining("sums to 0.0");
    }

    @Test
    void headsMakeATensorOnlyInOrder() {
        AttentionHead first = AttentionHead.filled(3, 0, TWO, 0, r -> write(r, 1, 0, 0, 1));
        AttentionHead second = AttentionHead.filled(3, 1, TWO, 0, r -> write(r, 0, 1, 1, 0));
        AttentionTensor tensor = AttentionTensor.ofHeads(TWO, List.of(first, second));
        assertThat(tensor.head(3, 1)).isSameAs(second);
        assertThatThrownBy(() -> AttentionTensor.ofHeads(TWO, List.of(second, first)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("L3H1 as number 0, must be in order: L3H0");
        assertThatThrownBy(() -> AttentionTensor.ofHeads(TWO.subList(0, 1), List.of(first)))
                .hasMessageContaining("L3H0 has 2 tokens, must have 1");
        assertThat(tensor.worstRow()).isCloseTo(0, within(0.0));
    }

    private static void write(float[] rows, float... values) {
        System.arraycopy(values, 0, rows, 0, values.length);
    }

    private static RowFindings survey(int keys, float[] rows) {
        RowSurvey survey = new RowSurvey(keys, 1e-4);
        for (int at = 0; at < rows.length; at += keys) {
            survey.add(rows, at);
        }
        return survey.findings();
    }
}
