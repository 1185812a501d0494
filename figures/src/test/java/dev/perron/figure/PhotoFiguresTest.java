package dev.perron.figure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.perron.attention.Token;
import dev.perron.figure.Mark.Group;
import dev.perron.figure.Mark.Polyline;
import dev.perron.figure.Mark.Raster;
import dev.perron.figure.Mark.Rect;
import dev.perron.figure.Mark.Text;
import dev.perron.vision.ImageView;
import dev.perron.vision.Mask;
import dev.perron.vision.PatchGrid;
import dev.perron.vision.PatchMap;
import dev.perron.vision.PixelMap;
import dev.perron.vision.RgbImage;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Figures over photographs, the curves of masking, and contour lines.
class PhotoFiguresTest {
    private static final PatchGrid GRID = new PatchGrid(2, 2, 1);
    private static final ImageView WHOLE = new ImageView(0, 0, 40, 20);
    private static final RgbImage RED = RgbImage.of(40, 20, (_, _) -> 0xff0000);

    private static Stream<Mark> flat(List<Mark> marks) {
        return marks.stream()
                .flatMap(
                        mark ->
                                mark instanceof Group group
                                        ? Stream.concat(Stream.of(mark), flat(group.marks()))
                                        : Stream.of(mark));
    }

    private static <T extends Mark> List<T> all(Drawing drawing, Class<T> kind) {
        return flat(drawing.marks()).filter(kind::isInstance).map(kind::cast).toList();
    }

    private static List<String> texts(Drawing drawing) {
        return all(drawing, Text.class).stream().map(Text::text).toList();
    }

    private static PhotoPanels panels(Overlay... overlays) {
        return new PhotoPanels(
                "Title",
                List.of("a note"),
                RED,
                WHOLE,
                List.of(PhotoPanels.Panel.of("first", overlays), PhotoPanels.Panel.of("bare")),
                Optional.of(ColourScale.UNIT));
    }

    private static Raster raster(Drawing drawing, int panel) {
        return all(drawing, Raster.class).get(panel);
    }

    @Test
    void everyPanelHasThePhotographAndItsCaption() {
        Drawing drawing =
                panels(new Overlay.Heat(PatchMap.of(GRID, 0, 1, 0, 1), ColourScale.UNIT)).draw();
        assertThat(texts(drawing)).contains("Title", "a note", "first", "bare");
        assertThat(all(drawing, Raster.class)).hasSize(2);
        Paint.Rgb untouched = raster(drawing, 1).pixels().at(3, 3);
        assertThat(untouched.packed()).isEqualTo(0xff0000);
        double left = raster(drawing, 0).pixels().at(2, 10).luminance();
        double right = raster(drawing, 0).pixels().at(37, 10).luminance();
        assertThat(left).as("colours follow the map").isLessThan(right);
        assertThatThrownBy(
                        () ->
                                new PhotoPanels(
                                        "t", List.of(), RED, WHOLE, List.of(), Optional.empty()))
                .hasMessageContaining("must be at least 1");
    }

    @Test
    void aValueAboveTheScaleIsToldInTheLegend() {
        Drawing within =
                panels(new Overlay.Heat(PatchMap.of(GRID, 0, 1, 0, 1), ColourScale.UNIT)).draw();
        Drawing above =
                panels(new Overlay.Heat(PatchMap.of(GRID, 0, 2, 0, 1), ColourScale.UNIT)).draw();
        assertThat(texts(within)).noneMatch(text -> text.startsWith("≥"));
        assertThat(texts(above)).anyMatch(text -> text.startsWith("≥"));
    }

    @Test
    void whatIsCutAwayIsDarkAndGroupsHaveTheirColours() {
        Mask right = Mask.of(40, 20, (x, _) -> x >= 20);
        Raster cut = raster(panels(new Overlay.Cut(right)).draw(), 0);
        assertThat(cut.pixels().at(30, 5).packed()).isEqualTo(0xff0000);
        assertThat(cut.pixels().at(5, 5).red()).isLessThan(128);
        Raster groups = raster(panels(new Overlay.Groups(PatchMap.of(GRID, 0, 1, 0, 1))).draw(), 0);
        assertThat(groups.pixels().at(5, 5)).isNotEqualTo(groups.pixels().at(30, 5));
        assertThat(groups.pixels().at(5, 5)).isEqualTo(groups.pixels().at(5, 15));
    }

    @Test
    void aFrameLiesAroundItsPatchAndACrossInIts() {
        Token.Patch corner = new Token.Patch(1, 1);
        List<Polyline> frame = all(panels(new Overlay.Frame(GRID, corner)).draw(), Polyline.class);
        Drawing drawing = panels(new Overlay.Crosses(GRID, List.of(corner))).draw();
        List<Polyline> cross = all(drawing, Polyline.class);
        assertThat(frame).hasSize(2); // a light line below a coloured one
        assertThat(cross).hasSize(4);
        Raster photo = raster(drawing, 0);
        for (Polyline line : cross) {
            for (Polyline.Point point : line.points()) {
                assertThat(point.x())
                        .isBetween(photo.x() + photo.width() / 2, photo.x() + photo.width());
                assertThat(point.y())
                        .isBetween(photo.y() + photo.height() / 2, photo.y() + photo.height());
            }
        }
        assertThat(all(panels(new Overlay.Crosses(GRID, List.of())).draw(), Polyline.class))
                .isEmpty();
    }

    @Test
    void theContourOfAConeIsACircle() {
        PixelMap cone = cone();
        List<ContourLines.Contour> contours = ContourLines.of(cone, -8);
        assertThat(contours).hasSize(1);
        assertThat(contours.getFirst().closed()).isTrue();
        assertThat(contours.getFirst().points()).hasSizeGreaterThan(20);
        for (Polyline.Point point : contours.getFirst().points()) {
            assertThat(Math.hypot(point.x() - 20, point.y() - 20)).isCloseTo(8, within(0.1));
        }
        assertThat(ContourLines.of(cone, 1)).isEmpty();
    }

    private static PixelMap cone() {
        float[] values = new float[1600];
        for (int i = 0; i < values.length; i++) {
            int row = i / 40;
            values[i] = (float) -Math.hypot(i % 40 + 0.5 - 20, row + 0.5 - 20);
        }
        return PixelMap.of(40, 40, values);
    }

    @Test
    void aContourThatLeavesTheMapIsOpenAndASlopeHasOne() {
        float[] values = new float[100];
        for (int i = 0; i < values.length; i++) {
            values[i] = i % 10;
        }
        List<ContourLines.Contour> contours = ContourLines.of(PixelMap.of(10, 10, values), 4.25);
        assertThat(contours).hasSize(1);
        assertThat(contours.getFirst().closed()).isFalse();
        assertThat(contours.getFirst().points())
                .allSatisfy(point -> assertThat(point.x()).isCloseTo(4.75, within(1e-6)));
    }

    @Test
    void aSaddleIsPartedByItsMiddle() {
        List<ContourLines.Contour> high =
                ContourLines.of(PixelMap.of(2, 2, 1, 0, 0, 1), 0.4); // the middle is above
        List<ContourLines.Contour> low = ContourLines.of(PixelMap.of(2, 2, 1, 0, 0, 1), 0.6);
        assertThat(high).hasSize(2);
        assertThat(low).hasSize(2);
        // above, a line goes around each low corner; below, around each high one
        assertThat(joinsTopWithRight(high)).isTrue();
        assertThat(joinsTopWithRight(low)).isFalse();
    }

    /// Whether one line goes from the upper side of the square to the right one.
    private static boolean joinsTopWithRight(List<ContourLines.Contour> contours) {
        return contours.stream()
                .anyMatch(
                        contour ->
                                contour.points().stream().anyMatch(point -> point.y() == 0.5)
                                        && contour.points().stream()
                                                .anyMatch(point -> point.x() == 1.5));
    }

    @Test
    void curvesBeginAndEndWhereTheirPointsAre() {
        CurveChart chart =
                new CurveChart(
                        "Curves",
                        List.of("a note"),
                        "share",
                        "probability",
                        List.of(
                                new CurveChart.Series(
                                        "falls", List.of(0.0, 1.0), List.of(1.0, 0.0)),
                                new CurveChart.Series(
                                        "stays", List.of(0.0, 1.0), List.of(1.0, 1.0))));
        Drawing drawing = chart.draw();
        assertThat(texts(drawing))
                .contains("Curves", "a note", "share", "probability", "falls", "stays");
        List<Polyline> lines = all(drawing, Polyline.class);
        Polyline stays = lines.get(0); // in the order of their names
        Polyline falls = lines.get(1);
        assertThat(falls.points().getFirst()).isEqualTo(stays.points().getFirst());
        assertThat(falls.points().getLast().y()).isGreaterThan(stays.points().getLast().y());
        assertThat(stays.points().getLast().y()).isEqualTo(stays.points().getFirst().y());
        assertThatThrownBy(() -> new CurveChart.Series("s", List.of(0.0), List.of(1.0)))
                .hasMessageContaining("must be as many, at least 2");
        assertThatThrownBy(() -> new CurveChart("t", List.of(), "x", "y", List.of()))
                .hasMessageContaining("must be at least 1");
    }

    private static StatesOverview overview(List<Double> shares) {
        return new StatesOverview(
                panels(new Overlay.Groups(PatchMap.of(GRID, 0, 1, 0, 1))),
                List.of(new StatesOverview.Bar("2", 0.5), new StatesOverview.Bar("3", 1)),
                1,
                List.of(List.of(0.9, 0.1), List.of(0.2, 0.8)),
                shares,
                List.of(new StatesOverview.Bar("L0H0", 0.75)));
    }

    @Test
    void theOverviewOfStatesHasBarsAGraphAndTheMixingOfEachHead() throws IOException {
        Drawing drawing = overview(List.of(0.75, 0.25)).draw();
        assertThat(texts(drawing)).contains("2", "3", "L0H0", "0.75", "0.90", "0.80");
        List<Rect> bars = named(drawing, "bar");
        assertThat(bars).hasSize(3);
        assertThat(bars.get(1).height()).isCloseTo(2 * bars.get(0).height(), within(1e-9));
        assertThat(bars.get(1).fill()).as("the chosen one").isNotEqualTo(bars.get(0).fill());
        List<Rect> states = named(drawing, "state");
        assertThat(states).hasSize(2);
        assertThat(states.get(0).width())
                .as("as large as its share")
                .isGreaterThan(states.get(1).width());
        assertThat(Png.file(drawing)).isNotEmpty();
        assertThat(Svg.file(drawing)).contains("data-state=\"1\"", "data-between=\"0,1\"");
        assertThatThrownBy(() -> overview(List.of(1.0))).hasMessageContaining("must be as many");
    }

    private static List<Rect> named(Drawing drawing, String name) {
        return all(drawing, Rect.class).stream()
                .filter(rect -> rect.data().containsKey(name))
                .toList();
    }

    @Test
    void patchesAreCellsBesideThePhotographAndTokensBeforeThemAbove() {
        PhotoCells cells =
                new PhotoCells(
                        "Cells",
                        RED,
                        WHOLE,
                        GRID,
                        Examples.labels(5),
                        List.of(0.1, 0.2, 0.3, 0.4, 0.0),
                        640);
        Drawing drawing = cells.draw();
        Raster photo = raster(drawing, 0);
        assertThat(photo.pixels().at(0, 0).packed()).isEqualTo(0xff0000);
        List<Group> tokens =
                all(drawing, Group.class).stream()
                        .filter(group -> group.data().containsKey("token"))
                        .toList();
        assertThat(tokens).hasSize(5);
        Rect before = (Rect) tokens.get(0).marks().getFirst();
        Rect first = (Rect) tokens.get(1).marks().getFirst();
        Rect last = (Rect) tokens.get(4).marks().getFirst();
        assertThat(before.y() + before.height()).isLessThan(photo.y());
        assertThat(first.y()).isCloseTo(photo.y(), within(1e-9));
        assertThat(first.x()).isGreaterThan(photo.x() + photo.width());
        assertThat(last.y() + last.height()).isCloseTo(photo.y() + photo.height(), within(1e-9));
        assertThat(((Rect) tokens.get(3).marks().getFirst()).fill())
                .isEqualTo(ColourMap.LIGHT.at(1));
        assertThatThrownBy(() -> new PhotoCells("t", RED, WHOLE, GRID, List.of(), List.of(), 640))
                .hasMessageContaining("must be");
    }
}
