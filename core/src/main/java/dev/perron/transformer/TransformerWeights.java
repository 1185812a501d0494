package dev.perron.transformer;

import java.util.Arrays;

/// The numbers of a model, in one flat array as [WeightLayout] says. Double, so that those of a
/// float32 training and of a double one are both held exactly. Immutable.
public final class TransformerWeights {
    private final WeightLayout layout;
    private final double[] values;

    private TransformerWeights(WeightLayout layout, double[] values) {
        this.layout = layout;
        this.values = values;
    }

    /// These numbers, copied.
    ///
    /// @throws IllegalArgumentException if there are more or fewer than the layout has, or one
    ///   isn't finite
    public static TransformerWeights of(WeightLayout layout, double... values) {
        if (values.length != layout.size()) {
            throw new IllegalArgumentException(
                    "%d weights, must be %d".formatted(values.length, layout.size()));
        }
        for (WeightTensor tensor : layout.tensors()) {
            for (int i = tensor.offset(); i < tensor.end(); i++) {
                if (!Double.isFinite(values[i])) {
                    throw new IllegalArgumentException(
                            "%s[%d] is %s, must be finite"
                                    .formatted(tensor.name(), i - tensor.offset(), values[i]));
                }
            }
        }
        return new TransformerWeights(layout, values.clone());
    }

    /// These numbers of a float32 training.
    ///
    /// @throws IllegalArgumentException if there are more or fewer than the layout has, or one
    ///   isn't finite
    public static TransformerWeights of(WeightLayout layout, float[] values) {
        double[] wide = new double[values.length];
        for (int i = 0; i < wide.length; i++) {
            wide[i] = values[i];
        }
        return of(layout, wide);
    }

    /// What the model is.
    public TransformerConfig config() {
        return layout.config();
    }

    /// Where each tensor stands.
    public WeightLayout layout() {
        return layout;
    }

    /// All numbers, a copy.
    public double[] toArray() {
        return values.clone();
    }

    /// All numbers rounded to float32, a copy.
    public float[] toFloats() {
        float[] narrow = new float[values.length];
        for (int i = 0; i < narrow.length; i++) {
            narrow[i] = (float) values[i];
        }
        return narrow;
    }

    /// The numbers of one tensor, row-major, a copy.
    ///
    /// @throws IllegalArgumentException if this configuration has none of that name
    public double[] tensor(String name) {
        WeightTensor tensor = layout.tensor(name);
        return Arrays.copyOfRange(values, tensor.offset(), tensor.end());
    }

    /// The same but for one tensor.
    ///
    /// @throws IllegalArgumentException if this configuration has none of that name, or another
    ///   size, or a number isn't finite
    public TransformerWeights with(String name, double... numbers) {
        WeightTensor tensor = layout.tensor(name);
        if (numbers.length != tensor.size()) {
            throw new IllegalArgumentException(
                    "%d numbers for %s, must be %d".formatted(numbers.length, name, tensor.size()));
        }
        double[] changed = values.clone();
        System.arraycopy(numbers, 0, changed, tensor.offset(), numbers.length);
        return of(layout, changed);
    }
}
