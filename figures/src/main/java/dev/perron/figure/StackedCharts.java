package dev.perron.figure;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Several views of the same runs, one below the other: the tokens themselves as a strip, then
/// charts of what was computed about them.
///
/// @param title of the whole, for people who don't see it too
/// @param strip on top, if there is one
/// @param charts at least one, with titles of their own
public record StackedCharts(String title, Optional<SequenceStrip> strip, List<LineChart> charts) {
    private static final double APART = 28;

    /// Checks and copies.
    ///
    /// @throws IllegalArgumentException if there is no chart
    public StackedCharts {
        charts = List.copyOf(charts);
        if (charts.isEmpty()) {
            throw new IllegalArgumentException("no charts, must be at least 1");
        }
    }

    /// Charts alone.
    public static StackedCharts of(String title, List<LineChart> charts) {
        return new StackedCharts(title, Optional.empty(), charts);
    }

    /// The picture.
    public Drawing draw() {
        Sheet sheet =
                new Sheet(
                        strip.isPresent()
                                ? Math.max(SequenceStrip.OUTER_WIDTH, LineChart.OUTER_WIDTH)
                                : LineChart.OUTER_WIDTH);
        strip.ifPresent(
                tokens -> {
                    tokens.onto(sheet);
                    sheet.down(APART);
                });
        for (int i = 0; i < charts.size(); i++) {
            if (i > 0) {
                sheet.down(APART);
            }
            charts.get(i).onto(sheet);
        }
        return sheet.finish(
                title,
                Stream.concat(
                                strip.stream().map(SequenceStrip::description),
                                charts.stream().map(LineChart::description))
                        .collect(Collectors.joining(" ")));
    }
}
