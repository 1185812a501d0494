package dev.perron.vision;

/// Where to cut a map in two, by its values alone.
public enum Threshold {
    /// At the mean: what arXiv:2507.17657 does.
    MEAN {
        @Override
        double of(float[] values) {
            double sum = 0;
            for (float value : values) {
                sum += value;
            }
            return sum / values.length;
        }
    },
    /// Where the variance between the two parts is largest, of 256 bins of equal width.
    ///
    /// Source: Otsu, "A threshold selection method from gray-level histograms", IEEE Transactions
    /// on Systems, Man, and Cybernetics 9 (1979).
    OTSU {
        @Override
        double of(float[] values) {
            float least = values[0];
            float most = values[0];
            for (float value : values) {
                least = Math.min(least, value);
                most = Math.max(most, value);
            }
            double width = ((double) most - least) / BINS;
            if (!(width > 0)) {
                return most;
            }
            double[] sums = new double[BINS];
            long[] counts = new long[BINS];
            double total = 0;
            for (float value : values) {
                int bin = Math.min((int) ((value - least) / width), BINS - 1);
                counts[bin]++;
                sums[bin] += value;
                total += value;
            }
            double best = -1;
            int first = 0;
            int last = 0;
            long below = 0;
            double sumBelow = 0;
            for (int bin = 0; bin < BINS - 1; bin++) {
                below += counts[bin];
                sumBelow += sums[bin];
                long above = values.length - below;
                if (below == 0 || above == 0) {
                    continue;
                }
                double apart = sumBelow / below - (total - sumBelow) / above;
                double between = (double) below * above * apart * apart;
                if (between > best) {
                    best = between;
                    first = bin;
                }
                if (between >= best) { // the middle of a gap, which all bins in it share
                    last = bin;
                }
            }
            return least + width * ((first + last) / 2.0 + 1);
        }
    };

    private static final int BINS = 256;

    /// The threshold of these values, at least one; what is above it is the one part.
    abstract double of(float[] values);

    /// The threshold of a map.
    public double of(PixelMap map) {
        return of(map.values());
    }
}
