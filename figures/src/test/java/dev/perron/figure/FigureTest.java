package dev.perron.figure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perron.figure.Mark.Group;
import dev.perron.figure.Mark.Raster;
import dev.perron.figure.Mark.Rect;
import dev.perron.figure.Mark.Text;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

class FigureTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 64, 65, 512})
    void everyMarkIsOnThePaper(int n) {
        for (Drawing drawing : Examples.all(n)) {
            flat(drawing.marks())
                    .filter(m -> m instanceof Rect)
                    .map(Rect.class::cast)
                    .forEach(
                            r -> {
                                assertThat(r.x()).isNotNegative();
                                assertThat(r.x() + r.width()).isLessThanOrEqualTo(drawing.width());
                                assertThat(r.y() + r.height())
                                        .isLessThanOrEqualTo(drawing.height());
                            });
        }
    }

    @Test
    void everyFigureHasALegendWithNumbers() {
        for (Drawing drawing : Examples.all(5)) {
            assertThat(flat(drawing.marks()).filter(m -> data(m, "tick").isPresent())).hasSize(3);
            assertThat(flat(drawing.marks()).filter(m -> data(m, "position").isPresent()))
                    .hasSizeGreaterThan(20);
        }
    }

    @Test
    void theHighestTokenHasTheLastColourAndSaysItsScore() {
        Drawing drawing = TokenStrip.of("t", Examples.labels(3), 0.2, 0.7, 0.1).draw();
        Group top = group(drawing, "token", "1");
        assertThat(((Rect) top.marks().get(0)).fill()).isEqualTo(ColourMap.LIGHT.at(1));
        assertThat(((Text) top.marks().get(1)).text()).isEqualTo("quick");
        assertThat(((Text) top.marks().get(2)).text()).isEqualTo("0.700");
        assertThat(top.tooltip()).isEqualTo("1 “quick”: 0.700");
        assertThat(drawing.description()).contains("“quick” with 0.700");
    }

    @Test
    void aPlaneMapHasItsHighestValuesWhereTheFieldHas() {
        Drawing drawing = Examples.plane(8).draw();
        Raster raster =
                flat(drawing.marks())
                        .filter(Raster.class::isInstance)
                        .map(Raster.class::cast)
                        .findFirst()
                        .orElseThrow();
        assertThat(raster.pixels().at(0, 0)).isEqualTo(ColourScale.UNIT.colour(1));
        assertThat(raster.pixels().at(100, 100).luminance())
                .isGreaterThan(raster.pixels().at(150, 100).luminance());
        assertThat(flat(drawing.marks()).filter(m -> data(m, "curve").isPresent()))
                .extracting(m -> data(m, "curve").orElseThrow())
                .contains("0", "1")
                .doesNotContain("2");
        assertThatThrownBy(() -> new PlaneMap.Axis("x", 1, 1))
                .hasMessageContaining("must be finite and ascending");
        assertThatThrownBy(
                        () ->
                                new PlaneMap(
                                        "t",
                                        List.of(),
                                        new PlaneMap.Axis("x", 0, 1),
                                        new PlaneMap.Axis("y", 0, 1),
                                        List.of()))
                .hasMessageContaining("no panels");
    }

    @Test
    void aPairMapColoursDifferencesBySignAndOutlinesGroups() {
        double[][] values = {{0, -0.5, 0.004}, {0.25, 0, 0}, {0, 0, 0.5}};
        Drawing drawing =
                PairMap.ofDifferences("t", Examples.labels(3), (i, j) -> values[i][j], "note")
                        .withGroups(List.of(2, 1))
                        .draw();
        Group cell =
                flat(drawing.marks())
                        .filter(
                                m ->
                                        m instanceof Group g
                                                && g.tooltip().equals("the → quick: -0.500"))
                        .map(Group.class::cast)
                        .findFirst()
                        .orElseThrow();
        assertThat(((Rect) cell.marks().getFirst()).fill()).isEqualTo(TwoHues.at(0));
        assertThat(((Text) cell.marks().get(1)).text()).isEqualTo("-0.50");
        assertThat(
                        flat(drawing.marks())
                                .filter(m -> m instanceof Text t && t.text().equals("<.01")))
                .isEmpty();
        assertThat(flat(drawing.marks()).filter(m -> data(m, "group").isPresent())).hasSize(2);
        assertThat(drawing.description()).contains("0.500 away");
    }

    @Test
    void aPairMapShowsTheFarthestOfManyAndRefusesWhatIsNoValue() {
        int n = 1300;
        Drawing drawing =
                PairMap.ofDistances(
                                "t",
                                Examples.labels(n),
                                Examples.labels(n),
                                (i, j) -> i == 7 && j == 9 ? 1 : 0)
                        .draw();
        assertThat(drawing.height()).isLessThan(1200);
        assertThatThrownBy(
                        () -> PairMap.ofDifferences("t", Examples.labels(2), (i, j) -> Double.NaN))
                .hasMessage("value[0, 0] = NaN, must be finite");
        assertThatThrownBy(
                        () ->
                                PairMap.ofDifferences("t", Examples.labels(2), (i, j) -> 0)
                                        .withGroups(List.of(3)))
                .hasMessage("groups [3] of 2 rows and 2 columns, must be of as many");
        assertThatThrownBy(() -> PairMap.ofDifferences("t", List.of(), (i, j) -> 0))
                .hasMessage("0 rows and 0 columns, must be at least 1 each");
    }

    @Test
    void aBumpChartRanksEachColumnAndJoinsWhatStays() {
        Drawing drawing =
                BumpChart.of(
                                "t",
                                Examples.labels(4),
                                List.of(
                                        new BumpChart.Column("a", "", List.of(.4, .3, .2, .1)),
                                        new BumpChart.Column("b", "", List.of(.4, .1, .2, .3))),
                                2)
                        .draw();
        assertThat(flat(drawing.marks()).filter(m -> data(m, "link").isPresent())).hasSize(1);
        List<String> shown =
                flat(drawing.marks())
                        .filter(m -> m instanceof Group)
                        .map(m -> ((Group) m).tooltip())
                        .toList();
        assertThat(shown)
                .containsExactly(
                        "a: 1. 0 “the” 0.400",
                        "a: 2. 1 “quick” 0.300",
                        "b: 1. 0 “the” 0.400",
                        "b: 2. 3 “fox” 0.300");
        assertThat(drawing.description())
                .isEqualTo("2 rankings of 4 tokens; first in a is “the”, first in b “the”.");
    }

    @Test
    void aBumpChartNeedsRankingsOfItsTokens() {
        List<Label> two = Examples.labels(2);
        assertThatThrownBy(() -> BumpChart.of("t", two, List.of(), 1))
                .hasMessage("no rankings, must be at least 1");
        List<BumpChart.Column> one = List.of(new BumpChart.Column("a", "", List.of(1.0)));
        assertThatThrownBy(() -> BumpChart.of("t", two, one, 1))
                .hasMessage("1 values for 2 tokens, must be as many");
        assertThatThrownBy(() -> BumpChart.of("t", Examples.labels(1), one, 0))
                .hasMessage("top = 0, must be >= 1");
    }

    @Test
    void specialTokensAreDashed() {
        Drawing drawing = Examples.strip(3).draw();
        assertThat(((Rect) group(drawing, "token", "0").marks().getFirst()).dashed()).isTrue();
        assertThat(((Rect) group(drawing, "token", "1").marks().getFirst()).dashed()).isFalse();
    }

    @Test
    void equalScoresAndZerosAreDrawn() {
        assertThat(TokenStrip.of("t", Examples.labels(4), 0.25, 0.25, 0.25, 0.25).draw().height())
                .isPositive();
        Drawing zero = TokenStrip.of("t", Examples.labels(1), 0).draw();
        assertThat(((Rect) group(zero, "token", "0").marks().getFirst()).fill())
                .isEqualTo(ColourMap.LIGHT.at(0));
    }

    @Test
    void tokensAreWrappedToTheWidthInOrder() {
        Drawing drawing = Examples.strip(100).withWidth(320).draw();
        assertThat(drawing.width()).isLessThanOrEqualTo(320);
        double before = -1;
        for (int i = 0; i < 100; i++) {
            Rect cell = (Rect) group(drawing, "token", String.valueOf(i)).marks().getFirst();
            double place = cell.y() * 1000 + cell.x();
            assertThat(place).isGreaterThan(before);
            before = place;
        }
    }

    @Test
    void aFixedScaleSaysWhatIsAboveIt() {
        TokenStrip strip = TokenStrip.of("t", Examples.labels(2), 0.9, 0.1);
        assertThat(ticks(strip.withScale(ColourScale.upTo(0.5)).draw()))
                .containsExactly("0", "0.250", "≥ 0.500");
        assertThat(ticks(strip.draw())).containsExactly("0", "0.450", "0.900");
    }

    @Test
    void heatmapRowsAreQueries() {
        double[][] a = {{0.9, 0.1}, {0.3, 0.7}};
        Drawing drawing = Heatmap.of("t", Examples.labels(2), (i, j) -> a[i][j]).draw();
        Group cell =
                flat(drawing.marks())
                        .filter(m -> data(m, "row").filter("1"::equals).isPresent())
                        .filter(m -> data(m, "column").filter("0"::equals).isPresent())
                        .map(Group.class::cast)
                        .findFirst()
                        .orElseThrow();
        assertThat(cell.tooltip()).isEqualTo("quick → the: 0.300");
        assertThat(((Text) cell.marks().get(1)).text()).isEqualTo("0.30");
    }

    @Test
    void aboveSixtyFourTokensTheMatrixIsAPicture() {
        assertThat(rasters(Examples.heatmap(64).draw())).isEmpty();
        List<Raster> rasters = rasters(Examples.heatmap(65).draw());
        assertThat(rasters).hasSize(1);
        Pixels pixels = rasters.getFirst().pixels();
        assertThat(pixels.width()).isEqualTo(65);
        double[][] a = Examples.stochastic(65);
        assertThat(pixels.at(3, 8)).isEqualTo(Examples.heatmap(65).scale().colour(a[8][3]));
    }

    @Test
    void squaresThatShareEntriesSaySo() {
        Matrix corner = (i, j) -> i == 1299 && j == 1298 ? 0.5 : 0.25;
        Heatmap heatmap = Heatmap.of("t", Examples.labels(1300), corner);
        assertThat(heatmap.entriesPerTile()).isEqualTo(3);
        assertThat(texts(heatmap.draw())).contains("Each square is the largest of 3 x 3 entries.");
        assertThat(texts(heatmap.withTiles(Heatmap.Tiles.MEAN).draw()))
                .contains("Each square is the mean of 3 x 3 entries.");
        Pixels pixels = rasters(heatmap.draw()).getFirst().pixels();
        assertThat(pixels.width()).isEqualTo(434);
        assertThat(pixels.at(432, 433)).isEqualTo(ColourMap.LIGHT.at(1));
        // the last tile is cut: one row of three entries, one of them 0.5
        Pixels mean = rasters(heatmap.withTiles(Heatmap.Tiles.MEAN).draw()).getFirst().pixels();
        assertThat(mean.at(432, 433)).isEqualTo(heatmap.scale().colour(1 / 3.0));
    }

    @Test
    void headsAreFoundByTheirNumbersInTheModel() {
        Drawing drawing = Examples.wall(2, 3).draw();
        Group head =
                flat(drawing.marks())
                        .filter(m -> data(m, "layer").filter("3"::equals).isPresent())
                        .filter(m -> data(m, "head").filter("2"::equals).isPresent())
                        .map(Group.class::cast)
                        .findFirst()
                        .orElseThrow();
        assertThat(head.tooltip()).startsWith("L3H2: |λ₂| = 0.");
    }

    @Test
    void theLimitIsTheLastRow() {
        assertThat(texts(Examples.bounces(4).draw()))
                .containsSubsequence("bounce 0", "bounce 1", "bounce 2", "limit");
    }

    @Test
    void whatCannotBeDrawnIsRefusedWithItsPlace() {
        assertThatThrownBy(() -> TokenStrip.of("t", Examples.labels(2), 0.5))
                .hasMessage("1 values for 2 tokens, must be as many");
        assertThatThrownBy(() -> TokenStrip.of("t", Examples.labels(2), 0.5, Double.NaN))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> TokenStrip.of("t", Examples.labels(1), -1.0))
                .hasMessage("value[0] = -1.0, must be finite and >= 0");
        assertThatThrownBy(() -> Heatmap.of("t", Examples.labels(2), (i, j) -> -i))
                .hasMessage("attention[1, 0] = -1.0, must be finite and >= 0");
        assertThatThrownBy(() -> TokenStrip.of("t", List.of()))
                .hasMessage("no tokens, must be at least 1");
        assertThatThrownBy(() -> HeadWall.ofLambda2("t", List.of(4), List.of(List.of(0.5, 1.5))))
                .hasMessage("L4H1 = 1.5, must be from 0 to 1");
        assertThatThrownBy(
                        () ->
                                HeadWall.ofLambda2(
                                        "t", List.of(0, 1), List.of(List.of(1.0), List.of())))
                .hasMessage("layer 1 has 0 heads, must be 1 as in layer 0");
        assertThatThrownBy(() -> BounceStrip.of("t", Examples.labels(1), List.of()))
                .hasMessage("no bounces, must be at least bounce 0");
    }

    private static Stream<Mark> flat(List<Mark> marks) {
        return marks.stream()
                .flatMap(
                        m ->
                                m instanceof Group g
                                        ? Stream.concat(Stream.of(m), flat(g.marks()))
                                        : Stream.of(m));
    }

    private static Optional<String> data(Mark mark, String name) {
        return Optional.ofNullable(
                switch (mark) {
                    case Rect r -> r.data().get(name);
                    case Text t -> t.data().get(name);
                    case Mark.Line l -> l.data().get(name);
                    case Mark.Polyline p -> p.data().get(name);
                    case Group g -> g.data().get(name);
                    case Raster r -> r.data().get(name);
                });
    }

    private static Group group(Drawing drawing, String name, String value) {
        return flat(drawing.marks())
                .filter(m -> data(m, name).filter(value::equals).isPresent())
                .map(Group.class::cast)
                .findFirst()
                .orElseThrow();
    }

    private static List<String> ticks(Drawing drawing) {
        return flat(drawing.marks())
                .filter(m -> data(m, "tick").isPresent())
                .map(m -> ((Text) m).text())
                .toList();
    }

    private static List<String> texts(Drawing drawing) {
        return flat(drawing.marks())
                .filter(Text.class::isInstance)
                .map(m -> ((Text) m).text())
                .toList();
    }

    private static List<Raster> rasters(Drawing drawing) {
        return flat(drawing.marks())
                .filter(Raster.class::isInstance)
                .map(Raster.class::cast)
                .toList();
    }
}
