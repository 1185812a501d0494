package dev.perron.vision;

import java.util.List;

/// What becomes of a model's answer as patches are taken away.
///
/// @param shares of patches that are gone, ascending from 0 to 1
/// @param values what is left of the answer at each of them
public record MaskingCurve(List<Double> shares, List<Double> values) {
    /// Copies the lists and checks them.
    ///
    /// @throws IllegalArgumentException if there are fewer than two shares, they don't rise from 0
    ///   to 1, or there are more or fewer values
    public MaskingCurve {
        shares = List.copyOf(shares);
        values = List.copyOf(values);
        if (shares.size() < 2 || shares.size() != values.size()) {
            throw new IllegalArgumentException(
                    "%d shares with %d values, must be as many, at least 2"
                            .formatted(shares.size(), values.size()));
        }
        for (int i = 1; i < shares.size(); i++) {
            if (!(shares.get(i) > shares.get(i - 1))) {
                throw new IllegalArgumentException("shares " + shares + ", must be ascending");
            }
        }
        if (shares.getFirst() != 0 || shares.getLast() != 1) {
            throw new IllegalArgumentException("shares " + shares + ", must be from 0 to 1");
        }
    }

    /// The area under the curve, by trapezoids, from 0 to 1 where values are: small if the answer
    /// is soon gone.
    public double area() {
        double area = 0;
        for (int i = 1; i < shares.size(); i++) {
            area += (shares.get(i) - shares.get(i - 1)) * (values.get(i) + values.get(i - 1)) / 2;
        }
        return area;
    }
}
