package dev.perron.figure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.perron.figure.ColourScale.Shape;
import dev.perron.figure.Paint.Rgb;

import org.junit.jupiter.api.Test;

class ColourTest {
    private static final int STEPS = 64;

    // Linear-light matrices of Viénot, Brettel and Mollon, 1999, for full protanopia and
    // deuteranopia.
    private static final double[][] PROTANOPIA = {
        {0.11238, 0.88762, 0}, {0.11238, 0.88762, 0}, {0.00401, -0.00401, 1}
    };
    private static final double[][] DEUTERANOPIA = {
        {0.29275, 0.70725, 0}, {0.29275, 0.70725, 0}, {-0.02234, 0.02234, 1}
    };

    @Test
    void equalStepsAreEqualToTheEye() {
        double least = Double.POSITIVE_INFINITY;
        double most = 0;
        for (int i = 0; i < 16; i++) {
            double d = difference(i / 16.0, (i + 1) / 16.0);
            least = Math.min(least, d);
            most = Math.max(most, d);
        }
        assertThat(most / least).isLessThan(1.15);
    }

    @Test
    void lightnessAloneOrdersTheColours() {
        for (int i = 0; i < STEPS; i++) {
            double here = lightness(ColourMap.LIGHT.at(i / (double) STEPS));
            double next = lightness(ColourMap.LIGHT.at((i + 1.0) / STEPS));
            assertThat(next).as("step %d", i).isLessThan(here);
        }
    }

    @Test
    void luminanceOrdersThemForTheColourBlindToo() {
        for (double[][] eye : new double[][][] {PROTANOPIA, DEUTERANOPIA}) {
            for (int i = 0; i < 16; i++) {
                double here = seen(ColourMap.LIGHT.at(i / 16.0), eye);
                double next = seen(ColourMap.LIGHT.at((i + 1) / 16.0), eye);
                assertThat(next).as("step %d", i).isLessThan(here);
            }
        }
    }

    @Test
    void onDarkPaperTheMapIsReadFromTheOtherEnd() {
        for (double t : new double[] {0, 0.25, 0.5, 1}) {
            assertThat(ColourMap.DARK.at(t)).isEqualTo(ColourMap.LIGHT.at(1 - t));
        }
    }

    @Test
    void inkIsReadableOnEveryColour() {
        for (int i = 0; i <= 1000; i++) {
            Rgb colour = ColourMap.LIGHT.at(i / 1000.0);
            assertThat(colour.contrastWith(colour.ink())).as("t = %s", i).isGreaterThan(4.5);
        }
    }

    @Test
    void textIsReadableOnPaper() {
        Rgb paper = Paint.Role.PAPER.light();
        for (Paint.Role role :
                new Paint.Role[] {Paint.Role.INK, Paint.Role.MUTED, Paint.Role.ACCENT}) {
            assertThat(role.light().contrastWith(paper)).as("%s", role).isGreaterThan(4.5);
        }
        assertThat(Rgb.BLACK.contrastWith(Rgb.WHITE)).isCloseTo(21, within(1e-9));
    }

    @Test
    void positionsAndValuesAreInverse() {
        for (Shape shape : Shape.values()) {
            ColourScale scale = new ColourScale(0, 0.4, shape);
            for (double v : new double[] {0, 0.01, 0.2, 0.4}) {
                assertThat(scale.value(scale.position(v))).isCloseTo(v, within(1e-15));
            }
            assertThat(scale.position(9)).isEqualTo(1);
        }
        assertThat(new ColourScale(0, 1, Shape.SQUARE_ROOT).position(0.25)).isEqualTo(0.5);
    }

    @Test
    void aScaleOfNothingButZerosIsStillAScale() {
        assertThat(ColourScale.upTo(0).high()).isEqualTo(1);
        assertThatThrownBy(() -> new ColourScale(1, 1, Shape.LINEAR))
                .hasMessage("scale from 1.0 to 1.0, must be finite and ascending");
        assertThatThrownBy(() -> ColourMap.LIGHT.at(Double.NaN))
                .hasMessage("t = NaN, must be from 0 to 1");
    }

    @Test
    void differencesAreAsDarkAsTheyAreFarFromZeroAndHaveAHueASide() {
        for (int i = 1; i <= STEPS; i++) {
            double size = i / (double) STEPS;
            Rgb above = TwoHues.at(0.5 + size / 2);
            Rgb below = TwoHues.at(0.5 - size / 2);
            double nearer = lightness(TwoHues.at(0.5 + (size - 1.0 / STEPS) / 2));
            assertThat(lightness(above)).as("step %d", i).isLessThan(nearer);
            assertThat(lightness(below)).as("step %d", i).isCloseTo(lightness(above), within(0.02));
            if (i > 4) {
                assertThat(above.blue()).as("step %d", i).isGreaterThan(above.red());
                assertThat(below.red()).as("step %d", i).isGreaterThan(below.blue());
            }
            assertThat(above.contrastWith(above.ink())).isGreaterThan(4.5);
            assertThat(below.contrastWith(below.ink())).isGreaterThan(4.5);
        }
        assertThat(lightness(TwoHues.at(0.5))).isGreaterThan(0.97);
    }

    /// Blue against yellow is what they see: orange and blue of one size are far apart for them.
    @Test
    void theTwoSidesAreToldApartByTheColourBlind() {
        for (double[][] eye : new double[][][] {PROTANOPIA, DEUTERANOPIA}) {
            double[] below = linear(TwoHues.at(0), eye);
            double[] above = linear(TwoHues.at(1), eye);
            assertThat(above[2] / above[0]).isGreaterThan(4 * below[2] / below[0]);
        }
    }

    private static double[] linear(Rgb c, double[][] eye) {
        double[] rgb = {Rgb.linear(c.red()), Rgb.linear(c.green()), Rgb.linear(c.blue())};
        double[] seen = new double[3];
        for (int i = 0; i < 3; i++) {
            for (int j = 0; j < 3; j++) {
                seen[i] += eye[i][j] * rgb[j];
            }
        }
        return seen;
    }

    @Test
    void aScaleAroundZeroHasZeroInItsMiddle() {
        ColourScale scale = ColourScale.around0(0.4);
        assertThat(scale.position(0)).isEqualTo(0.5);
        assertThat(scale.value(0)).isEqualTo(-0.4);
        assertThat(scale.colour(-1)).isEqualTo(TwoHues.at(0));
        assertThat(ColourScale.around0(0).high()).isEqualTo(1);
        assertThatThrownBy(() -> new ColourScale(-1, 2, Shape.LINEAR))
                .hasMessage("scale from -1.0 to 2.0, must be linear and have 0 in its middle");
    }

    @Test
    void digitsOfWhatIsBelowZeroHaveASign() {
        assertThat(Digits.of(-0.12345)).isEqualTo("-0.123");
        assertThat(Digits.of(-4.5e-4)).isEqualTo("-4.5e-4");
        assertThat(Digits.two(-0.625)).isEqualTo("-0.63");
    }

    @Test
    void digitsNeverRoundToZeroOrOne() {
        assertThat(Digits.of(0)).isEqualTo("0");
        assertThat(Digits.of(1)).isEqualTo("1");
        assertThat(Digits.of(0.12345)).isEqualTo("0.123");
        assertThat(Digits.of(0.9999)).isEqualTo(">.999");
        assertThat(Digits.of(0.00456)).isEqualTo("0.0046");
        assertThat(Digits.of(4.5e-4)).isEqualTo("4.5e-4");
        assertThat(Digits.of(9.99e-5)).isEqualTo("1.0e-4");
        assertThat(Digits.of(Math.pow(2, -40))).isEqualTo("9.1e-13");
        assertThat(Digits.of(3.25)).isEqualTo("3.250");
        assertThat(Digits.two(0.9999)).isEqualTo(">.99");
        assertThat(Digits.two(0.0001)).isEqualTo("<.01");
        assertThat(Digits.two(0.625)).isEqualTo("0.63");
    }

    private static double difference(double s, double t) {
        double[] a = ColourMap.oklab(ColourMap.LIGHT.at(s));
        double[] b = ColourMap.oklab(ColourMap.LIGHT.at(t));
        return Math.hypot(Math.hypot(a[0] - b[0], a[1] - b[1]), a[2] - b[2]);
    }

    private static double lightness(Rgb colour) {
        return ColourMap.oklab(colour)[0];
    }

    private static double seen(Rgb c, double[][] eye) {
        double[] rgb = {Rgb.linear(c.red()), Rgb.linear(c.green()), Rgb.linear(c.blue())};
        double[] weights = {0.2126, 0.7152, 0.0722};
        double sum = 0;
        for (int i = 0; i < 3; i++) {
            for (int j = 0; j < 3; j++) {
                sum += weights[i] * eye[i][j] * rgb[j];
            }
        }
        return sum;
    }
}
