package dev.perron.vision;

import java.util.Arrays;

/// How well a segmentation agrees with a mask.
///
/// @param accuracy share of pixels that are labelled as in the mask
/// @param foregroundIou overlap by union of the two foregrounds
/// @param backgroundIou overlap by union of the two backgrounds
/// @param foregroundAp average precision of the map as a ranking of foreground pixels
/// @param backgroundAp average precision of the map, turned around, of background pixels
public record SegmentationScore(
        double accuracy,
        double foregroundIou,
        double backgroundIou,
        double foregroundAp,
        double backgroundAp) {

    /// How well a map and the mask that was cut out of it agree with the truth.
    ///
    /// A part that is empty in both masks is met perfectly: its overlap by union is 1. One that is
    /// empty in one of them has 0. A truth without foreground, or without background, can't be
    /// ranked: its average precision is 1.
    ///
    /// @throws IllegalArgumentException if sizes differ
    public static SegmentationScore of(Mask found, PixelMap map, Mask truth) {
        double[] ious = ious(found, truth);
        long[] keys = keys(map, truth);
        return new SegmentationScore(
                ious[0],
                ious[1],
                ious[2],
                averagePrecision(keys, true),
                averagePrecision(keys, false));
    }

    /// The mean overlap by union alone, which is quicker.
    ///
    /// @throws IllegalArgumentException if sizes differ
    public static double meanIou(Mask found, Mask truth) {
        double[] ious = ious(found, truth);
        return (ious[1] + ious[2]) / 2;
    }

    /// The same of what a map has above a threshold, which is quicker still: no mask is made.
    ///
    /// @throws IllegalArgumentException if sizes differ
    public static double meanIou(PixelMap map, Threshold threshold, Mask truth) {
        requireSameSize(map, truth);
        int[] areas = map.areasAbove(threshold.of(map), truth);
        double[] ious = ious(areas[0], areas[1], truth);
        return (ious[1] + ious[2]) / 2;
    }

    /// The mean over foreground and background.
    public double meanIou() {
        return (foregroundIou + backgroundIou) / 2;
    }

    /// The mean over foreground and background.
    public double meanAp() {
        return (foregroundAp + backgroundAp) / 2;
    }

    /// Accuracy, foreground IoU, background IoU.
    private static double[] ious(Mask found, Mask truth) {
        found.requireSameSize(truth);
        return ious(found.area(), found.overlap(truth), truth);
    }

    /// @param area of what was found
    /// @param both of it that is in the truth
    private static double[] ious(long area, long both, Mask truth) {
        long all = (long) truth.width() * truth.height();
        long either = area + truth.area() - both;
        long neither = all - either;
        return new double[] {
            (double) (both + neither) / all, share(both, either), share(neither, all - both)
        };
    }

    private static double share(long part, long whole) {
        return whole == 0 ? 1 : (double) part / whole;
    }

    private static void requireSameSize(PixelMap map, Mask truth) {
        if (map.width() != truth.width() || map.height() != truth.height()) {
            throw new IllegalArgumentException(
                    "map of %d x %d pixels, mask of %d x %d, must be of the same size"
                            .formatted(map.width(), map.height(), truth.width(), truth.height()));
        }
    }

    /// Pixels by rising value, each with its truth in the lowest bit.
    private static long[] keys(PixelMap map, Mask truth) {
        requireSameSize(map, truth);
        float[] values = map.toArray();
        long[] keys = new long[values.length];
        for (int i = 0; i < keys.length; i++) {
            int bits = Float.floatToIntBits(values[i] + 0f); // -0 is 0
            long ordered = bits < 0 ? ~bits & 0xffffffffL : bits | 0x80000000L;
            int truthBit = truth.at(i % truth.width(), i / truth.width()) ? 1 : 0;
            keys[i] = ordered << 1 | truthBit;
        }
        Arrays.sort(keys);
        return keys;
    }

    /// Σ (recall gained) · precision over the distinct values, from the end that the class is
    /// expected at: pixels of the same value come together.
    private static double averagePrecision(long[] keys, boolean foreground) {
        long positives = 0;
        for (long key : keys) {
            positives += (key & 1) == 1 == foreground ? 1 : 0;
        }
        if (positives == 0 || positives == keys.length) {
            return 1;
        }
        double sum = 0;
        long seen = 0;
        long hits = 0;
        long hitsBefore = 0;
        for (int k = 0; k < keys.length; k++) {
            int i = foreground ? keys.length - 1 - k : k;
            int next = foreground ? i - 1 : i + 1;
            seen++;
            hits += (keys[i] & 1) == 1 == foreground ? 1 : 0;
            boolean last = k == keys.length - 1 || keys[next] >> 1 != keys[i] >> 1;
            if (last) {
                sum += (double) (hits - hitsBefore) / positives * hits / seen;
                hitsBefore = hits;
            }
        }
        return sum;
    }
}
