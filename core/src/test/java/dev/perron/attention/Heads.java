package dev.perron.attention;

import dev.perron.chain.Distribution;

import java.util.List;
import java.util.Random;
import java.util.function.DoubleBinaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Heads to test with.
final class Heads {
    private Heads() {}

    /// Softmax of normal logits: all tokens attend to all.
    static AttentionHead noise(int n, double sharpness, Random random) {
        return softmax(n, (_, _) -> sharpness * random.nextGaussian());
    }

    /// The same, looking only at the past.
    static AttentionHead causal(int n, double sharpness, Random random) {
        return softmax(
                n, (i, j) -> j > i ? Double.NEGATIVE_INFINITY : sharpness * random.nextGaussian());
    }

    /// Two groups of n/2 and n-n/2 tokens that attention almost never leaves, the first less often
    /// than the second.
    static AttentionHead sticky(int n, Random random) {
        int half = n / 2;
        return softmax(
                n,
                (i, j) -> {
                    boolean stays = (i < half) == (j < half);
                    double penalty = i < half ? 12 : 10;
                    return random.nextGaussian() - (stays ? 0 : penalty);
                });
    }

    /// Nearly all attention of a row on one key, many entries zero in float32.
    static AttentionHead nearDeterministic(int n, Random random) {
        return softmax(n, (_, _) -> 60 * random.nextGaussian());
    }

    /// Two blocks of 40 tokens, logits 1.2 or another `attraction` within a block, and noise.
    static AttentionHead blocks(double attraction, Random random) {
        return softmax(
                80,
                (i, j) -> ((i < 40) == (j < 40) ? attraction : 0) + 1.5 * random.nextGaussian());
    }

    static AttentionHead softmax(int n, DoubleBinaryOperator logit) {
        float[][] rows = new float[n][n];
        for (int i = 0; i < n; i++) {
            double[] logits = new double[n];
            for (int j = 0; j < n; j++) {
                logits[j] = logit.applyAsDouble(i, j);
            }
            double most = IntStream.range(0, n).mapToDouble(j -> logits[j]).max().orElseThrow();
            double sum = 0;
            for (int j = 0; j < n; j++) {
                logits[j] = Math.exp(logits[j] - most);
                sum += logits[j];
            }
            for (int j = 0; j < n; j++) {
                rows[i][j] = (float) (logits[j] / sum);
            }
        }
        return head(rows);
    }

    /// A head L0H0 with these rows.
    static AttentionHead head(float[][] rows) {
        return tensor(rows).head(0, 0);
    }

    /// A tensor of one layer, on the tokens t0, t1, ...
    static AttentionTensor tensor(float[][]... heads) {
        return AttentionTensor.of(tokens(heads[0].length), new float[][][][] {heads});
    }

    /// A tensor of one layer, of heads that were made alone.
    static AttentionTensor tensor(List<Token> tokens, AttentionHead... heads) {
        return AttentionTensor.of(
                tokens,
                List.of(0),
                heads.length,
                Stream.of(heads).map(AttentionHead::toArray).toList());
    }

    static List<Token> tokens(int n) {
        return IntStream.range(0, n).<Token>mapToObj(i -> new Token.Piece("t" + i)).toList();
    }

    /// Masses proportional to exponentials: uniform on the simplex.
    static Distribution anyDistribution(int n, Random random) {
        return Distribution.proportionalTo(
                IntStream.range(0, n)
                        .mapToDouble(_ -> -Math.log1p(-random.nextDouble()))
                        .toArray());
    }

    /// ‖μ-ν‖₁.
    static double distance(double[] mu, double[] nu) {
        double sum = 0;
        for (int i = 0; i < mu.length; i++) {
            sum += Math.abs(mu[i] - nu[i]);
        }
        return sum;
    }

    /// ‖μ-ν‖₁.
    static double distance(Distribution mu, double[] nu) {
        return distance(mu.toArray(), nu);
    }
}
