package dev.perron.cli;

/// Memory that a command is going to need, looked at before any of it is taken.
final class Memory {
    private static final double GIGABYTE = 1 << 30;

    private Memory() {}

    /// Refuses what can't be had.
    ///
    /// @param what needs it, as the beginning of a sentence
    /// @param less what to do about it
    /// @throws Failure if Java has less memory than that
    static void require(String what, double bytes, String less) {
        double most = Runtime.getRuntime().maxMemory();
        if (bytes > most) {
            throw new Failure(
                    ExitCode.INPUT,
                    "%s needs about %s of memory, Java has %s; %s, or give Java more, as in PERRON_JAVA_OPTIONS=-Xmx8g"
                            .formatted(what, size(bytes), size(most), less));
        }
    }

    private static String size(double bytes) {
        return "%.1f GB".formatted(bytes / GIGABYTE);
    }
}
