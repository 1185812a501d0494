package dev.perron.attention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perron.attention.AttentionChain.Defined;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

class HeadModuliTest {
    private static final int N = 7;

    private static final List<Token> TOKENS =
            IntStream.range(0, N).<Token>mapToObj(i -> new Token.Piece("t" + i)).toList();

    private static List<HeadChain> heads(long seed) {
        Random random = new Random(seed);
        List<HeadChain> heads = new ArrayList<>();
        for (int h = 0; h < 4; h++) {
            heads.add(new HeadChain(h / 2, h % 2, Heads.noise(N, 1 + h, random)));
        }
        return heads;
    }

    @Test
    void averagesOfDifferentHeadsAreThoseOfEachByItself() {
        for (long seed = 0; seed < 3; seed++) {
            List<HeadChain> heads = heads(seed);
            HeadModuli moduli = new HeadModuli(TOKENS, SpecialTokens.KEEP);
            for (List<HeadChain> some :
                    List.of(heads, heads.subList(0, 2), heads.subList(2, 4), heads)) {
                Defined once = (Defined) moduli.average(some);
                Defined fresh =
                        (Defined)
                                AttentionChain.of(
                                        some,
                                        TOKENS,
                                        new HeadWeighting.ByLambda2(),
                                        SpecialTokens.KEEP);
                assertThat(once.heads()).as("seed %d", seed).isEqualTo(fresh.heads());
            }
        }
    }

    @Test
    void noHeadsAreRefused() {
        assertThatThrownBy(() -> new HeadModuli(TOKENS, SpecialTokens.KEEP).average(List.of()))
                .hasMessageContaining("must be at least 1");
    }
}
