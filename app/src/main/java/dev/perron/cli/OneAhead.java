package dev.perron.cli;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import java.util.function.Supplier;

/// What is made of each item, one ahead: while the caller uses one, the next is made on a thread of
/// its own. No more than that one waits. What goes wrong with an item is thrown when its turn
/// comes.
///
/// @param <T> what is made
final class OneAhead<T> implements Iterator<T>, AutoCloseable {
    private final Supplier<Optional<T>> making;
    private CompletableFuture<Optional<T>> coming;

    private OneAhead(Supplier<Optional<T>> making) {
        this.making = making;
        this.coming = started();
    }

    /// Begins with the first.
    ///
    /// @param work makes one of each item
    static <S, T> OneAhead<T> of(Iterator<S> items, Function<S, T> work) {
        return new OneAhead<>(
                () -> items.hasNext() ? Optional.of(work.apply(items.next())) : Optional.empty());
    }

    private CompletableFuture<Optional<T>> started() {
        return CompletableFuture.supplyAsync(making, Thread.ofPlatform().daemon()::start);
    }

    @Override
    public boolean hasNext() {
        return coming.handle((made, wrong) -> wrong != null || made.isPresent()).join();
    }

    @Override
    public T next() {
        T one = made().orElseThrow(NoSuchElementException::new);
        coming = started();
        return one;
    }

    private Optional<T> made() {
        try {
            return coming.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            if (e.getCause() instanceof Error error) {
                throw error; // no memory, say: told as that, not as an error of ours
            }
            throw e;
        }
    }

    /// Waits for what is being made: nothing of it goes on afterwards.
    @Override
    public void close() {
        coming.exceptionally(_ -> Optional.empty()).join();
    }
}
