package dev.perron.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.perron.attention.AttentionHead;
import dev.perron.attention.AttentionTensor;
import dev.perron.attention.Token;
import dev.perron.vision.ImageView;
import dev.perron.vision.PatchGrid;
import dev.perron.vision.RgbImage;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;

class ReportTest {
    @Test
    void noTextFromOutsideBecomesMarkup() throws IOException {
        String page = page(Contents.random(2, 2, 6, false));
        assertThat(page).doesNotContain("<img", "<b>none", "{{style");
        // a title that looks like a place isn't filled
        assertThat(page.split("\\{\\{data}}", -1)).hasSize(3);
        assertThat(page).contains("&lt;b&gt;none&lt;/b&gt;");
        // as many as the page has of its own: JSON, four matrices, the module
        assertThat(page.split("</script", -1)).hasSize(7);
        assertThat(page).contains("\\u003c/script>");
    }

    @Test
    void theSamePageComesFromTheSameContent() throws IOException {
        assertThat(page(Contents.random(1, 2, 4, true)))
                .isEqualTo(page(Contents.random(1, 2, 4, true)));
    }

    @Test
    void thePageHasNoAddressToLoadFrom() throws IOException {
        String page =
                page(Contents.random(1, 2, 70, false)).replace("http://www.w3.org/2000/svg", "");
        assertThat(page).doesNotContain("http:", "https:", "@import", "url(", "//cdn", " style=");
    }

    @Test
    void floatsAreHeldAsTheyCame() {
        AttentionTensor attention = Contents.random(1, 1, 5, false).attention();
        Matrices matrices = Matrices.of(attention);
        AttentionHead head = attention.all().getFirst();
        assertThat(matrices.sixteenBit()).isFalse();
        assertThat(matrices.largestError()).isZero();
        ByteBuffer bytes =
                ByteBuffer.wrap(Base64.getDecoder().decode(matrices.encode(head)))
                        .order(ByteOrder.LITTLE_ENDIAN);
        for (float a : head.toArray()) {
            assertThat(bytes.getFloat()).isEqualTo(a);
        }
    }

    @Test
    void largeMatricesAreHeldInSixteenBitsAndThePageSaysHowWell() throws IOException {
        int n = 512;
        AttentionTensor attention = large(n, 17);
        Matrices matrices = Matrices.of(attention);
        assertThat(matrices.sixteenBit()).isTrue();
        double worst = 0;
        for (AttentionHead head : attention.all().subList(0, 2)) {
            ByteBuffer bytes =
                    ByteBuffer.wrap(Base64.getDecoder().decode(matrices.encode(head)))
                            .order(ByteOrder.LITTLE_ENDIAN);
            for (int i = 0; i < n; i++) {
                int[] units = new int[n];
                double sum = 0;
                for (int j = 0; j < n; j++) {
                    units[j] = bytes.getShort() & 0xffff;
                    sum += units[j];
                }
                for (int j = 0; j < n; j++) {
                    worst = Math.max(worst, Math.abs(units[j] / sum - head.attention(i, j)));
                }
            }
        }
        // the two heads repeat, so theirs is the largest error of all
        assertThat(matrices.largestError()).isCloseTo(worst, within(1e-15)).isLessThan(2e-5);
    }

    @Test
    void whatIsTooLargeForAPageIsRefused() {
        assertThatThrownBy(() -> Matrices.of(large(1024, 33)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "1 layers of 33 heads on 1024 tokens are 66 MB of attention, must be at"
                                + " most 64 MB in one page: pick fewer layers");
    }

    private static ReportContent photographed(PatchGrid grid) {
        ReportContent text = Contents.random(1, 1, 5, false);
        return new ReportContent(
                text.title(),
                text.provenance(),
                text.command(),
                text.attention(),
                text.incoming(),
                text.outgoing(),
                text.heads(),
                text.alpha(),
                Optional.of(
                        new ReportContent.Photo(
                                RgbImage.of(8, 8, (x, _) -> x << 16),
                                new ImageView(0, 0, 8, 8),
                                grid)));
    }

    @Test
    void theTokensOfAPhotographAreCellsBesideIt() {
        String templates = new Templates(photographed(new PatchGrid(2, 2, 1))).html();
        String strip =
                templates.substring(
                        templates.indexOf("drawing-strip-640"),
                        templates.indexOf("drawing-strip-1056"));
        assertThat(strip).contains("data-part=\"photo\"", "data:image/png;base64,");
        assertThat(strip.split("data-token=", -1)).hasSize(1 + 5);
        assertThatThrownBy(() -> photographed(new PatchGrid(2, 2, 0)))
                .hasMessageContaining("photo with 2 x 2 patches after 0 tokens for 5 tokens");
    }

    @Test
    void contentThatDoesNotFitItsAttentionIsRefused() {
        ReportContent good = Contents.random(2, 2, 4, false);
        assertThatThrownBy(
                        () ->
                                new ReportContent(
                                        "t",
                                        List.of(),
                                        "",
                                        good.attention(),
                                        good.incoming().subList(0, 1),
                                        good.outgoing(),
                                        good.heads(),
                                        0.5))
                .hasMessage("incoming: 1 layers of [3], must be 2 of 3");
        assertThatThrownBy(
                        () ->
                                new ReportContent(
                                        "t",
                                        List.of(),
                                        "",
                                        good.attention(),
                                        good.incoming(),
                                        good.outgoing(),
                                        good.heads(),
                                        0))
                .hasMessage("alpha = 0.0, must be in (0, 1]");
        assertThatThrownBy(() -> new HeadFacts(1.5, ""))
                .hasMessage("|λ₂| = 1.5, must be from 0 to 1");
    }

    @Test
    void aCausalHeadIsSaidToBeReducible() {
        HeadFacts causal = Contents.random(1, 1, 4, true).heads().getFirst().getFirst();
        assertThat(causal.remark()).startsWith("Causal, so reducible");
        HeadFacts full = Contents.random(1, 1, 4, false).heads().getFirst().getFirst();
        assertThat(full.remark()).contains("irreducible");
    }

    @Test
    void aReportIsWrittenWholeOrNotAtAll(@TempDir Path folder) throws IOException {
        Report report = Report.of(Contents.random(1, 1, 3, false));
        report.write(folder.resolve("r.html"));
        try (var files = Files.list(folder)) {
            assertThat(files.map(f -> f.getFileName().toString())).containsExactly("r.html");
        }
        Path nowhere = folder.resolve("no").resolve("r.html");
        assertThatThrownBy(() -> report.write(nowhere))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("there is no folder");
    }

    private static String page(ReportContent content) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Report.of(content).writeTo(out);
        return out.toString(StandardCharsets.UTF_8);
    }

    // two random heads in turn
    private static AttentionTensor large(int n, int heads) {
        Random random = new Random(n);
        float[] even = Contents.stochastic(n, false, random);
        float[] odd = Contents.stochastic(n, false, random);
        List<float[]> rows = new ArrayList<>();
        for (int h = 0; h < heads; h++) {
            rows.add(h % 2 == 0 ? even : odd);
        }
        List<Token> tokens = Collections.nCopies(n, new Token.Piece("a"));
        return AttentionTensor.of(tokens, List.of(0), heads, rows);
    }
}
