package dev.perron.onnx;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;

/// A model with something added, ready to run.
final class ModelSession implements AutoCloseable {
    /// Where ONNX Runtime looks for weights of a model that is given as bytes. It refuses files
    /// that lie elsewhere.
    private static final String WEIGHTS_FOLDER =
            "session.model_external_initializers_file_folder_path";

    private final ModelDescription description;
    private final OrtEnvironment environment;
    private final OrtSession session;

    private ModelSession(
            ModelDescription description, OrtEnvironment environment, OrtSession session) {
        this.description = description;
        this.environment = environment;
        this.session = session;
    }

    /// Loads the model.
    ///
    /// @param folder the model's own, with its weights if they are in other files
    /// @throws ModelException if a file of weights is missing, or ONNX Runtime can't load the model
    static ModelSession open(
            ModelDescription description,
            ModelGraph graph,
            ModelBytes bytes,
            @Nullable Path folder,
            GraphAddition addition) {
        OrtEnvironment environment = RuntimeLibrary.environment();
        try (Arena arena = Arena.ofConfined();
                SessionOptions options = RuntimeLibrary.options()) {
            if (folder != null && !graph.header().externalData().isEmpty()) {
                for (ExternalData weights : graph.header().externalData()) {
                    weights.require(description.name(), folder);
                }
                options.addConfigEntry(WEIGHTS_FOLDER, folder.toString());
            }
            return new ModelSession(
                    description,
                    environment,
                    environment.createSession(
                            bytes.followedBy(addition.message(), arena), options));
        } catch (OrtException e) {
            throw ModelException.of(
                    description.name(),
                    "ONNX Runtime can't load it: " + RuntimeLibrary.reason(e),
                    "a model that ONNX Runtime %s runs".formatted(environment.getVersion()),
                    "export it again",
                    e);
        }
    }

    /// What is done with a run's outputs, in the order in which they were asked for.
    @FunctionalInterface
    interface Reading<T> {
        T of(OrtSession.Result outputs) throws OrtException;
    }

    /// Runs the model on a text and reads some tensors.
    ///
    /// @throws ModelException if the text doesn't fit the model, or it can't be run
    <T> T run(TextInput text, List<String> tensors, Reading<T> reading) {
        return run(List.of(text), tensors, reading);
    }

    /// Runs the model on texts together, the shorter ones filled up to the longest, and reads some
    /// tensors.
    ///
    /// @throws ModelException if the texts don't fit the model, or it can't be run
    <T> T run(List<TextInput> texts, List<String> tensors, Reading<T> reading) {
        try (TextFeed feed = TextFeed.of(description, texts, environment);
                OrtSession.Result outputs =
                        session.run(feed.tensors(), new LinkedHashSet<>(tensors))) {
            return reading.of(outputs);
        } catch (OrtException e) {
            throw ModelException.of(
                    description.name(),
                    "ONNX Runtime failed: " + RuntimeLibrary.reason(e),
                    "a model that runs on a text of %d tokens"
                            .formatted(
                                    texts.stream().mapToInt(TextInput::size).max().orElseThrow()),
                    "check that the tokenizer is the model's, or try a shorter text",
                    e);
        }
    }

    @Override
    public void close() {
        try {
            session.close();
        } catch (OrtException e) {
            throw new IllegalStateException("ONNX Runtime didn't close a session", e);
        }
    }
}
