package dev.perron.web;

import dev.perron.attention.AttentionHead;
import dev.perron.attention.AttentionTensor;
import dev.perron.attention.Token;
import dev.perron.chain.Distribution;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// Reports on random attention.
final class Contents {
    static final String HOSTILE = "</script><img src=x onerror=alert(1)>";

    private Contents() {}

    /// `[CLS]`, words, one hostile token at 2, `[SEP]`; layers 1, 3, 5, ...
    static ReportContent random(int layers, int heads, int n, boolean causal) {
        List<Token> tokens = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            tokens.add(
                    i == 0 || i == n - 1
                            ? new Token.Special(i == 0 ? "[CLS]" : "[SEP]")
                            : new Token.Piece(i == 2 ? HOSTILE : "word" + i));
        }
        Random random = new Random(100L * n + heads);
        List<float[]> rows = new ArrayList<>();
        for (int k = 0; k < layers * heads; k++) {
            rows.add(stochastic(n, causal, random));
        }
        List<Integer> numbers = new ArrayList<>();
        for (int l = 0; l < layers; l++) {
            numbers.add(2 * l + 1);
        }
        AttentionTensor attention = AttentionTensor.of(tokens, numbers, heads, rows);
        List<List<HeadFacts>> facts = new ArrayList<>();
        for (int l : numbers) {
            List<HeadFacts> row = new ArrayList<>();
            for (int h = 0; h < heads; h++) {
                row.add(HeadFacts.of(attention.head(l, h), random.nextDouble()));
            }
            facts.add(row);
        }
        return new ReportContent(
                HOSTILE + " {{data}}",
                List.of(new ReportContent.Fact("Model", "<b>none</b>")),
                "perron report --text 'a b' -o r.html",
                attention,
                rankings("in", layers, heads, n, random),
                rankings("out", layers, heads, n, random),
                facts,
                0.99);
    }

    static float[] stochastic(int n, boolean causal, Random random) {
        float[] a = new float[n * n];
        for (int i = 0; i < n; i++) {
            double[] weights = new double[n];
            double sum = 0;
            for (int j = 0; j < n; j++) {
                weights[j] = causal && j > i ? 0 : Math.exp(2 * random.nextGaussian());
                sum += weights[j];
            }
            for (int j = 0; j < n; j++) {
                a[i * n + j] = (float) (weights[j] / sum);
            }
        }
        return a;
    }

    /// e_iᵀAⁿ by the library's own chain.
    static double[] bounce(AttentionHead head, int from, int steps) {
        double[] now = Distribution.at(from, head.states()).toArray();
        for (int k = 0; k < steps; k++) {
            double[] next = new double[now.length];
            head.step(now, next);
            now = next;
        }
        return now;
    }

    /// Aⁿe_j by the library's own chain.
    static double[] bounceTo(AttentionHead head, int to, int steps) {
        double[] now = Distribution.at(to, head.states()).toArray();
        for (int k = 0; k < steps; k++) {
            double[] next = new double[now.length];
            head.expectation(now, next);
            now = next;
        }
        return now;
    }

    private static List<List<Ranking>> rankings(
            String name, int layers, int heads, int n, Random random) {
        List<List<Ranking>> rankings = new ArrayList<>();
        for (int l = 0; l < layers; l++) {
            List<Ranking> layer = new ArrayList<>();
            for (int h = 0; h <= heads; h++) {
                double[] weights = random.doubles(n).toArray();
                layer.add(
                        new Ranking(
                                Distribution.proportionalTo(weights),
                                "certificate %s %d %d".formatted(name, l, h)));
            }
            rankings.add(layer);
        }
        return rankings;
    }
}
