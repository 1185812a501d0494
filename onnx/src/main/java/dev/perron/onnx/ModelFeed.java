package dev.perron.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;

import dev.perron.attention.model.ModelException;

import java.util.Map;

/// What is given to a model in one run, as tensors.
sealed interface ModelFeed extends AutoCloseable permits TextFeed, ImageFeed {
    /// Makes the tensors that a model declares.
    @FunctionalInterface
    interface Maker {
        /// The tensors, for one run.
        ///
        /// @throws ModelException if what there is can't be given to the model
        ModelFeed make(ModelDescription model, OrtEnvironment environment) throws OrtException;
    }

    /// By the names of the model's inputs.
    Map<String, OnnxTensor> tensors();

    /// What it is, for a message: `a text of 5 tokens`.
    String what();

    /// What to look at if the model fails on it.
    String advice();

    @Override
    void close();
}
