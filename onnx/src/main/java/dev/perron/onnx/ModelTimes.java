package dev.perron.onnx;

import java.time.Duration;

/// What a model's runtime took so far.
///
/// @param loading making it ready to run, once for each set of layers
/// @param running ONNX Runtime's own runs, without what is done with their outputs
public record ModelTimes(Duration loading, Duration running) {
    static final ModelTimes NONE = new ModelTimes(Duration.ZERO, Duration.ZERO);

    ModelTimes plus(ModelTimes other) {
        return new ModelTimes(loading.plus(other.loading), running.plus(other.running));
    }
}
