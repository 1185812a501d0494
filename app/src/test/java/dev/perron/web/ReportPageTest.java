package dev.perron.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.perron.attention.AttentionHead;
import dev.perron.chain.Distribution;
import dev.perron.figure.Digits;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.xml.sax.InputSource;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import javax.xml.parsers.DocumentBuilderFactory;

/// The report in a real browser, with the network cut off.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReportPageTest {
    private static final String RIGHT = "\uE014";
    private static final String DOWN = "\uE015";
    private static final String ENTER = "\uE007";

    private static final ReportContent CONTENT = Contents.random(3, 4, 7, false);

    private Path folder;
    private Browser browser;
    private String page;
    private final List<String> opened = new ArrayList<>();

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        this.folder = folder;
        browser = Browser.start(folder);
        page = write("report.html", CONTENT);
    }

    @AfterAll
    void stop() throws Exception {
        if (browser != null) {
            browser.quit();
        }
    }

    @AfterEach
    void nothingWasRequestedAndNothingWentWrong() throws Exception {
        assertThat(browser.console()).isEqualTo("{\"value\":[]}");
        assertThat(browser.requests())
                .allMatch(url -> url.startsWith("data:image/png") || opened.contains(url));
        opened.clear();
    }

    @Test
    void aClickOnAHeadShowsItsMatrix() throws Exception {
        open(page);
        browser.click("#wall [data-layer='3'][data-head='2']");
        AttentionHead head = CONTENT.attention().head(3, 2);
        assertThat(text("#matrix [data-part=title]")).isEqualTo("Attention: L3H2");
        assertThat(text("#card-title")).isEqualTo("L3H2");
        assertThat(text("#card dd")).isEqualTo(Digits.of(CONTENT.heads().get(1).get(2).lambda2()));
        for (int i = 0; i < 7; i++) {
            for (int j = 0; j < 7; j++) {
                double a = head.attention(i, j);
                String selector = "#matrix [data-row='%d'][data-column='%d'] text".formatted(i, j);
                assertThat(text(selector)).isEqualTo(a < 0.01 ? "" : Digits.two(a));
            }
        }
        assertThat(browser.run("return location.hash")).contains("layer=3", "head=2");
        assertThat(text("#certificate")).isEqualTo("certificate in 1 2");
    }

    @Test
    void theEntryUnderThePointerIsSaid() throws Exception {
        open(page + "#layer=5&head=1");
        browser.click("#matrix [data-row='4'][data-column='3']");
        double a = CONTENT.attention().head(5, 1).attention(4, 3);
        assertThat(text("#entry"))
                .isEqualTo("“word4” (place 4) attends to “word3” (place 3): " + Digits.of(a));
        assertThat(browser.run("return document.querySelectorAll('#matrix .cross').length"))
                .isEqualTo("2");
        browser.run("document.querySelector('#matrix').focus()");
        browser.press(RIGHT, DOWN);
        a = CONTENT.attention().head(5, 1).attention(5, 4);
        assertThat(text("#status")).endsWith(Digits.of(a));
    }

    @Test
    void aClickOnATokenShowsItsBounces() throws Exception {
        open(page + "#layer=1&head=3&step=4");
        browser.click("#rank [data-token='5']");
        assertThat(text("#walk [data-part=title]")).isEqualTo("Bounce 4 from “word5”");
        AttentionHead head = CONTENT.attention().head(1, 3);
        assertThat(shown("#walk")).isEqualTo(digits(Contents.bounce(head, 5, 4)));
        browser.click("label:has([name=walk][value=to])");
        assertThat(shown("#walk")).isEqualTo(digits(Contents.bounceTo(head, 5, 4)));
        browser.click("#bounces [data-row='9'][data-column='0']");
        assertThat(shown("#walk")).isEqualTo(digits(Contents.bounceTo(head, 5, 9)));
    }

    @Test
    void bouncesOfTheMeanAreThoseOfTheMeanMatrix() throws Exception {
        open(page + "#layer=1&head=mean&token=2&step=3");
        int n = 7;
        double[] now = new double[n];
        now[2] = 1;
        for (int k = 0; k < 3; k++) {
            double[] next = new double[n];
            for (int h = 0; h < 4; h++) {
                double[] one = new double[n];
                CONTENT.attention().head(1, h).step(now, one);
                Arrays.setAll(next, j -> next[j] + one[j] / 4);
            }
            now = next;
        }
        assertThat(shown("#walk")).isEqualTo(digits(now));
    }

    @Test
    void theSliderWorksByKeyboard() throws Exception {
        open(page + "#layer=1&head=0&token=3&step=1");
        browser.run("document.querySelector('#step').focus()");
        browser.press(RIGHT, RIGHT);
        assertThat(text("#step-value")).isEqualTo("3");
        AttentionHead head = CONTENT.attention().head(1, 0);
        assertThat(shown("#walk")).isEqualTo(digits(Contents.bounce(head, 3, 3)));
        assertThat(browser.run("return location.hash")).contains("step=3");
    }

    @Test
    void headsAndTokensAreReachedByArrows() throws Exception {
        open(page + "#layer=1&head=0&token=1");
        browser.run("document.querySelector('#wall [tabindex=\"0\"]').focus()");
        browser.press(RIGHT, DOWN, ENTER);
        assertThat(text("#card-title")).isEqualTo("L3H1");
        assertThat(browser.run("return document.activeElement.dataset.head")).isEqualTo("1");
        browser.run("document.querySelector('#rank [tabindex=\"0\"]').focus()");
        browser.press(RIGHT, RIGHT, ENTER);
        assertThat(browser.run("return document.activeElement.dataset.token")).isEqualTo("3");
        assertThat(text("#walk [data-part=title]")).contains("“word3”");
    }

    @Test
    void directionAndScaleChangeTheTokens() throws Exception {
        open(page + "#layer=5&head=2&token=1");
        double[] in = CONTENT.incoming().get(2).get(2).scores().toArray();
        assertThat(shown("#rank")).isEqualTo(digits(in));
        browser.click("label:has([name=direction][value=out])");
        double[] out = CONTENT.outgoing().get(2).get(2).scores().toArray();
        assertThat(shown("#rank")).isEqualTo(digits(out));
        String before = text("#rank [data-tick='0.5']");
        browser.run(
                "const s = document.querySelector('#scale'); s.value = 'root'; s.dispatchEvent(new"
                        + " Event('change'))");
        double high = Arrays.stream(out).max().orElseThrow();
        assertThat(before).isEqualTo(Digits.of(high / 2));
        assertThat(text("#rank [data-tick='0.5']")).isEqualTo(Digits.of(high / 4));
    }

    @Test
    void digitsAreWrittenAsInTheFiguresOfTheCommandLine() throws Exception {
        ReportContent r = Contents.random(1, 1, 7, false);
        double[] small = {1, 0.1, 0.0123, 0.001, 4.55e-4, 1e-17, 0};
        double[] sole = {1e-5, 1, 0, 0, 0, 1e-9, 0};
        ReportContent content =
                new ReportContent(
                        r.title(),
                        r.provenance(),
                        r.command(),
                        r.attention(),
                        rankings(small),
                        rankings(sole),
                        r.heads(),
                        r.alpha());
        open(write("digits.html", content));
        assertThat(shown("#rank")).isEqualTo(digits(Distribution.proportionalTo(small).toArray()));
        browser.click("label:has([name=direction][value=out])");
        assertThat(shown("#rank"))
                .isEqualTo(digits(Distribution.proportionalTo(sole).toArray()))
                .startsWith("1.0e-5,>.999,0,");
    }

    @Test
    void theThemeFollowsTheSystemAndTheButton() throws Exception {
        browser.command(
                "Emulation.setEmulatedMedia",
                "{\"features\": [{\"name\": \"prefers-color-scheme\", \"value\": \"dark\"}]}");
        open(page);
        String body = "return getComputedStyle(document.body).backgroundColor";
        assertThat(browser.run(body)).isEqualTo("rgb(13, 16, 22)");
        browser.click("#theme");
        assertThat(browser.run(body)).isEqualTo("rgb(245, 244, 238)");
        assertThat(browser.run("return location.hash")).contains("theme=light");
        browser.command("Emulation.setEmulatedMedia", "{\"features\": []}");
    }

    @ParameterizedTest
    @ValueSource(ints = {7, 70})
    void aPhoneNeedsNoSidewaysScrolling(int n) throws Exception {
        ReportContent content = n == 7 ? CONTENT : Contents.random(2, 12, n, true);
        String address = write("narrow.html", content);
        browser.command(
                "Emulation.setDeviceMetricsOverride",
                "{\"width\": 360, \"height\": 740, \"deviceScaleFactor\": 2, \"mobile\": true}");
        open(address);
        assertThat(browser.run("return document.documentElement.scrollWidth")).isEqualTo("360");
        assertThat(
                        browser.run(
                                "return document.querySelector('#rank"
                                        + " svg').getBoundingClientRect().width <= 360"))
                .isEqualTo("true");
        browser.command("Emulation.clearDeviceMetricsOverride", "{}");
    }

    @Test
    void aLongMatrixIsAPictureWithTheRightPixels() throws Exception {
        ReportContent content = Contents.random(1, 2, 70, false);
        open(write("long.html", content) + "#layer=1&head=1");
        AttentionHead head = content.attention().head(1, 1);
        double largest = 0;
        for (int i = 0; i < 70; i++) {
            for (int j = 0; j < 70; j++) {
                largest = Math.max(largest, head.attention(i, j));
            }
        }
        // all pixels, as positions in the table of colours
        browser.run(
                """
                const image = document.querySelector('#matrix image');
                const copy = new Image();
                copy.onload = () => {
                  const c = document.createElement('canvas');
                  c.width = copy.width; c.height = copy.height;
                  const context = c.getContext('2d');
                  context.drawImage(copy, 0, 0);
                  const p = context.getImageData(0, 0, c.width, c.height).data;
                  const table = JSON.parse(document.querySelector('#data').textContent).colours.map((x) => x[0]);
                  const out = [];
                  for (let k = 0; k < p.length; k += 4) {
                    const hex = '#' + [p[k], p[k + 1], p[k + 2]].map((x) => x.toString(16).padStart(2, '0')).join('');
                    out.push(table.indexOf(hex));
                  }
                  window.pixels = out;
                };
                copy.src = image.getAttribute('href');
                """);
        String pixels = await("return window.pixels ?? ''");
        String[] positions = pixels.split(",", -1);
        assertThat(positions).hasSize(70 * 70);
        for (int i = 0; i < 70; i++) {
            for (int j = 0; j < 70; j++) {
                double position = Double.parseDouble(positions[i * 70 + j]) / 255;
                assertThat(position).isCloseTo(head.attention(i, j) / largest, within(0.004));
            }
        }
    }

    @Test
    void aDownloadIsTheDrawingWithItsColours() throws Exception {
        open(page + "#layer=3&head=1&theme=dark&token=4");
        browser.run(
                "URL.createObjectURL = (b) => { b.text().then((t) => (window.saved = t)); return"
                        + " 'data:,'; }");
        browser.run(
                "HTMLAnchorElement.prototype.click = function () { window.named = this.download;"
                        + " }");
        browser.click("[data-download=matrix]");
        String svg = await("return window.saved ?? ''");
        assertThat(browser.run("return window.named")).isEqualTo("perron-matrix-L3H1.svg");
        var document =
                DocumentBuilderFactory.newDefaultInstance()
                        .newDocumentBuilder()
                        .parse(new InputSource(new StringReader(svg)));
        assertThat(document.getDocumentElement().getTagName()).isEqualTo("svg");
        assertThat(svg).contains("Attention: L3H1").contains("fill=\"#151a23\"");
        assertThat(svg).doesNotContain("class=", "var(", "cross", "style=");
    }

    @Test
    void playStepsOnByItself() throws Exception {
        open(page + "#token=3&step=18");
        browser.click("#play");
        assertThat(text("#play")).isEqualTo("Pause");
        assertThat(await("return document.querySelector('#step').value === '20' ? 'end' : ''"))
                .isEqualTo("end");
        assertThat(text("#play")).isEqualTo("Play");
    }

    @Test
    void whoWantsLessMotionStepsAlone() throws Exception {
        browser.command(
                "Emulation.setEmulatedMedia",
                "{\"features\": [{\"name\": \"prefers-reduced-motion\", \"value\": \"reduce\"}]}");
        open(page + "#token=3&step=18");
        assertThat(text("#play")).isEqualTo("Next bounce");
        browser.click("#play");
        assertThat(text("#step-value")).isEqualTo("19");
        browser.command("Emulation.setEmulatedMedia", "{\"features\": []}");
    }

    @Test
    void aFragmentThatMakesNoSenseIsIgnored() throws Exception {
        open(page + "#layer=99&head=x&token=-1&step=1e9&direction=up&theme=<b>");
        assertThat(text("#card-title")).isEqualTo("Mean of layer 5");
        assertThat(text("#step-value")).isEqualTo("1");
    }

    @Test
    void aHostileTokenIsOnlyText() throws Exception {
        open(page + "#token=2");
        assertThat(browser.run("return document.querySelectorAll('img').length")).isEqualTo("0");
        assertThat(text("#walk [data-part=title]")).contains(Contents.HOSTILE.replace(" ", "␣"));
        assertThat(text("h1")).isEqualTo(Contents.HOSTILE + " {{data}}");
    }

    @Test
    void oneTokenIsEnough() throws Exception {
        open(write("one.html", Contents.random(1, 1, 1, true)));
        assertThat(shown("#rank")).isEqualTo("1");
        assertThat(shown("#walk")).isEqualTo("1");
    }

    private String write(String name, ReportContent content) throws IOException {
        Path file = folder.resolve(name);
        Report.of(content).write(file);
        assertThat(Files.size(file)).isPositive();
        return file.toUri().toString();
    }

    // a page that is open already would only get another fragment
    private void open(String address) throws Exception {
        browser.open("about:blank");
        browser.requests();
        opened.add(address.replaceFirst("#.*", ""));
        browser.open(address);
    }

    private String text(String selector) throws Exception {
        return browser.run(
                "return document.querySelector(%s).textContent".formatted(Browser.quote(selector)));
    }

    /// The numbers below the tokens of a strip.
    private String shown(String strip) throws Exception {
        return browser.run(
                "return [...document.querySelectorAll('%s [data-token]')].map((t) => t.querySelectorAll('text')[1].textContent)"
                        .formatted(strip));
    }

    private static List<List<Ranking>> rankings(double... weights) {
        Ranking ranking = new Ranking(Distribution.proportionalTo(weights), "exact");
        return List.of(List.of(ranking, ranking));
    }

    private static String digits(double... values) {
        return String.join(",", Arrays.stream(values).mapToObj(Digits::of).toList());
    }

    private String await(String script) throws Exception {
        for (int i = 0; i < 400; i++) {
            String answer = browser.run(script);
            if (!answer.isEmpty()) {
                return answer;
            }
        }
        throw new AssertionError("nothing came of: " + script);
    }
}
