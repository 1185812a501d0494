package dev.perron.chain.spectrum;

import static dev.perron.chain.ChainAssert.assertSpectrum;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.perron.chain.Golden;
import dev.perron.chain.RandomInput;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.List;

class RealSchurTest {
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
        for (EigenvalueOrder order : EigenvalueOrder.values()) {
            RealSchur schur = RealSchur.of(golden.rows(), order);
            assertSpectrum(eigenvalues(schur), tolerance, golden.eigenvalues());
            requireDecomposition(schur, golden.rows(), order);
        }
    }

    @ParameterizedTest
    @EnumSource
    void vectorsAreOrthonormalAndBlocksInOrder(EigenvalueOrder order) {
        RandomInput.times(
                60,
                input -> {
                    int n = input.between(1, 50);
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
                    requireDecomposition(RealSchur.of(h, order), h, order);
                });
    }

    @Test
    void fullMatricesAreReducedFirst() {
        RandomInput.times(
                20,
                input -> {
                    int n = input.between(1, 40);
                    double[][] a = new double[n][];
                    for (int i = 0; i < n; i++) {
                        a[i] = input.function(n);
                    }
                    requireDecomposition(
                            RealSchur.of(a, EigenvalueOrder.MODULUS), a, EigenvalueOrder.MODULUS);
                });
    }

    /// The hard pairs of Bai and Demmel (1993), table 1: two conjugate pairs, ill conditioned or as
    /// good as equal. Whatever is decided about their order, the decomposition must hold.
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4})
    void hardPairsOfBaiAndDemmelKeepTheirDecomposition(int example) {
        double[][][] examples = {
            {{2, -87, -20000, 10000}, {5, 2, -20000, -10000}, {0, 0, 1, -11}, {0, 0, 37, 1}},
            {{1, -3, 3576, 4888}, {1, 1, -88, -1440}, {0, 0, 1.001, -3}, {0, 0, 1.001, 1.001}},
            {{1, -100, 400, -1000}, {0.01, 1, 1200, -10}, {0, 0, 1.001, -0.01}, {0, 0, 100, 1.001}},
            {
                {1, -1e4, 8812, 4566},
                {1e-4, 1, -9, 1200},
                {0, 0, 1e-5 + 1, -1e-4},
                {0, 0, 1e4, 1e-5 + 1}
            },
            {{1, -11, -20000, 10000}, {37, 1, -20000, -10000}, {0, 0, 2, -87}, {0, 0, 5, 2}}
        };
        double[][] h = examples[example];
        for (EigenvalueOrder order : EigenvalueOrder.values()) {
            RealSchur schur = RealSchur.of(h, order);
            requireSimilar(schur, h);
            requireStandardBlocks(schur);
        }
    }

    @Test
    void equalEigenvaluesStayAsTheyAre() {
        double[][] h = {{0.5, 1, 2}, {0, 0.5, 3}, {0, 0, 0.5}};
        RealSchur schur = RealSchur.of(h, EigenvalueOrder.MODULUS);
        requireSimilar(schur, h);
        assertThat(eigenvalues(schur)).containsOnly(new Eigenvalue(0.5, 0));
        assertThat(eigenvalues(RealSchur.of(new double[3][3], EigenvalueOrder.MODULUS)))
                .containsOnly(new Eigenvalue(0, 0));
    }

    @Test
    void theOrderIsByModulusOrByRealPart() {
        double[][] h = {{0.25, 1, 1}, {0, -0.75, 1}, {0, 0, 0.5}};
        assertThat(RealSchur.of(h, EigenvalueOrder.MODULUS).eigenvalue(0).real())
                .isCloseTo(-0.75, within(1e-15));
        assertThat(RealSchur.of(h, EigenvalueOrder.REAL_PART).eigenvalue(0).real())
                .isCloseTo(0.5, within(1e-15));
    }

    @Test
    void whatIsNotFiniteIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> RealSchur.of(new double[][] {{Double.NaN}}, EigenvalueOrder.MODULUS))
                .withMessage("moduli of the entries sum to NaN, must be finite");
    }

    private static List<Eigenvalue> eigenvalues(RealSchur schur) {
        List<Eigenvalue> values = new ArrayList<>();
        for (int k = 0; k < schur.size(); k++) {
            values.add(schur.eigenvalue(k));
        }
        return values;
    }

    private static void requireDecomposition(RealSchur schur, double[][] h, EigenvalueOrder order) {
        requireSimilar(schur, h);
        requireStandardBlocks(schur);
        for (int k = 1; k < schur.size(); k++) {
            assertThat(order.key(schur.eigenvalue(k)))
                    .isLessThanOrEqualTo(order.key(schur.eigenvalue(k - 1)) + 1e-11);
        }
    }

    /// ZZᵀ = I and ZᵀTZ = H.
    private static void requireSimilar(RealSchur schur, double[][] h) {
        int n = h.length;
        double norm = 0;
        for (double[] row : h) {
            for (double x : row) {
                norm = Math.max(norm, Math.abs(x));
            }
        }
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                double dot = 0;
                double back = 0;
                for (int k = 0; k < n; k++) {
                    dot += schur.vector(i)[k] * schur.vector(j)[k];
                    for (int l = 0; l < n; l++) {
                        back += schur.vector(k)[i] * schur.entry(k, l) * schur.vector(l)[j];
                    }
                }
                assertThat(dot).isCloseTo(i == j ? 1 : 0, within(1e-13));
                assertThat(back).isCloseTo(h[i][j], within(1e-13 * n * norm));
            }
        }
    }

    private static void requireStandardBlocks(RealSchur schur) {
        for (int i = 0; i < schur.size(); i++) {
            for (int j = 0; j < i; j++) {
                if (j < i - 1 || !schur.pairAt(j)) {
                    assertThat(schur.entry(i, j)).isZero();
                }
            }
            if (schur.pairAt(i)) {
                assertThat(schur.entry(i, i)).isEqualTo(schur.entry(i + 1, i + 1));
                assertThat(schur.entry(i, i + 1) * schur.entry(i + 1, i)).isNegative();
                assertThat(schur.pairAt(i + 1)).isFalse();
            }
        }
    }
}
