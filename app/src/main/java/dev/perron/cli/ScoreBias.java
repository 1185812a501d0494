package dev.perron.cli;

import dev.perron.attention.AttentionHead;
import dev.perron.attention.HeadChain;
import dev.perron.attention.SeenKeys;
import dev.perron.attention.Softmax;
import dev.perron.format.AttentionFile;
import dev.perron.format.FileDescription;
import dev.perron.format.QueryKeyFile;
import dev.perron.format.ReadOptions;

import java.nio.file.Path;

/// What is added to the scores of Q and K. It has n² numbers itself, so with one all rows are made.
final class ScoreBias implements AutoCloseable {
    private final Path path;
    private final AttentionFile added;

    private ScoreBias(Path path, AttentionFile added) {
        this.path = path;
        this.added = added;
    }

    /// Opens a file `[n, n]` or `[heads, n, n]`, the same for all layers, or `[layers, heads, n,
    /// n]`.
    ///
    /// @throws Failure if it doesn't fit Q and K
    static ScoreBias open(Path path, QueryKeyFile file) {
        ScoreBias bias = new ScoreBias(path, AttentionFile.open(path, ReadOptions.defaults()));
        FileDescription about = bias.added.description();
        int n = file.tokens().size();
        boolean fits =
                (about.layers().size() == 1 || about.layers().equals(file.layers()))
                        && about.queries() == n
                        && about.keys() == n
                        && (about.heads() == 1 || about.heads() == file.heads());
        if (!fits) {
            bias.close();
            throw new Failure(
                    ExitCode.INPUT,
                    "--bias %s: layers %s of %d heads, %d x %d; must be [%d, %d] or [%d, %d, %d], of layers %s where there are several"
                            .formatted(
                                    path,
                                    about.layers(),
                                    about.heads(),
                                    about.queries(),
                                    about.keys(),
                                    n,
                                    n,
                                    file.heads(),
                                    n,
                                    n,
                                    file.layers()));
        }
        return bias;
    }

    /// One head with all its rows.
    ///
    /// @param scale what q·k is multiplied by
    HeadChain head(QueryKeyFile file, int layer, int head, double scale, SeenKeys seen) {
        FileDescription about = added.description();
        float[] bias =
                added.rows(
                        about.layers().size() == 1 ? about.layers().getFirst() : layer,
                        about.heads() == 1 ? 0 : head);
        int n = file.tokens().size();
        int d = file.channels();
        float[] q = file.queries(layer, head);
        float[] k = file.keys(layer, head / (file.heads() / file.keyHeads()));
        double[] scores = new double[n];
        try {
            return HeadChain.of(
                    AttentionHead.filled(
                            layer,
                            head,
                            file.tokens(),
                            Double.POSITIVE_INFINITY,
                            rows -> {
                                for (int i = 0; i < n; i++) {
                                    for (int j = 0; j < n; j++) {
                                        double product = 0;
                                        for (int c = 0; c < d; c++) {
                                            product += (double) q[i * d + c] * k[j * d + c];
                                        }
                                        scores[j] = product * scale + bias[i * n + j];
                                    }
                                    Softmax.ofRow(scores, i, seen, rows, i * n);
                                }
                            }));
        } catch (IllegalArgumentException e) {
            throw new Failure(
                    ExitCode.INPUT,
                    "--bias %s: %s; look at the bias and the mask".formatted(path, e.getMessage()));
        }
    }

    @Override
    public void close() {
        added.close();
    }
}
