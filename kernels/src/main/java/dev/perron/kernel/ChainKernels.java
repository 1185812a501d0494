package dev.perron.kernel;

/// Products of dense rows and vectors: what a step of a chain is made of.
public sealed interface ChainKernels permits ScalarChainKernels, VectorChainKernels {
    /// The number of keys in a panel, see [#scores].
    int PANEL = 64;

    /// The implementation of this JVM, chosen once: `-Dperron.kernels=auto|scalar|vector`.
    static ChainKernels active() {
        return KernelChoice.ACTIVE;
    }

    /// The plain-Java specification that [#active()] must agree with.
    static ChainKernels scalar() {
        return KernelChoice.SCALAR;
    }

    /// `scalar`, or `vector` with the width of its registers: for the provenance of a result.
    String describe();

    /// The share of some rows in μP, for several μ at once, over the rows `first <= i < end`:
    /// `ys[k][j] += Σ weights[k][i]·p[i·stride + j]`, for `j < width`.
    ///
    /// Each row is read from memory once.
    ///
    /// @param weights `[vectors][end]` or longer
    /// @param p finite
    /// @param ys `[vectors][width]` or longer, other arrays than `weights`
    void addRows(
            double[][] weights,
            float[] p,
            int first,
            int end,
            int stride,
            double[][] ys,
            int width);

    /// The same of doubles.
    ///
    /// @param p finite, another array than any of `ys`
    void addRows(
            double[][] weights,
            double[] p,
            int first,
            int end,
            int stride,
            double[][] ys,
            int width);

    /// Entries of Pf, for several f at once, for the rows `first <= i < end`: `outs[k][i] = Σ
    /// p[i·stride + j]·fs[k][j]`, over the columns `j < width`.
    ///
    /// Each row is read from memory once.
    ///
    /// @param fs `[vectors][width]` or longer
    /// @param outs `[vectors][end]` or longer, other arrays than `fs`
    void dots(float[] p, int first, int end, int stride, double[][] fs, double[][] outs, int width);

    /// The same of doubles.
    void dots(
            double[] p, int first, int end, int stride, double[][] fs, double[][] outs, int width);

    /// `y[yAt .. yAt+n) += a·p[at .. at+n)`.
    void addScaled(double a, double[] p, int at, double[] y, int yAt, int n);

    /// `Σ p[at+j]·f[j]` over n entries.
    double dot(double[] p, int at, double[] f, int n);

    /// The scores of `queries` queries and the keys of one panel, a tile `[queries, PANEL]`:
    /// `out[r·PANEL + j] = Σ q[at + r·d + c]·k[panelAt + c·PANEL + j]` over d channels c.
    ///
    /// An entry doesn't depend on how many queries are asked for at once, to the last bit.
    ///
    /// @param q `[queries, d]` from `at` on
    /// @param k `[d, PANEL]` from `panelAt` on
    void scores(double[] q, int at, int queries, double[] k, int panelAt, int d, double[] out);

    /// `x[at+j] = 2^(x[at+j] - shift)` for the PANEL entries from `at` on, within 1e-13 of their
    /// size where differences, as rounded, are from -1021 to 0; 0 below -1022. Finite or infinite
    /// above 0.
    void powersOfTwo(double[] x, int at, double shift);
}
