package dev.perron.kernel;

/// The specification: the loops as one would write them on paper.
final class ScalarChainKernels implements ChainKernels {
    @Override
    public String describe() {
        return "scalar";
    }

    @Override
    public void addScaled(double a, float[] p, int at, double[] y, int n) {
        for (int j = 0; j < n; j++) {
            y[j] += a * p[at + j];
        }
    }

    @Override
    public void addScaled(double a, double[] p, int at, double[] y, int yAt, int n) {
        for (int j = 0; j < n; j++) {
            y[yAt + j] += a * p[at + j];
        }
    }

    @Override
    public double dot(float[] p, int at, double[] f, int n) {
        double sum = 0;
        for (int j = 0; j < n; j++) {
            sum += p[at + j] * f[j];
        }
        return sum;
    }

    @Override
    public double dot(double[] p, int at, double[] f, int n) {
        double sum = 0;
        for (int j = 0; j < n; j++) {
            sum += p[at + j] * f[j];
        }
        return sum;
    }
}
