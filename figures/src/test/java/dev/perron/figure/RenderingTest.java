package dev.perron.figure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.perron.figure.Mark.Rect;
import dev.perron.figure.Paint.Rgb;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;

class RenderingTest {
    @TempDir private Path folder;

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 64, 65, 512})
    void svgIsWellFormedAndNamed(int n) throws Exception {
        for (Drawing drawing : Examples.all(n)) {
            Element svg = parse(Svg.file(drawing)).getDocumentElement();
            assertThat(svg.getElementsByTagName("title").item(0).getTextContent())
                    .isEqualTo(drawing.title());
            assertThat(svg.getElementsByTagName("desc").item(0).getTextContent())
                    .isEqualTo(drawing.description());
            assertThat(svg.getAttribute("role")).isEqualTo("img");
        }
    }

    @Test
    void noTokenCanBreakTheMarkup() throws Exception {
        for (String evil :
                List.of(
                        "</text><script>alert(1)</script>",
                        "\"' onload='x' &amp; <![CDATA[ ]]>",
                        "\u0000\u0001\u000b\ufffe\uffff\ud800",
                        "\u202e\u2066\u200f")) {
            Drawing drawing = TokenStrip.of(evil, List.of(new Label(evil, false)), 1).draw();
            Document document = parse(Svg.file(drawing));
            assertThat(document.getElementsByTagName("script").getLength()).isZero();
            assertThat(document.getDocumentElement().hasAttribute("onload")).isFalse();
        }
        assertThat(Svg.escape("a\u0000b\ud800")).isEqualTo("a\ufffdb\ufffd");
        assertThat(Svg.escape("🙂\t")).isEqualTo("🙂&#9;");
    }

    @Test
    void svgNeedsNothingFromOutside() {
        for (Drawing drawing : Examples.all(65)) {
            String svg = Svg.file(drawing).replace("http://www.w3.org/2000/svg", "");
            assertThat(svg).doesNotContain("http", "url(", "<style", "style=", "@import", " id=");
        }
    }

    @Test
    void inkHasARoleAndAColour() {
        String svg = Svg.file(Examples.strip(2).draw());
        assertThat(svg).contains("fill=\"#1b1f27\" class=\"fill-ink\"");
        assertThat(svg).contains("stroke=\"#b0450f\" class=\"stroke-accent\"");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 11, 65})
    void bothRenderersPaintTheSameRectangles(int n) throws Exception {
        requireFonts();
        for (Drawing drawing : Examples.all(n)) {
            BufferedImage image = Png.image(drawing, 2);
            assertThat(image.getWidth()).isEqualTo((int) Math.ceil(drawing.width() * 2));
            assertThat(image.getHeight()).isEqualTo((int) Math.ceil(drawing.height() * 2));
            NodeList rects =
                    parse(Svg.file(drawing)).getDocumentElement().getElementsByTagName("rect");
            int compared = 0;
            for (int i = 0; i < rects.getLength(); i++) {
                Element rect = (Element) rects.item(i);
                if (rect.getAttribute("fill").equals("none")
                        || rect.getAttribute("data-part").equals("paper")) {
                    continue;
                }
                // inside the corner, where no text is
                double inside = rect.getAttribute("rx").isEmpty() ? 1 : 2.5;
                int x = (int) Math.floor((number(rect, "x") + inside) * 2);
                int y = (int) Math.floor((number(rect, "y") + inside) * 2);
                assertThat(Rgb.of(image.getRGB(x, y) & 0xffffff).hex())
                        .as("%s at %d, %d", drawing.title(), x, y)
                        .isEqualTo(rect.getAttribute("fill"));
                compared++;
            }
            assertThat(compared).isGreaterThan(20);
        }
    }

    @Test
    void picturesAreNotSmoothed() throws IOException {
        requireFonts();
        Pixels pixels = Pixels.of(2, 1, (x, y) -> x == 0 ? 0xff0000 : 0x0000ff);
        Drawing drawing =
                new Drawing(
                        20, 10, "t", "", List.of(new Mark.Raster(0, 0, 20, 10, pixels, Map.of())));
        BufferedImage image = Png.image(drawing, 1);
        assertThat(image.getRGB(9, 5) & 0xffffff).isEqualTo(0xff0000);
        assertThat(image.getRGB(10, 5) & 0xffffff).isEqualTo(0x0000ff);
    }

    @Test
    void filesAreWrittenByTheirExtension() throws Exception {
        requireFonts();
        Drawing drawing = Examples.strip(3).draw();
        Path svg = folder.resolve("a.SVG");
        Path png = folder.resolve("a.png");
        FigureFile.write(svg, drawing);
        FigureFile.write(png, drawing);
        assertThat(Files.readString(svg)).isEqualTo(Svg.file(drawing));
        assertThat(ImageIO.read(new ByteArrayInputStream(Files.readAllBytes(png))).getWidth())
                .isEqualTo((int) Math.ceil(drawing.width() * 2));
        FigureFile.write(svg, Examples.strip(4).draw());
        assertThat(names()).containsExactlyInAnyOrder("a.SVG", "a.png");
    }

    @Test
    void anotherExtensionIsRefused() throws IOException {
        assertThatThrownBy(
                        () -> FigureFile.write(folder.resolve("a.pdf"), Examples.strip(1).draw()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageEndingWith("a.pdf, must end in .svg or .png");
        assertThat(names()).isEmpty();
    }

    @Test
    void aPlaceThatCannotBeWrittenIsNamedAndNothingIsLeft() throws IOException {
        Path nowhere = folder.resolve("no").resolve("a.svg");
        assertThatThrownBy(() -> FigureFile.write(nowhere, Examples.strip(1).draw()))
                .isInstanceOf(IOException.class)
                .hasMessage(
                        "%s can't be written: there is no folder %s"
                                .formatted(nowhere, nowhere.getParent()));
        Path taken = Files.createDirectory(folder.resolve("b.svg"));
        assertThatThrownBy(() -> FigureFile.write(taken, Examples.strip(1).draw()))
                .hasMessage(taken + " is a folder, must be a file to write to");
        Path file = folder.resolve("c.svg");
        Files.writeString(file, "before");
        assertThatThrownBy(
                        () ->
                                AtomicFile.write(
                                        file,
                                        out -> {
                                            out.write(1);
                                            throw new IOException("disk full");
                                        }))
                .hasMessage("disk full");
        assertThat(Files.readString(file)).isEqualTo("before");
        assertThat(names()).containsExactlyInAnyOrder("b.svg", "c.svg");
    }

    @Test
    void aMachineWithoutFontsGetsOneLine() throws Exception {
        assumeThat(System.getProperty("os.name")).as("fontconfig is Linux's").isEqualTo("Linux");
        Path empty = folder.resolve("fonts.conf");
        Files.writeString(
                empty, "<?xml version=\"1.0\"?><!DOCTYPE fontconfig><fontconfig></fontconfig>");
        Path home = Files.createDirectory(folder.resolve("home"));
        ProcessBuilder java =
                new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Djava.awt.headless=true",
                        "-Duser.home=" + home,
                        "-cp",
                        System.getProperty("java.class.path"),
                        "dev.perron.figure.WriteExample",
                        folder.resolve("a.png").toString());
        java.environment().put("FONTCONFIG_FILE", empty.toString());
        java.environment().put("XDG_CACHE_HOME", home.toString());
        Process process = java.redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        assertThat(said.strip())
                .isEqualTo(
                        "no fonts on this machine to draw a PNG with: write .svg instead, or"
                                + " install some (apt-get install fontconfig fonts-dejavu-core)");
        assertThat(folder.resolve("a.png")).doesNotExist();
    }

    @Test
    void anImageThatWouldNotFitIsRefused() {
        Drawing vast = new Drawing(1e5, 1e5, "t", "", List.of(Rect.of(0, 0, 1, 1)));
        assertThatThrownBy(() -> Png.image(vast, 2)).hasMessageContaining("write .svg instead");
        assertThatThrownBy(() -> new Drawing(0, 1, "t", "", List.of()))
                .hasMessage("drawing of 0.0 x 1.0, sides must be positive");
    }

    private static void requireFonts() {
        try {
            Png.file(Examples.strip(1).draw());
        } catch (IOException e) {
            assumeThat(e.getMessage()).as("PNG needs fonts on this machine").isEmpty();
        }
    }

    private List<String> names() throws IOException {
        try (var files = Files.list(folder)) {
            return files.map(f -> f.getFileName().toString()).toList();
        }
    }

    private static double number(Element element, String name) {
        return Double.parseDouble(element.getAttribute(name));
    }

    private static Document parse(String xml) throws Exception {
        return DocumentBuilderFactory.newDefaultInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(xml)));
    }
}
