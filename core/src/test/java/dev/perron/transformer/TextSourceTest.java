package dev.perron.transformer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.offset;

import org.junit.jupiter.api.Test;

import java.util.SplittableRandom;

/// Texts as sources.
class TextSourceTest {
    @Test
    void charactersAreNumberedInTheirOrder() {
        TextSource text = TextSource.ofCharacters("abca😀");
        assertThat(text.symbols()).isEqualTo(4);
        assertThat(text.length()).isEqualTo(5);
        assertThat(text.unigram().mass(0)).isEqualTo(.4, offset(1e-15));
        int[] whole = new int[5];
        text.fill(new SplittableRandom(1), whole, 1, 5);
        assertThat(whole).containsExactly(0, 1, 2, 0, 3);
    }

    @Test
    void windowsComeFromEveryPlace() {
        TextSource text = TextSource.ofCharacters("abcdef");
        int[] tokens = new int[3 * 1000];
        text.fill(new SplittableRandom(1), tokens, 1000, 3);
        int[] starts = new int[6];
        for (int b = 0; b < 1000; b++) {
            starts[tokens[3 * b]]++;
            assertThat(tokens[3 * b + 2]).isEqualTo(tokens[3 * b] + 2);
        }
        assertThat(starts).containsExactly(starts[0], starts[1], starts[2], starts[3], 0, 0);
        assertThat(starts[0]).isBetween(175, 325);
    }

    @Test
    void entropiesOfTheRingAreThoseOfItsChain() {
        TextSource text = TextSource.ofCharacters("the cat sat on the mat, then left");
        KernelSource chain = text.chain();
        assertThat(text.chain()).isSameAs(chain); // counted once
        assertThat(text.conditionalEntropy(0)).isEqualTo(chain.unigramEntropy(), offset(1e-12));
        assertThat(text.conditionalEntropy(1)).isEqualTo(chain.entropyRate(), offset(1e-12));
        assertThat(text.conditionalEntropy(20)).isEqualTo(0, offset(1e-12));
    }

    @Test
    void whatDoesNotFitIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TextSource.ofTokens(new int[] {0, 3}, 3))
                .withMessage("token 3 at place 1, must be from 0 to 2");
        TextSource text = TextSource.ofCharacters("abc");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> text.fill(new SplittableRandom(1), new int[4], 1, 4))
                .withMessageContaining("windows of 4 symbols");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> text.part(2, 2))
                .withMessageContaining("part from 2 to 2");
        assertThat(text.part(1, 3).symbols()).isEqualTo(3);
    }

    @Test
    void windowsDoNotReachIntoWhatIsHeldOut() {
        TextSource text = TextSource.ofCharacters("abcdefghij").holdingOut(4);
        int[] tokens = new int[3 * 500];
        text.fill(new SplittableRandom(1), tokens, 500, 3);
        assertThat(tokens).doesNotContain(6, 7, 8, 9).contains(0, 5);
        text.heldOut().fill(new SplittableRandom(1), tokens, 500, 3);
        assertThat(tokens).contains(6, 9).doesNotContain(0, 5);
        assertThat(text.heldOut().length()).isEqualTo(4);
        assertThat(text.heldOut().hasChain()).isFalse();
        assertThat(text.hasChain()).isTrue();
        assertThat(text.chain().symbols()).isEqualTo(10);
        assertThatIllegalArgumentException().isThrownBy(() -> text.holdingOut(10));
    }
}
