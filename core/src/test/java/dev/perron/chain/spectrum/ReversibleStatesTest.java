package dev.perron.chain.spectrum;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.perron.chain.Distribution;
import dev.perron.chain.RandomInput;
import dev.perron.chain.StochasticMatrix;
import dev.perron.chain.spectrum.MetastableStates.Memberships;

import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/// On reversible chains G-PCCA weighted by π is PCCA+: Schur vectors are eigenvectors, which are
/// found here on another route, by Jacobi rotations of D^½ P D^-½.
class ReversibleStatesTest {
    @Test
    void twoStatesAreTheSecondEigenvectorScaledToZeroAndOne() {
        RandomInput.times(
                20,
                input -> {
                    Reversible known = Reversible.of(input, 2);
                    Memberships states = known.states(2);
                    double[] second = known.functions[1];
                    double least = Arrays.stream(second).min().orElseThrow();
                    double most = Arrays.stream(second).max().orElseThrow();
                    int top =
                            IntStream.range(0, second.length)
                                    .filter(i -> second[i] == most)
                                    .findFirst()
                                    .orElseThrow();
                    int column = states.crispState(top);
                    for (int i = 0; i < second.length; i++) {
                        assertThat(states.memberships().get(i).mass(column))
                                .isCloseTo((second[i] - least) / (most - least), within(1e-9));
                    }
                });
    }

    @Test
    void moreStatesLieInTheSpanOfTheEigenvectorsAndNoOthersNearbyAreCrisper() {
        RandomInput.times(
                12,
                input -> {
                    int m = input.between(3, 4);
                    Reversible known = Reversible.of(input, m);
                    Memberships states = known.states(m);
                    int n = known.functions[0].length;
                    double[][] a = new double[m][m];
                    for (int j = 0; j < m; j++) {
                        for (int k = 0; k < m; k++) {
                            for (int i = 0; i < n; i++) {
                                a[k][j] +=
                                        known.pi.mass(i)
                                                * known.functions[k][i]
                                                * states.memberships().get(i).mass(j);
                            }
                        }
                        for (int i = 0; i < n; i++) {
                            double inSpan = 0;
                            for (int k = 0; k < m; k++) {
                                inSpan += a[k][j] * known.functions[k][i];
                            }
                            assertThat(states.memberships().get(i).mass(j))
                                    .isCloseTo(inSpan, within(1e-9));
                        }
                    }
                    double here = CrispTransformation.crispness(a);
                    assertThat(states.crispness()).isCloseTo(here, within(1e-9));
                    for (int trial = 0; trial < 300; trial++) {
                        double size = Math.pow(10, input.between(-6.0, -2.0));
                        double[][] other = new double[m][m];
                        for (int k = 0; k < m; k++) {
                            for (int j = 0; j < m; j++) {
                                other[k][j] = a[k][j] + size * input.between(-1.0, 1.0);
                            }
                        }
                        assertThat(known.admissibleCrispness(other))
                                .isLessThanOrEqualTo(here + 1e-9);
                    }
                });
    }

    /// A random walk on a weighted graph of `groups` groups.
    ///
    /// @param pi proportional to the weight at each state
    /// @param functions `[m][n]`, π-orthonormal eigenfunctions of the largest eigenvalues
    @SuppressWarnings("ArrayRecordComponent") // local to these tests, never compared
    private record Reversible(StochasticMatrix chain, Distribution pi, double[][] functions) {
        static Reversible of(RandomInput input, int groups) {
            int n = input.between(4 * groups, 6 * groups);
            double[][] weight = new double[n][n];
            for (int i = 0; i < n; i++) {
                for (int j = 0; j <= i; j++) {
                    weight[i][j] = input.between(0.1, 1.0) * (i % groups == j % groups ? 1 : 0.02);
                    weight[j][i] = weight[i][j];
                }
            }
            Distribution pi =
                    Distribution.proportionalTo(
                            Arrays.stream(weight)
                                    .mapToDouble(r -> Arrays.stream(r).sum())
                                    .toArray());
            StochasticMatrix chain = RandomInput.rows(n, (i, j) -> weight[i][j]);
            double[][] symmetric = new double[n][n];
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < n; j++) {
                    symmetric[i][j] = Math.sqrt(pi.mass(i) / pi.mass(j)) * chain.probability(i, j);
                }
            }
            double[][] vectors = jacobi(symmetric);
            double[][] functions =
                    IntStream.range(0, n)
                            .boxed()
                            .sorted(Comparator.comparingDouble((Integer k) -> -symmetric[k][k]))
                            .limit(groups)
                            .map(
                                    k ->
                                            IntStream.range(0, n)
                                                    .mapToDouble(
                                                            i ->
                                                                    vectors[k][i]
                                                                            / Math.sqrt(pi.mass(i)))
                                                    .toArray())
                            .toArray(double[][]::new);
            double sign = Math.signum(functions[0][0]);
            functions[0] = Arrays.stream(functions[0]).map(x -> sign * x).toArray();
            return new Reversible(chain, pi, functions);
        }

        Memberships states(int m) {
            MetastableStates outcome = MetastableStates.of(chain, m, pi, EigenvalueOrder.REAL_PART);
            assertThat(outcome).isInstanceOf(Memberships.class);
            return (Memberships) outcome;
        }

        /// The crispness of the memberships that `a` becomes when rows are made to sum to one and
        /// nothing is below 0, as PCCA+ does it.
        double admissibleCrispness(double[][] a) {
            int m = a.length;
            double total = 0;
            double[] shift = new double[m];
            double[][] part = new double[m][functions[0].length];
            for (int j = 0; j < m; j++) {
                for (int i = 0; i < part[j].length; i++) {
                    for (int k = 1; k < m; k++) {
                        for (int l = 1; l < m; l++) {
                            // the first column makes up for the others
                            double sign = j == 0 ? -1 : l == j ? 1 : 0;
                            part[j][i] += sign * functions[k][i] * a[k][l];
                        }
                    }
                }
                shift[j] = -Arrays.stream(part[j]).min().orElseThrow();
                total += shift[j];
            }
            double crispness = 0;
            for (int j = 0; j < m; j++) {
                double square = 0;
                double mean = 0;
                for (int i = 0; i < part[j].length; i++) {
                    double chi = (part[j][i] + shift[j]) / total;
                    square += pi.mass(i) * chi * chi;
                    mean += pi.mass(i) * chi;
                }
                crispness += square / mean / m;
            }
            return crispness;
        }
    }

    /// Diagonalises a symmetric matrix in place, eigenvectors as rows.
    private static double[][] jacobi(double[][] s) {
        int n = s.length;
        double[][] vectors = new double[n][n];
        for (int i = 0; i < n; i++) {
            vectors[i][i] = 1;
        }
        for (int sweep = 0; sweep < 30; sweep++) {
            for (int p = 0; p < n; p++) {
                for (int q = p + 1; q < n; q++) {
                    double angle = Math.atan2(2 * s[p][q], s[q][q] - s[p][p]) / 2;
                    double cos = Math.cos(angle);
                    double sin = Math.sin(angle);
                    for (double[][] rows : new double[][][] {s, vectors}) {
                        for (int j = 0; j < n; j++) {
                            double x = rows[p][j];
                            double y = rows[q][j];
                            rows[p][j] = cos * x - sin * y;
                            rows[q][j] = sin * x + cos * y;
                        }
                    }
                    for (double[] row : s) {
                        double x = row[p];
                        double y = row[q];
                        row[p] = cos * x - sin * y;
                        row[q] = sin * x + cos * y;
                    }
                }
            }
        }
        return vectors;
    }
}
