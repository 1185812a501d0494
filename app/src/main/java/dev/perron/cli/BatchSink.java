package dev.perron.cli;

import java.io.IOException;

/// Where answers about many texts or photographs go, in the form that was asked for.
sealed interface BatchSink extends AutoCloseable permits TextTable, BatchDocument, BatchPages {
    /// The number of the first input that is to be done.
    int next();

    /// The number of the first input that is to be done, of so many.
    ///
    /// @throws Failure if more were done than there are
    default int next(int inputs) {
        if (next() >= inputs) {
            throw new Failure(
                    ExitCode.INPUT,
                    "--resume: %d inputs were done before, there are %d; give the inputs of that table, or leave out --resume"
                            .formatted(next() + 1, inputs));
        }
        return next();
    }

    /// An answer as it will be written. It holds nothing of the answer but that.
    Prepared prepare(BatchItem item, Answer answer);

    /// All answers are written.
    void finish() throws IOException;

    @Override
    void close() throws IOException;

    /// An answer that is ready to be written.
    @FunctionalInterface
    interface Prepared {
        /// Writes it, after those that were written before.
        void write() throws IOException;
    }
}
