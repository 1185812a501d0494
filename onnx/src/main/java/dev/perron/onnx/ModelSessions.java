package dev.perron.onnx;

import dev.perron.attention.model.ModelException;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.List;

/// A model's session, kept as long as the same is wanted of it: every tensor that is made an output
/// takes memory in each run. Not safe for several threads at once.
final class ModelSessions implements AutoCloseable {
    private final ModelDescription description;
    private final ModelGraph graph;
    private final ModelBytes bytes;
    private final @Nullable Path folder;
    private Wanted ready = new Wanted(List.of(), false);
    private @Nullable ModelSession session;
    private ModelTimes before = ModelTimes.NONE; // of sessions that are closed

    /// What a session is made for.
    ///
    /// @param layers whose attention is an output
    /// @param queriesAndKeys rather than rows
    record Wanted(List<Integer> layers, boolean queriesAndKeys) {
        /// The model's own outputs.
        static final Wanted NOTHING = new Wanted(List.of(), false);

        Wanted {
            layers = List.copyOf(layers);
        }
    }

    /// @param folder the model's own, for weights in other files
    ModelSessions(
            ModelDescription description,
            ModelGraph graph,
            ModelBytes bytes,
            @Nullable Path folder) {
        this.description = description;
        this.graph = graph;
        this.bytes = bytes;
        this.folder = folder;
    }

    /// The one that there is, or a new one in its place.
    ///
    /// @param addition what makes the model's file give what is wanted
    /// @throws ModelException if the model can't be loaded
    ModelSession of(Wanted wanted, GraphAddition addition) {
        ModelSession running = session;
        if (running == null || !ready.equals(wanted)) {
            close();
            running = ModelSession.open(description, graph, bytes, folder, addition);
            session = running;
            ready = wanted;
        }
        return running;
    }

    /// What ONNX Runtime took so far, in all of them.
    ModelTimes times() {
        return session == null ? before : before.plus(session.times());
    }

    @Override
    public void close() {
        if (session != null) {
            before = before.plus(session.times());
            session.close();
            session = null;
        }
    }
}
