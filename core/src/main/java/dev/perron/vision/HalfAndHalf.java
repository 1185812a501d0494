package dev.perron.vision;

import java.util.List;
import java.util.stream.IntStream;

/// Which of several candidates each image is judged by, so that no candidate is chosen on the image
/// that it is judged on: images with even numbers are one half, those with odd numbers the other;
/// the best candidate on one half is used on the other, and the other way round.
///
/// @param onEven the best candidate on images 0, 2, 4, ..., used on the others
/// @param onOdd the best candidate on images 1, 3, 5, ..., used on the others
public record HalfAndHalf(int onEven, int onOdd) {
    /// The choice by largest mean; of equal ones the first.
    ///
    /// @param scores `[candidate][image]`, at least one candidate and two images, as many for each
    /// @throws IllegalArgumentException if sizes don't fit
    public static HalfAndHalf of(List<double[]> scores) {
        if (scores.isEmpty() || scores.getFirst().length < 2) {
            throw new IllegalArgumentException(
                    "%d candidates, must be at least 1, on at least 2 images"
                            .formatted(scores.size()));
        }
        int images = scores.getFirst().length;
        if (scores.stream().anyMatch(row -> row.length != images)) {
            throw new IllegalArgumentException(
                    "candidates on different numbers of images, must all be on " + images);
        }
        return new HalfAndHalf(best(scores, 0), best(scores, 1));
    }

    /// The candidate that an image is judged by.
    public int candidate(int image) {
        return image % 2 == 0 ? onOdd : onEven;
    }

    private static int best(List<double[]> scores, int half) {
        int best = 0;
        double most = Double.NEGATIVE_INFINITY;
        for (int c = 0; c < scores.size(); c++) {
            double[] row = scores.get(c);
            double mean =
                    IntStream.range(0, row.length)
                            .filter(image -> image % 2 == half)
                            .mapToDouble(image -> row[image])
                            .average()
                            .orElseThrow();
            if (mean > most) {
                most = mean;
                best = c;
            }
        }
        return best;
    }
}
