package dev.perron.chain.mixing;

import dev.perron.chain.Distribution;
import dev.perron.chain.Transition;

/// The start from which a law is farthest from a distribution.
///
/// @param start the row
/// @param distance its total variation distance, from 0 to 1
record Farthest(int start, double distance) {
    /// The farthest of the rows of `laws` from `pi`.
    static Farthest of(Transition laws, Distribution pi) {
        int n = laws.states();
        double[] row = new double[n];
        Farthest farthest = new Farthest(0, -1);
        for (int i = 0; i < n; i++) {
            laws.row(i, row);
            double sum = 0;
            for (int j = 0; j < n; j++) {
                sum += Math.abs(row[j] - pi.mass(j));
            }
            if (sum / 2 > farthest.distance()) {
                farthest = new Farthest(i, sum / 2);
            }
        }
        return farthest;
    }
}
