package dev.perron.cli;

import dev.perron.attention.AttentionTensor;
import dev.perron.attention.model.AttentionModel;
import dev.perron.attention.model.ModelException;
import dev.perron.attention.model.TextInput;
import dev.perron.attention.model.TextWindow;
import dev.perron.onnx.TextTokenizer;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Many texts, or one in windows, through one model. They run in blocks, in a block those of like
/// length together where the model can do that, and their answers are written in the order of the
/// texts.
final class TextBatches {
    /// Texts and windows that run before their answers are written.
    private static final int BLOCK = 32;

    private final BatchOptions batch;
    private final TextOptions text;
    private final AttentionModel model;
    private final List<Integer> layers;
    private final BatchSink sink;
    private final BatchQuestion question;

    /// A text, or a window of one.
    ///
    /// @param item what it is called
    /// @param tokens of it
    private record Part(BatchItem item, TextInput tokens) {
        int line() {
            return item.number();
        }
    }

    TextBatches(
            BatchOptions batch,
            TextOptions text,
            AttentionModel model,
            List<Integer> layers,
            BatchSink sink,
            BatchQuestion question) {
        this.batch = batch;
        this.text = text;
        this.model = model;
        this.layers = layers;
        this.sink = sink;
        this.question = question;
    }

    /// Goes over all texts that have no answer yet.
    ///
    /// @param lines a text a line; empty ones are left out
    /// @throws Failure if there is no answer for one; those before it are written
    void run(List<String> lines, TextTokenizer pieces, Progress progress) throws IOException {
        // A text's last digits may depend on what runs beside it, so that must not depend on where
        // an earlier run was interrupted.
        int next = sink.next(lines.size());
        int first = model.together() ? next / BLOCK * BLOCK : next;
        for (int begin = first; begin < lines.size(); begin += BLOCK) {
            List<Part> parts = new ArrayList<>();
            for (int line = begin; line < Math.min(begin + BLOCK, lines.size()); line++) {
                String read = lines.get(line);
                if (read.isBlank()) {
                    continue;
                }
                progress.at("text %d of %d".formatted(line, lines.size()));
                for (TextWindow window : windows(line, read, pieces, parts)) {
                    parts.add(new Part(batch.item(line, window), window.tokens()));
                    if (parts.size() == BLOCK) {
                        write(parts);
                        parts.clear();
                    }
                }
            }
            write(parts);
        }
    }

    /// @param before what is written even if this text has no windows
    private List<TextWindow> windows(int line, String read, TextTokenizer pieces, List<Part> before)
            throws IOException {
        try {
            return batch.windows()
                    .of(text.tokens(model, pieces, batch.name(line), read, batch.windows()), model);
        } catch (Failure e) {
            write(before);
            throw e;
        }
    }

    private void write(List<Part> parts) throws IOException {
        Map<Integer, BatchSink.Prepared> answers = new TreeMap<>(); // by their places in parts
        try {
            Source source = Source.of(model);
            model.attendEach(
                    parts.stream().map(Part::tokens).toList(),
                    layers,
                    (attention, p) -> {
                        if (parts.get(p).line() >= sink.next()) {
                            answers.put(p, answer(parts.get(p), source, attention));
                        }
                    });
        } catch (Failure | ModelException _) {
            writeOneByOne(parts); // up to the one that it was
            return;
        }
        for (BatchSink.Prepared answer : answers.values()) {
            answer.write();
        }
    }

    private void writeOneByOne(List<Part> parts) throws IOException {
        Source source = Source.of(model);
        for (Part part : parts) {
            if (part.line() < sink.next()) {
                continue;
            }
            try {
                answer(part, source, model.attend(part.tokens(), layers)).write();
            } catch (Failure e) {
                throw part.item().failed(e);
            } catch (ModelException e) {
                throw part.item().failed(e);
            }
        }
    }

    private BatchSink.Prepared answer(Part part, Source source, AttentionTensor attention) {
        return sink.prepare(part.item(), question.of(source, attention));
    }
}
