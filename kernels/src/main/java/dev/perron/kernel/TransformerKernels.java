package dev.perron.kernel;

/// The passes of a small transformer over one sequence, forward and backward, in float32.
///
/// Activations lie in rows of times, one row a channel: `x[xAt + c·stride + t]`. Ranges of times
/// begin and end at whole blocks, [#BLOCK]; what stands beyond the last time up to the end of its
/// block must be finite and is computed, too. Weights are `[out, in]`, row-major. A gradient is
/// named d and what it is of; those of weights are added to, always.
public sealed interface TransformerKernels
        permits ScalarTransformerKernels, VectorTransformerKernels {
    /// Times come by this many.
    int BLOCK = 32;

    /// The implementation of this JVM, chosen once: `-Dperron.kernels=auto|scalar|vector`.
    static TransformerKernels active() {
        return KernelChoice.ACTIVE_TRANSFORMER;
    }

    /// The plain-Java specification that [#active()] must agree with.
    static TransformerKernels scalar() {
        return KernelChoice.SCALAR_TRANSFORMER;
    }

    /// `scalar`, or `vector` with the width of its registers: for the provenance of a result.
    String describe();

    /// `y[o][t] = Σ w[o,c]·x[c][t]`, over c; added to y if `add`.
    void linear(
            float[] w,
            int wAt,
            int out,
            int in,
            float[] x,
            int xAt,
            float[] y,
            int yAt,
            int stride,
            int from,
            int to,
            boolean add);

    /// The gradient of [#linear] in x: `dx[c][t] = Σ w[o,c]·dy[o][t]`, over o; added to dx if
    /// `add`.
    void linearBackward(
            float[] w,
            int wAt,
            int out,
            int in,
            float[] dy,
            int dyAt,
            float[] dx,
            int dxAt,
            int stride,
            int from,
            int to,
            boolean add);

    /// The gradient of [#linear] in w: `dw[o,c] += Σ dy[o][t]·x[c][t]`, over t.
    void linearGradient(
            float[] dy,
            int dyAt,
            int out,
            float[] x,
            int xAt,
            int in,
            float[] dw,
            int dwAt,
            int stride,
            int from,
            int to);

    /// `sums[c] += Σ x[c][t]`, over t: the gradient of a bias.
    void rowSums(
            float[] x, int xAt, int rows, float[] sums, int sumsAt, int stride, int from, int to);

    /// LayerNorm over the d channels: `y[c][t] = gain[c]·(x[c][t] - mean)/√(variance + 1e-5)`.
    void norm(
            float[] x,
            int xAt,
            int d,
            float[] gain,
            int gainAt,
            float[] y,
            int yAt,
            int stride,
            int from,
            int to);

    /// The gradient of [#norm], added to dx and to dgain.
    void normBackward(
            float[] x,
            int xAt,
            int d,
            float[] gain,
            int gainAt,
            float[] dy,
            int dyAt,
            float[] dx,
            int dxAt,
            float[] dgain,
            int dgainAt,
            int stride,
            int from,
            int to);

    /// `y = xΦ(x)` with the exact Φ, within 2e-7 of 1 + |x|; x becomes the derivative of it.
    void gelu(float[] x, int xAt, float[] y, int yAt, int rows, int stride, int from, int to);

    /// `y[r][t] *= x[r][t]`.
    void multiply(float[] x, int xAt, float[] y, int yAt, int rows, int stride, int from, int to);

    /// `out[t] = -Σ x[r][t]·y[r][t]`, over r.
    void minusDots(
            float[] x,
            int xAt,
            float[] y,
            int yAt,
            int rows,
            float[] out,
            int outAt,
            int stride,
            int from,
            int to);

    /// The sum of `-log softmax(logits)[target]` over the times that have a target; the logits
    /// become the gradient of that sum times `weight`, 0 where there is no target.
    ///
    /// @param targets `[time]`, from `targetsAt` on; negative for none
    double crossEntropy(
            float[] logits,
            int at,
            int tokens,
            int[] targets,
            int targetsAt,
            float weight,
            int stride,
            int from,
            int to);

    /// Causal attention of one head: `y[i] = Σ a[i,j]·v[j]` over the keys j, where `a[i,j]` is in
    /// proportion to `2^(q[i]·k[j] + byDistance[i - j])`. Queries come scaled by log₂e/√D.
    ///
    /// Takes memory in proportion to T: no T x T matrix is kept.
    ///
    /// @param qkv holds the rows of q, of k and of v, D each
    /// @param byDistance as [AttentionShape#mask()]
    /// @param logSums `[T]`, from `logSumsAt` on: becomes minus the log₂ of the sum of the row
    /// @param scratch of [#attentionScratch] floats or more
    void attention(
            AttentionShape shape,
            float[] qkv,
            int qAt,
            int kAt,
            int vAt,
            float[] byDistance,
            float[] y,
            int yAt,
            float[] logSums,
            int logSumsAt,
            float[] scratch);

    /// The gradient of [#attention]: sets those of q, as scaled, of k and of v, and adds to that by
    /// distance if the shape is biased.
    ///
    /// @param logSums as [#attention] left them
    /// @param dot `[T]`, from `dotAt` on: `-Σ dy[c][i]·y[c][i]`, over c; 0 beyond T
    /// @param dy 0 beyond T
    /// @param dqkv holds the rows of the gradients, D each
    /// @param scratch of [#attentionScratch] floats or more
    void attentionBackward(
            AttentionShape shape,
            float[] qkv,
            int qAt,
            int kAt,
            int vAt,
            float[] byDistance,
            float[] logSums,
            int logSumsAt,
            float[] dy,
            int dyAt,
            float[] dot,
            int dotAt,
            float[] dqkv,
            int dqAt,
            int dkAt,
            int dvAt,
            float[] dByDistance,
            float[] scratch);

    /// `y[c][t] = one[c][t]` where the symbol at t is 1, `zero[c][t]` where it is 0.
    ///
    /// @param symbols `[T]`, 0 or 1, from `symbolsAt` on
    void choose(
            float[] symbols,
            int symbolsAt,
            float[] x,
            int zeroAt,
            int oneAt,
            float[] y,
            int yAt,
            int rows,
            int stride,
            int from,
            int to);

    /// [#attention] of all sequences of two symbols, for some blocks of queries: `y[s][i] = Σ
    /// a[s,i,j]·v[s][j]` over the keys j, where `a[s,i,j]` is in proportion to
    /// `2^(q[a][i]·k[b][j])`, a being the symbol of sequence s at i and b that at j. Scores must
    /// lie within ±100.
    ///
    /// @param qkv holds the rows of q and of k, D each, of symbol 0, and those of 1 a step further
    /// @param symbols `[B][stride]`, 0 or 1
    /// @param values `[B]`, a sequence's step from one to the next, as [#choose] gives them
    /// @param sums `[B][stride]`: becomes 1 by the sum of the row
    /// @param blocks the first query of each block
    /// @param scratch of [#binaryAttentionScratch] floats or more
    void binaryAttention(
            BinaryAttentionShape shape,
            float[] qkv,
            int qAt,
            int kAt,
            float[] symbols,
            int symbolsAt,
            float[] values,
            int valuesAt,
            float[] y,
            int yAt,
            float[] sums,
            int sumsAt,
            int[] blocks,
            float[] scratch);

    /// What some blocks of queries add to the gradients of q, k and v in [#binaryAttention], by
    /// symbol.
    ///
    /// @param dy times [#binaryAttention]'s sums; 0 beyond T
    /// @param dot `[B][stride]`: `-Σ dy[c][i]·y[c][i]` over c of that dy; 0 beyond T
    /// @param dqkv is added to; holds the rows of both symbols as qkv does
    /// @param blocks the first query of each block
    /// @param scratch of [#binaryAttentionScratch] floats or more
    void binaryAttentionBackward(
            BinaryAttentionShape shape,
            float[] qkv,
            int qAt,
            int kAt,
            int vAt,
            float[] symbols,
            int symbolsAt,
            float[] dy,
            int dyAt,
            float[] dot,
            int dotAt,
            float[] dqkv,
            int dqAt,
            int dkAt,
            int dvAt,
            int[] blocks,
            float[] scratch);

    /// How many floats [#binaryAttention] wants to scratch in, forward or backward.
    int binaryAttentionScratch(BinaryAttentionShape shape);

    /// How many floats attention wants to scratch in, forward or backward.
    int attentionScratch(int dHead);
}
