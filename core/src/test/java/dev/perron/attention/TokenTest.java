package dev.perron.attention;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenTest {
    @ParameterizedTest
    @CsvSource({
        "Ġfox,' fox'",
        "▁fox,' fox'",
        "##ing,##ing",
        "Ċ,\\n",
        "fox</w>,'fox '",
        "Ünder,Ünder"
    })
    void aPieceReadsAsAPersonWouldWriteIt(String text, String label) {
        assertThat(new Token.Piece(text).label()).isEqualTo(label);
    }

    @Test
    void theOthersAreNamedOrPlaced() {
        assertThat(new Token.Special("[CLS]").label()).isEqualTo("[CLS]");
        assertThat(new Token.Patch(3, 14).label()).isEqualTo("3,14");
    }
}
