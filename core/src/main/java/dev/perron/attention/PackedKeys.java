package dev.perron.attention;

import static dev.perron.kernel.ChainKernels.PANEL;

/// The keys of a head in double, in panels `[d, PANEL]` of PANEL keys side by side, the last one
/// filled up with zeros. Heads that share keys share them.
final class PackedKeys {
    private final int n;
    private final int channels;
    private final double[] panels; // [n / PANEL, rounded up][d][PANEL]

    /// @param keys `[n, d]` from `at` on
    PackedKeys(float[] keys, int at, int n, int channels) {
        this.n = n;
        this.channels = channels;
        int count = (n + PANEL - 1) / PANEL;
        this.panels = new double[Math.multiplyExact(count * PANEL, channels)];
        for (int j = 0; j < n; j++) {
            for (int c = 0; c < channels; c++) {
                panels[panel(j) + c * PANEL + j % PANEL] = keys[at + j * channels + c];
            }
        }
    }

    int keys() {
        return n;
    }

    double[] panels() {
        return panels;
    }

    /// Where the panel of key `key` begins.
    int panel(int key) {
        return key / PANEL * PANEL * channels;
    }
}
