package dev.perron.kernel;

/// Products of dense rows and vectors: what a step of a chain is made of.
public sealed interface ChainKernels permits ScalarChainKernels, VectorChainKernels {
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

    /// `y += a·p[at .. at+n)`: a row's share of μP.
    void addScaled(double a, float[] p, int at, double[] y, int n);

    /// `y[yAt .. yAt+n) += a·p[at .. at+n)`.
    void addScaled(double a, double[] p, int at, double[] y, int yAt, int n);

    /// `Σ p[at+j]·f[j]` over n entries: one entry of Pf.
    double dot(float[] p, int at, double[] f, int n);

    /// `Σ p[at+j]·f[j]` over n entries.
    double dot(double[] p, int at, double[] f, int n);
}
