package dev.perron.vision;

import dev.perron.vision.PatchScore.Outcome;

import java.util.ArrayList;
import java.util.List;

/// Which layers a score is asked of.
public sealed interface LayerChoice {
    /// These.
    ///
    /// @param layers their numbers, at least one; their heads are averaged
    record Fixed(List<Integer> layers) implements LayerChoice {
        /// Copies the list.
        public Fixed {
            layers = List.copyOf(layers);
        }
    }

    /// The one layer whose map stays away most from the image's border: where the mean over the
    /// outermost patches, as a part of the mean over all, is smallest. No label is looked at; what
    /// is taken for granted is that photographs show their subject, and not its edge.
    record LeastBorder() implements LayerChoice {}

    /// A score's map, and where it is from.
    ///
    /// @param layers whose heads were averaged
    record Chosen(Outcome outcome, List<Integer> layers) {
        /// Copies the list.
        public Chosen {
            layers = List.copyOf(layers);
        }
    }

    /// A score's map by this choice.
    ///
    /// @throws IllegalArgumentException if there is no such layer
    default Chosen of(PatchScore score, ImageAttention image) {
        return switch (this) {
            case Fixed(var layers) -> new Chosen(score.of(image, layers), layers);
            case LeastBorder() -> leastBorder(score, image);
        };
    }

    private static Chosen leastBorder(PatchScore score, ImageAttention image) {
        List<Chosen> candidates = new ArrayList<>();
        for (int layer : image.attention().layers()) {
            candidates.add(new Chosen(score.of(image, List.of(layer)), List.of(layer)));
        }
        Chosen best = candidates.getFirst();
        double least = Double.POSITIVE_INFINITY;
        for (Chosen candidate : candidates) {
            if (candidate.outcome() instanceof Outcome.Scored(PatchMap map)) {
                double share = borderShare(map);
                if (share < least) {
                    least = share;
                    best = candidate;
                }
            }
        }
        return best;
    }

    /// The mean over the outermost patches, as a part of the mean over all, once the least value is
    /// made 0; 1 for a map that is the same everywhere.
    static double borderShare(PatchMap map) {
        double[] values = map.scaled().toArray();
        double all = 0;
        double border = 0;
        int outermost = 0;
        for (int patch = 0; patch < values.length; patch++) {
            all += values[patch];
            if (map.grid().onBorder(patch)) {
                border += values[patch];
                outermost++;
            }
        }
        return all > 0 ? border / outermost / (all / values.length) : 1;
    }
}
