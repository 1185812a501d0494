package dev.perron.transformer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.offset;

import dev.perron.chain.RandomInput;

import org.junit.jupiter.api.Test;

/// Jacobi's rotations.
class SymmetricEigenTest {
    @Test
    void aMatrixOfTwoRowsHasItsEigenvalues() {
        SymmetricEigen eigen = SymmetricEigen.of(new double[][] {{0, 2}, {2, 3}});
        assertThat(eigen.values().getFirst()).isEqualTo(-1, offset(1e-15));
        assertThat(eigen.values().getLast()).isEqualTo(4, offset(1e-15));
        assertThat(eigen.vector(1)[1] / eigen.vector(1)[0]).isEqualTo(2, offset(1e-14));
    }

    @Test
    void vectorsBelongToTheirValues() {
        RandomInput.times(
                20,
                random -> {
                    int n = random.between(1, 12);
                    double[][] a = new double[n][];
                    for (int i = 0; i < n; i++) {
                        a[i] = random.function(n);
                    }
                    SymmetricEigen eigen = SymmetricEigen.of(a);
                    for (int k = 0; k < n; k++) {
                        double[] v = eigen.vector(k);
                        for (int i = 0; i < n; i++) {
                            double sum = 0;
                            for (int j = 0; j < n; j++) {
                                sum += (a[i][j] + a[j][i]) / 2 * v[j];
                            }
                            assertThat(sum).isEqualTo(eigen.values().get(k) * v[i], offset(1e-13));
                        }
                    }
                });
    }

    @Test
    void aMatrixThatIsNotSquareIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SymmetricEigen.of(new double[][] {{1, 2}}))
                .withMessage("row 0 has 2 entries, must have 1");
    }
}
