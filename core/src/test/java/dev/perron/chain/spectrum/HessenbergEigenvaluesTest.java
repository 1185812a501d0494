package dev.perron.chain.spectrum;

import static dev.perron.chain.ChainAssert.assertSpectrum;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.perron.chain.ChainAssert;
import dev.perron.chain.Golden;
import dev.perron.chain.RandomInput;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

class HessenbergEigenvaluesTest {
    @Test
    void oneEntryIsItsOwnEigenvalue() {
        assertThat(HessenbergEigenvalues.of(new double[][] {{-3}}))
                .containsExactly(new Eigenvalue(-3, 0));
        assertThat(HessenbergEigenvalues.of(new double[][] {})).isEmpty();
    }

    @Test
    void twoByTwoIsAQuadraticEquation() {
        assertThat(HessenbergEigenvalues.of(new double[][] {{2, 1}, {1, 2}}))
                .containsExactly(new Eigenvalue(3, 0), new Eigenvalue(1, 0));
        assertThat(HessenbergEigenvalues.of(new double[][] {{0, -1}, {1, 0}}))
                .containsExactly(new Eigenvalue(0, 1), new Eigenvalue(0, -1));
        assertThat(HessenbergEigenvalues.of(new double[][] {{0, 1}, {0, 0}}))
                .containsExactly(new Eigenvalue(0, 0), new Eigenvalue(0, 0));
        assertThat(HessenbergEigenvalues.of(new double[][] {{1, -4}, {1, 5}}))
                .containsExactly(new Eigenvalue(3, 0), new Eigenvalue(3, 0));
    }

    @Test
    void zeroHasZeros() {
        assertThat(HessenbergEigenvalues.of(new double[7][7]))
                .hasSize(7)
                .containsOnly(new Eigenvalue(0, 0));
    }

    @Test
    void triangularMatricesWearTheirEigenvalues() {
        double[][] h = {{1, 9, 9, 9}, {0, -4, 9, 9}, {0, 0, 3, 9}, {0, 0, 0, 2}};
        assertThat(HessenbergEigenvalues.of(h).stream().mapToDouble(Eigenvalue::real))
                .containsExactly(-4.0, 3.0, 2.0, 1.0);
    }

    @Test
    void theArgumentIsNotModified() {
        double[][] h = {{1, 2, 3}, {4, 5, 6}, {0, 7, 8}};
        HessenbergEigenvalues.of(h);
        assertThat(h).isDeepEqualTo(new double[][] {{1, 2, 3}, {4, 5, 6}, {0, 7, 8}});
    }

    /// The usual double shift leaves a cyclic permutation as it is for ever: only the exceptional
    /// shift gets it moving. Its eigenvalues are the roots of unity.
    @ParameterizedTest
    @ValueSource(ints = {3, 4, 5, 6, 12, 31, 64, 127})
    void cyclesNeedExceptionalShifts(int n) {
        double[][] h = new double[n][n];
        for (int i = 0; i < n; i++) {
            h[(i + 1) % n][i] = 1;
        }
        List<Eigenvalue> roots =
                IntStream.range(0, n)
                        .mapToObj(
                                k ->
                                        new Eigenvalue(
                                                Math.cos(2 * Math.PI * k / n),
                                                Math.sin(2 * Math.PI * k / n)))
                        .toList();
        assertSpectrum(HessenbergEigenvalues.of(h), 1e-13 * n, roots);
        double[][] shifted = new double[n][n];
        for (int i = 0; i < n; i++) {
            shifted[i] = h[i].clone();
            shifted[i][i] += 5;
        }
        assertSpectrum(
                HessenbergEigenvalues.of(shifted),
                1e-13 * n,
                roots.stream().map(z -> new Eigenvalue(z.real() + 5, z.imaginary())).toList());
    }

    /// The companion matrix of (x-1)(x-2)...(x-8).
    @Test
    void companionMatricesHaveTheRootsOfTheirPolynomial() {
        double[] coefficients = {1};
        List<Eigenvalue> roots = new ArrayList<>();
        for (int root = 1; root <= 8; root++) {
            double[] product = new double[coefficients.length + 1];
            for (int i = 0; i < coefficients.length; i++) {
                product[i] += coefficients[i];
                product[i + 1] -= root * coefficients[i];
            }
            coefficients = product;
            roots.add(new Eigenvalue(root, 0));
        }
        double[][] h = new double[8][8];
        for (int j = 0; j < 8; j++) {
            h[0][j] = -coefficients[j + 1];
            if (j < 7) {
                h[j + 1][j] = 1;
            }
        }
        assertSpectrum(HessenbergEigenvalues.of(h), 1e-6, roots);
    }

    /// A Jordan block is as badly conditioned as can be: a perturbation ε moves λ by ε^(1/n).
    @ParameterizedTest
    @ValueSource(ints = {2, 3, 5, 8})
    void defectiveMatricesAreAsRightAsTheyCanBe(int n) {
        double[][] h = new double[n][n];
        for (int i = 0; i < n; i++) {
            h[i][i] = 0.5;
            if (i > 0) {
                h[i][i - 1] = 1;
            }
        }
        h[0][n - 1] = 0x1p-50;
        double radius = Math.pow(2, -50.0 / n);
        for (Eigenvalue value : HessenbergEigenvalues.of(h)) {
            assertThat(ChainAssert.distance(value, new Eigenvalue(0.5, 0)))
                    .isCloseTo(radius, within(0.5 * radius));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "hessenberg,3,8,1e-14",
        "hessenberg,4,9,1e-14",
        "hessenberg,25,10,1e-13",
        "hessenberg,120,11,1e-11",
        "graded,12,12,1e-15"
    })
    void eigenvaluesAreThoseOfNumPy(String kind, int n, long seed, double tolerance) {
        Golden golden = Golden.of(kind, n, seed);
        assertSpectrum(HessenbergEigenvalues.of(golden.rows()), tolerance, golden.eigenvalues());
    }

    /// Σλ = tr H and Σλ² = tr H², whatever the eigenvalues are.
    @Test
    void tracesArePreserved() {
        RandomInput.times(
                60,
                input -> {
                    int n = input.between(1, 60);
                    double[][] h = new double[n][n];
                    for (int i = 0; i < n; i++) {
                        for (int j = Math.max(0, i - 1); j < n; j++) {
                            // a subdiagonal with gaps, so that blocks split off
                            h[i][j] =
                                    j < i && input.between(0, 4) == 0
                                            ? 0
                                            : input.between(-1.0, 1.0);
                        }
                    }
                    double trace = 0;
                    double ofSquare = 0;
                    double norm = 0;
                    for (int i = 0; i < n; i++) {
                        trace += h[i][i];
                        for (int j = 0; j < n; j++) {
                            ofSquare += h[i][j] * h[j][i];
                            norm += h[i][j] * h[i][j];
                        }
                    }
                    double sum = 0;
                    double imaginary = 0;
                    double squares = 0;
                    for (Eigenvalue value : HessenbergEigenvalues.of(h)) {
                        sum += value.real();
                        imaginary += value.imaginary();
                        squares +=
                                value.real() * value.real() - value.imaginary() * value.imaginary();
                    }
                    assertThat(sum).isCloseTo(trace, within(1e-14 * n * Math.sqrt(norm)));
                    assertThat(imaginary).isZero();
                    assertThat(squares).isCloseTo(ofSquare, within(1e-13 * n * norm));
                });
    }

    @Test
    void conjugatesStayTogetherTheUpperOneFirst() {
        RandomInput.times(
                20,
                input -> {
                    int n = input.between(3, 40);
                    double[][] h = new double[n][n];
                    for (int i = 0; i < n; i++) {
                        for (int j = Math.max(0, i - 1); j < n; j++) {
                            h[i][j] = input.between(-1.0, 1.0);
                        }
                    }
                    List<Eigenvalue> values = HessenbergEigenvalues.of(h);
                    for (int i = 0; i < n; i++) {
                        Eigenvalue value = values.get(i);
                        if (value.imaginary() > 0) {
                            assertThat(values.get(i + 1))
                                    .isEqualTo(new Eigenvalue(value.real(), -value.imaginary()));
                        }
                        if (i > 0) {
                            assertThat(value.modulus())
                                    .isLessThanOrEqualTo(values.get(i - 1).modulus());
                        }
                    }
                });
    }

    @Test
    void whatIsNotFiniteIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HessenbergEigenvalues.of(new double[][] {{Double.NaN}}))
                .withMessage("moduli of the entries sum to NaN, must be finite");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                HessenbergEigenvalues.of(
                                        new double[][] {{0, Double.NEGATIVE_INFINITY}, {0, 0}}))
                .withMessage("moduli of the entries sum to Infinity, must be finite");
    }
}
