package dev.perron.bench;

/// How seconds grow with n: the line through the logarithms by least squares, seconds ≈ c·nᵏ.
///
/// @param exponent k
/// @param constant c
record Growth(double exponent, double constant) {
    /// The fit.
    ///
    /// @param sizes n, at least two of them different, each above 0
    /// @param seconds as many, each above 0
    /// @throws IllegalArgumentException if there is no line through them
    static Growth of(double[] sizes, double[] seconds) {
        if (sizes.length != seconds.length || sizes.length < 2) {
            throw new IllegalArgumentException(
                    "%d sizes and %d times, must be as many and at least 2"
                            .formatted(sizes.length, seconds.length));
        }
        double x = 0;
        double y = 0;
        double xx = 0;
        double xy = 0;
        for (int i = 0; i < sizes.length; i++) {
            if (!(sizes[i] > 0 && seconds[i] > 0)) {
                throw new IllegalArgumentException(
                        "%s seconds at size %s, both must be > 0".formatted(seconds[i], sizes[i]));
            }
            double logSize = Math.log(sizes[i]);
            double logSeconds = Math.log(seconds[i]);
            x += logSize;
            y += logSeconds;
            xx += logSize * logSize;
            xy += logSize * logSeconds;
        }
        int n = sizes.length;
        double spread = n * xx - x * x;
        if (!(spread > 1e-12 * n * xx)) {
            throw new IllegalArgumentException("all sizes are the same, must be two at least");
        }
        double exponent = (n * xy - x * y) / spread;
        return new Growth(exponent, Math.exp((y - exponent * x) / n));
    }
}
