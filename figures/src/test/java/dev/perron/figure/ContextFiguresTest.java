package dev.perron.figure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.perron.figure.LineChart.Series;
import dev.perron.figure.LineChart.Style;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Optional;

/// Charts, phase diagrams, strips and graphs of context-conditioned chains.
class ContextFiguresTest {
    private static final Series FALL =
            new Series("fall", Style.MEASURED, 0, List.of(1.0, 10.0, 100.0), List.of(1.0, .1, .01));

    @Test
    void aPowerIsAStraightLineOnLogarithmicAxes() {
        String svg = Svg.file(LineChart.of("t", "x", "y", List.of(FALL)).logLog().draw());
        assertThat(svg).contains("data-series=\"0\"").contains(">100<").contains(">0.01<");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LineChart.of("t", "x", "y", List.of()));
    }

    @Test
    void valuesThatCantBeDrawnLeaveAGap() {
        Series gap =
                new Series(
                        "gap",
                        Style.PREDICTED,
                        1,
                        List.of(1.0, 2.0, 3.0, 4.0),
                        List.of(1.0, Double.NaN, 0.0, 2.0));
        assertThat(Svg.file(LineChart.of("t", "x", "y", List.of(gap, FALL)).logLog().draw()))
                .doesNotContain("NaN")
                .doesNotContain("Infinity");
    }

    @Test
    void regionsStripsAndGraphsAreOnThePaper() {
        Drawing map =
                new RegionMap(
                                "t",
                                List.of(),
                                "x",
                                "y",
                                List.of("low", "high"),
                                (x, y) -> new RegionMap.Place(y > x ? 1 : 0, .5),
                                20)
                        .draw();
        Drawing strip =
                new SequenceStrip(
                                "t",
                                List.of(),
                                List.of("a", "b"),
                                List.of(new SequenceStrip.Row("run 0", List.of(0, 1, 1), 1)))
                        .draw();
        Drawing graph =
                new GraphMap(
                                "t",
                                List.of(),
                                List.of("a", "b", "c"),
                                List.of(
                                        new GraphMap.Graph(
                                                "after 'a'",
                                                List.of(0, 0, 1),
                                                List.of(new GraphMap.Edge(0, 1)),
                                                List.of(new GraphMap.Edge(0, 2)))))
                        .draw();
        assertThat(Svg.file(map)).contains("low").contains("high");
        assertThat(Svg.file(strip)).contains("run 0").contains("data-legend=\"1\"");
        assertThat(Svg.file(graph)).contains("after &#39;a&#39;");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                new SequenceStrip(
                                        "t",
                                        List.of(),
                                        List.of("a"),
                                        List.of(new SequenceStrip.Row("r", List.of(1), 0))))
                .withMessage("a token has no name, must have one");
    }

    @Test
    void chartsStandBelowTheStripTheyAreAbout() {
        LineChart chart = LineChart.of("a chart", "x", "y", List.of(FALL));
        SequenceStrip strip =
                new SequenceStrip(
                        "a strip",
                        List.of(),
                        List.of("a", "b"),
                        List.of(new SequenceStrip.Row("run 0", List.of(0, 1, 1), 1)));
        Drawing both = new StackedCharts("all", Optional.of(strip), List.of(chart, chart)).draw();
        assertThat(both.height()).isGreaterThan(2 * chart.draw().height());
        assertThat(both.width()).isGreaterThanOrEqualTo(strip.draw().width());
        String svg = Svg.file(both);
        assertThat(svg.indexOf("a strip")).isPositive().isLessThan(svg.indexOf("a chart"));
        assertThat(both.description()).contains("3 tokens").contains("y over x");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> StackedCharts.of("none", List.of()))
                .withMessage("no charts, must be at least 1");
    }

    /// A band around a curve has no place of its own in the legend.
    @Test
    void aCurveWithoutANameIsDrawnButNotListed() {
        Series band = new Series("", Style.PREDICTED, 0, FALL.xs(), FALL.ys());
        LineChart chart = LineChart.of("t", "x", "y", List.of(FALL, band));
        assertThat(Svg.file(chart.draw())).contains("data-series=\"1\"");
        assertThat(chart.draw().description()).isEqualTo("2 curves of y over x: fall.");
    }

    @Test
    void ticksAreRoundAndWrittenShort() {
        // within two decades, powers of ten alone would be one or two
        assertThat(new ChartAxis("x", true, 0.03, 0.7).ticks())
                .hasSize(4)
                .allSatisfy(tick -> assertThat(tick).isBetween(0.03, 0.7));
        assertThat(new ChartAxis("x", true, 1, 1e6).ticks()).contains(1.0, 1e6);
        assertThat(new ChartAxis("x", false, 0, 1).ticks()).contains(0.0, 1.0);
        assertThat(ChartAxis.written(1e-5)).isEqualTo("1e-5");
        assertThat(ChartAxis.written(250000)).isEqualTo("2.5e5");
        assertThat(ChartAxis.written(0.25)).isEqualTo("0.25");
    }
}
