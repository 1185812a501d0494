package dev.perron.cli;

import dev.perron.attention.model.ModelException;
import dev.perron.onnx.OnnxModel;
import dev.perron.vision.Preprocessing;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/// The photographs of a folder through one model to one place. While one is asked about, the model
/// looks at the next, and the one after that is read: three are in memory, however many there are.
///
/// @param files the photographs
/// @param layers that are wanted of the model
record PhotographBatch(
        List<Path> files,
        OnnxModel model,
        Preprocessing preprocessing,
        List<Integer> layers,
        BatchSink sink,
        BatchQuestion question) {
    private record Read(BatchItem item, ImageOptions.Taken taken) {}

    private record Seen(BatchItem item, InputOptions.Attended attended) {}

    /// Goes over all photographs that aren't answered yet.
    ///
    /// @throws Failure if there is no answer for one; those before it are written
    void run(Progress progress) throws IOException {
        BatchTimes times = new BatchTimes(model);
        var numbers = IntStream.range(sink.next(files.size()), files.size()).iterator();
        try (OneAhead<Read> reading = OneAhead.of(numbers, number -> read(number, times));
                OneAhead<Seen> seen = OneAhead.of(reading, one -> attend(one, times))) {
            while (seen.hasNext()) {
                Seen one = seen.next();
                BatchItem item = one.item();
                progress.at(
                        "image %d of %d, %s".formatted(item.number(), files.size(), item.name()));
                try {
                    times.asking(
                            () ->
                                    sink.prepare(
                                                    item,
                                                    question.of(
                                                            one.attended().source(),
                                                            one.attended().tensor()))
                                            .write());
                } catch (Failure e) {
                    throw item.failed(e);
                }
            }
        }
        if (times.images() > 0) {
            progress.say(times.words());
        }
    }

    private Read read(int number, BatchTimes times) {
        Path file = files.get(number);
        return times.reading(
                () ->
                        new Read(
                                BatchItem.photograph(number, file),
                                ImageOptions.take(file, preprocessing)));
    }

    private Seen attend(Read one, BatchTimes times) {
        try {
            return times.attending(() -> new Seen(one.item(), one.taken().attend(model, layers)));
        } catch (ModelException e) {
            throw one.item().failed(e);
        }
    }
}
