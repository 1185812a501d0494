package dev.perron.transformer;

import dev.perron.kernel.TransformerKernels;

import java.util.Arrays;

/// Linear layers, norms and their gradients on rows of times that lie in one array, whose places
/// stand for them. Weights lie in another; a place of [WeightOffsets#NONE] is that of a weight
/// which a configuration lacks.
final class RowOperations {
    private static final int NONE = WeightOffsets.NONE;

    private final TransformerKernels kernels;
    private final float[] a; // all rows
    private final int d;
    private final int stride;
    private final int end; // of the last block
    private final int dx;
    private final int dy;

    /// @param dx where gradients of the residual stream are added up, d rows
    /// @param dy d rows more, for that of what a norm gave
    RowOperations(
            TransformerKernels kernels, float[] a, int d, int stride, int end, int dx, int dy) {
        this.kernels = kernels;
        this.a = a;
        this.d = d;
        this.stride = stride;
        this.end = end;
        this.dx = dx;
        this.dy = dy;
    }

    /// Adds to dx the gradient that goes through a linear layer and the norm before it, and to dw
    /// that of the norm.
    void throughNorm(
            float[] w,
            int weight,
            int out,
            int dOut,
            int gain,
            int gainBias,
            int x,
            float[] dw,
            int from,
            int to) {
        if (gain == NONE) {
            kernels.linearBackward(w, weight, out, d, a, dOut, a, dx, stride, from, to, true);
            return;
        }
        kernels.linearBackward(w, weight, out, d, a, dOut, a, dy, stride, from, to, false);
        if (gainBias != NONE) {
            kernels.rowSums(a, dy, d, dw, gainBias, stride, from, to);
        }
        kernels.normBackward(a, x, d, w, gain, a, dy, a, dx, dw, gain, stride, from, to);
    }

    void norm(float[] w, int gain, int gainBias, int x, int y, int from, int to) {
        if (gain != NONE) {
            kernels.norm(a, x, d, w, gain, a, y, stride, from, to);
            addBias(w, gainBias, d, y, from, to);
        }
    }

    void linear(float[] w, int weight, int bias, int out, int x, int in, int y, int from, int to) {
        kernels.linear(w, weight, out, in, a, x, a, y, stride, from, to, false);
        addBias(w, bias, out, y, from, to);
    }

    /// `y = skip + Wx + b`, d rows.
    void addLinear(
            float[] w, int weight, int bias, int skip, int x, int in, int y, int from, int to) {
        copy(skip, y, from, to);
        kernels.linear(w, weight, d, in, a, x, a, y, stride, from, to, true);
        addBias(w, bias, d, y, from, to);
    }

    void linearGradient(int dOut, int out, int x, int in, int weight, float[] dw) {
        kernels.linearGradient(a, dOut, out, a, x, in, dw, weight, stride, 0, end);
    }

    void bias(int dOut, int out, int bias, float[] dw) {
        if (bias != NONE) {
            kernels.rowSums(a, dOut, out, dw, bias, stride, 0, end);
        }
    }

    private void addBias(float[] w, int bias, int count, int y, int from, int to) {
        if (bias != NONE) {
            for (int r = 0; r < count; r++) {
                float b = w[bias + r];
                for (int t = y + r * stride + from; t < y + r * stride + to; t++) {
                    a[t] += b;
                }
            }
        }
    }

    void copy(int x, int y, int from, int to) {
        for (int c = 0; c < d; c++) {
            System.arraycopy(a, x + c * stride + from, a, y + c * stride + from, to - from);
        }
    }

    void clear(int x, int from, int to) {
        for (int c = 0; c < d; c++) {
            Arrays.fill(a, x + c * stride + from, x + c * stride + to, 0);
        }
    }

    void scale(int x, int count, float by, int from, int to) {
        for (int r = 0; r < count; r++) {
            for (int t = x + r * stride + from; t < x + r * stride + to; t++) {
                a[t] *= by;
            }
        }
    }

    /// As [TransformerKernels#gelu]: the input becomes the derivative.
    void relu(int x, int y, int rows, int from, int to) {
        for (int r = 0; r < rows; r++) {
            for (int t = r * stride + from; t < r * stride + to; t++) {
                float input = a[x + t];
                a[y + t] = Math.max(input, 0);
                a[x + t] = input > 0 ? 1 : 0;
            }
        }
    }
}
