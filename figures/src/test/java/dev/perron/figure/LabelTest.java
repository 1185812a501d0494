package dev.perron.figure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perron.attention.Token;

import org.junit.jupiter.api.Test;

class LabelTest {
    @Test
    void whatCannotBeSeenIsShown() {
        assertThat(visible("a b")).isEqualTo("a␣b");
        assertThat(visible("\u00a0")).isEqualTo("␣");
        assertThat(visible("\n")).isEqualTo("⏎");
        assertThat(visible("\t")).isEqualTo("⇥");
        assertThat(visible("")).isEqualTo("∅");
        assertThat(visible("\u0007")).isEqualTo("\u2407");
        assertThat(visible("\u202eevil")).isEqualTo("⟨U+202E⟩evil");
        assertThat(visible("\ud800")).isEqualTo("⟨U+D800⟩");
    }

    @Test
    void emojiOfSeveralPartsStayTogether() {
        String family = "👩\u200d👧";
        assertThat(visible(family)).isEqualTo(family);
    }

    @Test
    void longLabelsAreCutToTheirColumns() {
        Label label = new Label("incomprehensibilities", false);
        assertThat(label.visible(8)).isEqualTo("incompr…");
        assertThat(label.visible(21)).isEqualTo("incomprehensibilities");
        assertThat(new Label("日本語テキスト", false).visible(6)).isEqualTo("日本…");
        assertThat(Label.columns("日本…")).isEqualTo(5);
        assertThat(new Label("日本", false).visible(1)).isEqualTo("…");
    }

    @Test
    void marksThatJoinALetterTakeNoColumn() {
        assertThat(Label.columns("e\u0301")).isEqualTo(1);
        assertThat(Label.columns("한글")).isEqualTo(4);
        assertThat(Label.columns("🙂")).isEqualTo(2);
    }

    @Test
    void specialTokensAreSpecial() {
        assertThat(Label.of(new Token.Special("[CLS]"))).isEqualTo(new Label("[CLS]", true));
        assertThat(Label.of(new Token.Piece("Ġfox"))).isEqualTo(new Label(" fox", false));
    }

    private static String visible(String text) {
        return new Label(text, false).visible();
    }
}
