package dev.perron.attention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.perron.attention.Bounces.Start;
import dev.perron.chain.Distribution;
import dev.perron.chain.Teleporting;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.stream.Stream;

/// The example of the README, between the lines that say so.
class LibraryExampleTest {
    @Test
    void theExampleOfTheReadme() {
        // example: begin
        List<Token> tokens = Stream.of("the", "cat", "sat").<Token>map(Token.Piece::new).toList();
        float[][] head = {{.6f, .3f, .1f}, {.2f, .5f, .3f}, {.1f, .7f, .2f}}; // [query][key]
        AttentionTensor attention = AttentionTensor.of(tokens, new float[][][][] {{head}});

        AttentionHead chain = attention.head(0, 0);
        Distribution anywhere = Distribution.uniform(tokens.size());
        String answer =
                switch (TokenRank.of(new Teleporting(chain, .99, anywhere), Direction.INCOMING)) {
                    case TokenRank.Ranked(var scores, var certificate) ->
                            "cat: %.4f ± %.0e".formatted(scores.mass(1), certificate.errorBound());
                    case TokenRank.NotConverged(_, var certificate) -> "no: " + certificate;
                    case TokenRank.NotUnique several -> "one a class: " + several.stationary();
                    case TokenRank.Undefined(int state) -> "nobody looks at token " + state;
                };

        Bounces fromSat = Bounces.of(chain, new Start.From(2), 2);
        double[] afterTwo = fromSat.after(2); // indirect attention of "sat"
        // example: end

        assertThat(answer).startsWith("cat: 0.4830 ± ");
        assertThat(afterTwo).containsExactly(new double[] {.22, .52, .26}, within(1e-7));
    }
}
