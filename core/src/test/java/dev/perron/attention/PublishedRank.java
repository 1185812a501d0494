package dev.perron.attention;

import dev.perron.chain.Distribution;

import java.util.Arrays;
import java.util.List;

/// What the published code of arXiv:2507.17657 computes, to show where it differs: αA + (1-α)eeᵀ/n,
/// e its personalisation vector and all ones by default, power iteration from uniform, divided by
/// the sum after each step, until the change is below 1e-5 or 200 steps are made.
record PublishedRank(Distribution scores, List<Double> rowSums) {
    static PublishedRank of(AttentionHead head, double alpha, double[] e) {
        int n = head.states();
        double[][] t = new double[n][n];
        double[] rowSums = new double[n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                t[i][j] = alpha * head.attention(i, j) + (1 - alpha) * e[i] * e[j] / n;
                rowSums[i] += t[i][j];
            }
        }
        double[] x = new double[n];
        Arrays.fill(x, 1.0 / n);
        for (int step = 0; step < 200; step++) {
            double[] next = new double[n];
            double sum = 0;
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < n; j++) {
                    next[j] += x[i] * t[i][j];
                    sum += x[i] * t[i][j];
                }
            }
            for (int j = 0; j < n; j++) {
                next[j] /= sum;
            }
            double change = Heads.distance(x, next);
            x = next;
            if (change < 1e-5) {
                break;
            }
        }
        return new PublishedRank(Distribution.of(x), Arrays.stream(rowSums).boxed().toList());
    }
}
