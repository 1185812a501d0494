package dev.perron.vision;

import dev.perron.chain.Distribution;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.function.IntConsumer;

/// Where a model sees a class in an image: by how much its logit falls when one patch is blank.
///
/// Source: Zeiler and Fergus, "Visualizing and understanding convolutional networks", ECCV 2014
/// (occlusion), with a patch as the occluder.
///
/// @param named the class's number
/// @param probability that the model gives it on the whole image
/// @param falls of the logit, of each patch; negative where the class is seen better without it
public record ClassEvidence(int named, double probability, PatchMap falls) {
    /// Asks the model once for each patch, and once for the whole image.
    ///
    /// @param model logits of an image
    /// @param asked the class; else the one that the model names for the whole image
    /// @param progress is told how many patches are done
    /// @throws IllegalArgumentException if the model has no such class, or the grid doesn't fit
    public static ClassEvidence of(
            PixelTensor image,
            PatchGrid grid,
            Function<PixelTensor, float[]> model,
            OptionalInt asked,
            IntConsumer progress) {
        float[] whole = model.apply(image);
        int named = asked.orElseGet(() -> largest(whole));
        if (named < 0 || named >= whole.length) {
            throw new IllegalArgumentException(
                    "class %d, must be from 0 to %d".formatted(named, whole.length - 1));
        }
        double[] falls = new double[grid.patches()];
        for (int patch = 0; patch < falls.length; patch++) {
            boolean[] blank = new boolean[falls.length];
            blank[patch] = true;
            falls[patch] = whole[named] - model.apply(image.without(grid, blank))[named];
            progress.accept(patch + 1);
        }
        return new ClassEvidence(named, probability(whole, named), PatchMap.of(grid, falls));
    }

    /// The law that a walk starts by: on each patch in proportion to the fall, on none where the
    /// logit rises. None if it falls nowhere.
    ///
    /// @param patches of the states of a chain, in their order; nothing for other tokens
    public Optional<Distribution> start(List<Optional<Integer>> patches) {
        List<Double> weights = new ArrayList<>();
        double[] values = falls.toArray();
        patches.forEach(patch -> weights.add(patch.map(p -> Math.max(0, values[p])).orElse(0.0)));
        double[] masses = weights.stream().mapToDouble(Double::doubleValue).toArray();
        boolean any = weights.stream().anyMatch(weight -> weight > 0);
        return any ? Optional.of(Distribution.proportionalTo(masses)) : Optional.empty();
    }

    private static int largest(float[] logits) {
        int best = 0;
        for (int c = 1; c < logits.length; c++) {
            best = logits[c] > logits[best] ? c : best;
        }
        return best;
    }

    private static double probability(float[] logits, int named) {
        double most = logits[largest(logits)];
        double sum = 0;
        for (float logit : logits) {
            sum += Math.exp(logit - most);
        }
        return Math.exp(logits[named] - most) / sum;
    }
}
