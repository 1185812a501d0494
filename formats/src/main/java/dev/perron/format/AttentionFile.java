package dev.perron.format;

import dev.perron.attention.AttentionHead;
import dev.perron.attention.RowFindings;
import dev.perron.attention.RowPolicy;
import dev.perron.attention.RowSurvey;
import dev.perron.attention.SeenKeys;
import dev.perron.attention.Softmax;
import dev.perron.attention.Token;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/// A file of attention: it says what it holds, and gives one head at a time. The file is mapped, so
/// that it may be many times the heap; a head is read when it is asked for. Where it holds scores,
/// the softmax over keys is made here, and all that is given is attention.
public final class AttentionFile implements AutoCloseable {
    private final ArrayFile file;
    private final Layout layout;
    private final ReadOptions options;
    private final FileDescription description;
    private final HeadRoom room;

    private AttentionFile(
            ArrayFile file, Layout layout, ReadOptions options, FileDescription description) {
        this.file = file;
        this.layout = layout;
        this.options = options;
        this.description = description;
        this.room = new HeadRoom(description.path(), layout);
    }

    /// Opens a file, and the sidecar beside it, and finds out what its axes are. No numbers are
    /// read, but of a checkpoint ([CheckpointFile]): of that it is the attention on its sample.
    ///
    /// @throws FormatException if it can't be read, or it can be read in more than one way
    public static AttentionFile open(Path path, ReadOptions options) {
        ArrayFile file = arrays(path);
        boolean opened = false;
        try {
            AttentionFile read = open(path, file, options);
            opened = true;
            return read;
        } finally {
            if (!opened) {
                file.close();
            }
        }
    }

    private static ArrayFile arrays(Path path) {
        ArrayFile file = ArrayFile.open(path);
        if (!CheckpointFile.is(file)) {
            return file;
        }
        file.close();
        return CheckpointFile.attention(path);
    }

    private static AttentionFile open(Path path, ArrayFile file, ReadOptions options) {
        String where = path.toString();
        // Metadata are this file's alone; a JSON file may stand beside several of one name.
        Sidecar sidecar =
                options.said()
                        .or(Sidecar.ofMetadata(file.metadata(), where))
                        .or(Sidecar.readBeside(path))
                        .or(Sidecar.of(file.about(), where))
                        .or(Sidecar.ofTokens(file.tokens()));
        Layout layout = Recognition.of(file, where, options, sidecar);
        if (layout.queries() != layout.keys()
                && !options.scores().map(SeenKeys::all).orElse(true)) {
            throw FormatException.of(
                    where,
                    "scores of %d queries and %d keys".formatted(layout.queries(), layout.keys()),
                    "as many queries as keys for --causal or --window",
                    "leave these out, and give masked keys the score -Infinity");
        }
        List<Token> tokens =
                TokenNames.of(options.tokens(), options.said(), sidecar, layout.keys(), where);
        FileDescription description =
                new FileDescription(
                        where,
                        file.format(),
                        layout.type(),
                        layout.axes(),
                        layout.reason(),
                        List.copyOf(layout.layers().keySet()),
                        layout.heads(),
                        layout.queries(),
                        layout.keys(),
                        tokens,
                        sidecar);
        return new AttentionFile(file, layout, options, description);
    }

    /// What the file holds.
    public FileDescription description() {
        return description;
    }

    /// What is to be said beside the numbers where they are written to another file: what this file
    /// says, and what the options say.
    Sidecar sidecar() {
        Sidecar said =
                options.said().or(description.sidecar().with(options.tokens(), options.padding()));
        return options.scores()
                .map(SeenKeys::causal)
                .filter(causal -> causal)
                .map(said::withCausal)
                .orElse(said);
    }

    /// What the rows of one head are like: reads it in pieces, and keeps O(n).
    ///
    /// @throws IllegalArgumentException if there is no such layer or head
    /// @throws FormatException if the file is damaged
    public RowFindings survey(int layer, int head) {
        requireHead(layer, head);
        int keys = layout.keys();
        RowSurvey survey = new RowSurvey(keys, layout.type().precision().tolerance());
        int before = 0;
        for (Slab slab : layout.slabs(layer)) {
            int most = atOnce(slab);
            for (int done = 0; done < slab.queries(); done += most) {
                int now = Math.min(most, slab.queries() - done);
                float[] rows = read(slab, layer, head, before, done, now);
                for (int i = 0; i < now; i++) {
                    survey.add(rows, i * keys);
                }
            }
            before += slab.queries();
        }
        return survey.findings();
    }

    /// Rows `[rows, keys]`, one after another, and how many numbers.
    @FunctionalInterface
    interface Rows {
        void take(double[] numbers, int count) throws IOException;
    }

    /// One head's numbers as they are, or the softmax of them where they are scores: piece by piece
    /// from the first query on, not rounded.
    ///
    /// @throws IOException if `to` throws it
    void give(int layer, int head, Rows to) throws IOException {
        requireHead(layer, head);
        int keys = layout.keys();
        int before = 0;
        for (Slab slab : layout.slabs(layer)) {
            int most = atOnce(slab);
            for (int done = 0; done < slab.queries(); done += most) {
                int now = Math.min(most, slab.queries() - done);
                room.require(name(layer, head), 2L * now * keys);
                double[] wide = new double[now * keys];
                if (options.scores().isPresent()) {
                    float[] rows = read(slab, layer, head, before, done, now);
                    for (int x = 0; x < wide.length; x++) {
                        wide[x] = rows[x];
                    }
                } else {
                    slab.read(head, done, now, wide, keys);
                }
                to.take(wide, wide.length);
            }
            before += slab.queries();
        }
    }

    /// How many rows are read together. Column by column, a piece of rows would be a pass over the
    /// whole head.
    private int atOnce(Slab slab) {
        return slab.rowByRow() ? Math.max(1, ByteSource.CHUNK / layout.keys()) : slab.queries();
    }

    /// Some rows of a slab, as attention.
    ///
    /// @param before queries of the slabs before it
    private float[] read(Slab slab, int layer, int head, int before, int done, int now) {
        int keys = layout.keys();
        room.require(name(layer, head), (long) now * keys);
        float[] rows = new float[now * keys];
        maskUnread(rows);
        slab.read(head, done, now, rows, 0, keys);
        toAttention(rows, now, before + done, layer, head);
        return rows;
    }

    /// A step of `generate` has no scores of the keys to come.
    private void maskUnread(float[] rows) {
        if (options.scores().isPresent()) {
            Arrays.fill(rows, Float.NEGATIVE_INFINITY);
        }
    }

    /// Where the numbers are scores, their softmax.
    private void toAttention(float[] rows, int queries, int firstQuery, int layer, int head) {
        if (options.scores().isEmpty()) {
            return;
        }
        try {
            Softmax.ofRows(rows, queries, layout.keys(), firstQuery, options.scores().get());
        } catch (IllegalArgumentException e) {
            throw FormatException.of(
                    "%s: %s".formatted(description.path(), name(layer, head)),
                    String.valueOf(e.getMessage()),
                    "scores before the softmax",
                    "look at how they were saved",
                    e);
        }
    }

    /// One head's numbers as they are, square or not, or the softmax of them where they are scores.
    ///
    /// @return `[query · keys + key]`
    /// @throws IllegalArgumentException if there is no such layer or head
    /// @throws FormatException if the file is damaged, or the head too large
    public float[] rows(int layer, int head) {
        requireHead(layer, head);
        room.require(name(layer, head), (long) layout.queries() * layout.keys());
        float[] rows = new float[layout.queries() * layout.keys()];
        fill(layer, head, rows);
        return rows;
    }

    /// One head as a chain, its rows treated as the options say.
    ///
    /// @throws IllegalArgumentException if there is no such layer or head
    /// @throws FormatException if it isn't square, or too large, or a row isn't a distribution
    public FileHead head(int layer, int head) {
        requireHead(layer, head);
        requireSquare();
        int n = layout.keys();
        room.require(name(layer, head), (long) n * n);
        RowFindings findings = survey(layer, head);
        List<Integer> positions = positions(findings, n, name(layer, head));
        List<Token> tokens = positions.stream().map(description.tokens()::get).toList();
        boolean whole = positions.size() == n;
        if (!whole) {
            room.require(name(layer, head), 2L * n * n);
        }
        new RowJudgement(description.path(), name(layer, head), layout, options.rows())
                .require(findings, description.sidecar().causal(), kept(positions, n));
        double tolerance =
                options.rows() == RowPolicy.STRICT && whole
                        ? layout.type().precision().tolerance()
                        : Double.POSITIVE_INFINITY;
        AttentionHead chain =
                AttentionHead.filled(
                        layer,
                        head,
                        tokens,
                        tolerance,
                        rows -> {
                            float[] all = whole ? rows : new float[n * n];
                            fill(layer, head, all);
                            options.rows().fillEmpty(all, n, findings.empty());
                            if (!whole) {
                                keep(positions, all, n, rows);
                            }
                        });
        return new FileHead(chain, tokens, positions, findings);
    }

    /// One head whose queries and keys may be different tokens, without padding.
    ///
    /// @throws IllegalArgumentException if there is no such layer or head
    /// @throws FormatException as [#rows] does, or if a row isn't a distribution
    public FileRectangle rectangle(int layer, int head) {
        return FileRectangle.of(description, layer, head, rows(layer, head), padding());
    }

    /// Heads of several layers together, for what is asked of their average.
    ///
    /// @param layers some of [FileDescription#layers], ascending
    /// @throws IllegalArgumentException if there is no such layer
    /// @throws FormatException as [#head] does; if all of it doesn't fit in memory; or if heads are
    ///   left with different tokens
    public FileTensor tensor(List<Integer> layers) {
        room.requireLayers(layers.size());
        List<FileHead> heads = new ArrayList<>();
        for (int layer : layers) {
            for (int h = 0; h < layout.heads(); h++) {
                FileHead head = head(layer, h);
                if (!heads.isEmpty() && !head.positions().equals(heads.getFirst().positions())) {
                    throw FormatException.of(
                            "%s: %s".formatted(description.path(), head.head().name()),
                            "other empty rows than in %s".formatted(heads.getFirst().head().name()),
                            "the same tokens in all heads",
                            "take one --head, or say which tokens are padding");
                }
                heads.add(head);
            }
        }
        return FileTensor.of(heads);
    }

    private void fill(int layer, int head, float[] rows) {
        int keys = layout.keys();
        maskUnread(rows);
        int at = 0;
        for (Slab slab : layout.slabs(layer)) {
            slab.read(head, 0, slab.queries(), rows, at * keys, keys);
            at += slab.queries();
        }
        toAttention(rows, at, 0, layer, head);
    }

    /// The positions that are no tokens: as the options say, or else the file.
    private Set<Integer> padding() {
        Set<Integer> gone =
                new HashSet<>(
                        options.padding().isEmpty()
                                ? description.sidecar().padding()
                                : options.padding());
        for (int position : gone) {
            if (position < 0 || position >= layout.keys()) {
                throw FormatException.of(
                        description.path(),
                        "padding at position %d".formatted(position),
                        "positions from 0 to %d".formatted(layout.keys() - 1),
                        "correct the padding");
            }
        }
        return gone;
    }

    /// The positions that become states.
    private List<Integer> positions(RowFindings findings, int n, String name) {
        Set<Integer> gone = padding();
        if (options.rows() == RowPolicy.DROP_EMPTY) {
            gone.addAll(findings.empty());
        }
        List<Integer> left = IntStream.range(0, n).filter(i -> !gone.contains(i)).boxed().toList();
        if (left.isEmpty()) {
            throw FormatException.of(
                    "%s: %s".formatted(description.path(), name),
                    "all %d rows are empty or padding".formatted(n),
                    "at least one token",
                    "look at how attention was saved");
        }
        return left;
    }

    private static Set<Integer> kept(List<Integer> positions, int n) {
        return positions.size() == n ? Set.of() : new HashSet<>(positions);
    }

    private static void keep(List<Integer> positions, float[] all, int n, float[] out) {
        int at = 0;
        for (int i : positions) {
            for (int j : positions) {
                out[at++] = all[i * n + j];
            }
        }
    }

    private void requireHead(int layer, int head) {
        if (!layout.layers().containsKey(layer)) {
            throw new IllegalArgumentException(
                    "layer %d, must be one of %s".formatted(layer, description.layers()));
        }
        if (head < 0 || head >= layout.heads()) {
            throw new IllegalArgumentException(
                    "head %d, must be from 0 to %d".formatted(head, layout.heads() - 1));
        }
    }

    private void requireSquare() {
        if (!description.square()) {
            throw FormatException.of(
                    description.path(),
                    "%d queries and %d keys: rectangular, as cross attention or attention over a cache of keys is"
                            .formatted(layout.queries(), layout.keys()),
                    "as many queries as keys, which are the same tokens",
                    "save self-attention of the whole text, say other axes than %s with --axes, or take a chain of two steps with --two-step"
                            .formatted(layout.axes()));
        }
    }

    private static String name(int layer, int head) {
        return "L%dH%d".formatted(layer, head);
    }

    @Override
    public void close() {
        file.close();
    }
}
