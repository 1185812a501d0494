package dev.perron.onnx;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;

import dev.perron.attention.model.ModelException;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.time.Duration;
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
    private final Duration loading;
    private long running; // nanoseconds

    private ModelSession(
            ModelDescription description,
            OrtEnvironment environment,
            OrtSession session,
            Duration loading) {
        this.description = description;
        this.environment = environment;
        this.session = session;
        this.loading = loading;
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
        long start = System.nanoTime();
        OrtEnvironment environment = RuntimeLibrary.environment();
        try (Arena arena = Arena.ofConfined();
                SessionOptions options = RuntimeLibrary.options()) {
            if (folder != null && !graph.header().externalData().isEmpty()) {
                for (ExternalData weights : graph.header().externalData()) {
                    weights.require(description.name(), folder);
                }
                options.addConfigEntry(WEIGHTS_FOLDER, folder.toString());
            }
            OrtSession session =
                    environment.createSession(bytes.followedBy(addition.message(), arena), options);
            return new ModelSession(
                    description, environment, session, Duration.ofNanos(System.nanoTime() - start));
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

    /// Runs the model and reads some tensors.
    ///
    /// @param input what it is run on
    /// @throws ModelException if that doesn't fit the model, or it can't be run
    <T> T run(ModelFeed.Maker input, List<String> tensors, Reading<T> reading) {
        try (ModelFeed feed = input.make(description, environment)) {
            return run(feed, tensors, reading);
        } catch (OrtException e) {
            throw failed(e, "what it is given as tensors", "export the model again");
        }
    }

    private <T> T run(ModelFeed feed, List<String> tensors, Reading<T> reading) {
        long start = System.nanoTime();
        try (OrtSession.Result outputs =
                session.run(feed.tensors(), new LinkedHashSet<>(tensors))) {
            running += System.nanoTime() - start;
            return reading.of(outputs);
        } catch (OrtException e) {
            throw failed(e, feed.what(), feed.advice());
        }
    }

    ModelTimes times() {
        return new ModelTimes(loading, Duration.ofNanos(running));
    }

    private ModelException failed(OrtException e, String what, String advice) {
        return ModelException.of(
                description.name(),
                "ONNX Runtime failed: " + RuntimeLibrary.reason(e),
                "a model that runs on " + what,
                advice,
                e);
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
