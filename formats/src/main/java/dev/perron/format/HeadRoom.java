package dev.perron.format;

/// Whether heads have room in memory, looked at before anything of their size is allocated.
///
/// @param path of the file, for messages
/// @param layout of its heads
record HeadRoom(String path, Layout layout) {
    /// The largest n with an array of n² entries.
    private static final long MOST_TOKENS = 46340;

    /// @param head its name
    /// @param entries floats that are needed
    /// @throws FormatException if no array has so many, or Java hasn't so much memory
    void require(String head, long entries) {
        String where = "%s: %s".formatted(path, head);
        requireArray(where, entries);
        long room = Runtime.getRuntime().maxMemory();
        if (entries * 4 > room / 10 * 9) {
            throw FormatException.of(
                    where,
                    "%s of attention".formatted(Amount.of(entries * 4)),
                    "at most the %s that Java has here".formatted(Amount.of(room)),
                    "give Java more, as in PERRON_JAVA_OPTIONS=-Xmx%dg"
                            .formatted(gigabytes(entries * 4)));
        }
    }

    /// However much memory there is.
    private void requireArray(String where, long entries) {
        if (entries > MOST_TOKENS * MOST_TOKENS) {
            throw FormatException.of(
                    where,
                    "%d queries x %d keys".formatted(layout.queries(), layout.keys()),
                    "at most 2^31 entries a head, as 46340 x 46340",
                    "save Q and K instead and give them with --queries and --keys, or a shorter"
                            + " text");
        }
    }

    /// @param layers how many are held together
    /// @throws FormatException if Java hasn't so much memory
    void requireLayers(int layers) {
        requireArray(path, (long) layout.queries() * layout.keys());
        long entries = (long) layers * layout.heads() * layout.queries() * layout.keys();
        long room = Runtime.getRuntime().maxMemory();
        if (entries > room / 4) {
            throw FormatException.of(
                    path,
                    "%s of attention in %d layers".formatted(Amount.of(4 * entries), layers),
                    "at most the %s that Java has here".formatted(Amount.of(room)),
                    "take one --layer or one --head, or give Java more, as in"
                            + " PERRON_JAVA_OPTIONS=-Xmx%dg".formatted(gigabytes(4 * entries)));
        }
    }

    /// What to give Java for so many bytes: room for a copy, and the rest.
    private static long gigabytes(long bytes) {
        return (bytes / (1L << 30)) * 2 + 2;
    }
}
