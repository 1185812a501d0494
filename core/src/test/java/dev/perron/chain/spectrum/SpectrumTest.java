package dev.perron.chain.spectrum;

import static dev.perron.chain.ChainAssert.assertSpectrum;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.perron.chain.ChainAssert;
import dev.perron.chain.Distribution;
import dev.perron.chain.Golden;
import dev.perron.chain.KnownChains;
import dev.perron.chain.RandomInput;
import dev.perron.chain.StochasticMatrix;
import dev.perron.chain.Teleporting;
import dev.perron.chain.Transition;
import dev.perron.chain.spectrum.Spectrum.Complete;
import dev.perron.chain.spectrum.Spectrum.Leading;
import dev.perron.chain.spectrum.Spectrum.NotConverged;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

class SpectrumTest {
    private static final Eigenvalue ONE = new Eigenvalue(1, 0);

    @Test
    void oneStateHasNoSecondEigenvalue() {
        assertThat(complete(KnownChains.identity(1)).values()).containsExactly(ONE);
        assertThat(complete(KnownChains.identity(1)).lambda2()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"0.2,0.3", "0.5,0.8", "1,1", "1e-9,1e-9", "0.5,0.5"})
    void twoStatesForgetByWhatIsLeftOfOne(double p, double q) {
        Complete spectrum = complete(KnownChains.twoState(p, q));
        assertThat(spectrum.values()).hasSize(2).startsWith(ONE);
        assertThat(spectrum.lambda2().orElseThrow().real()).isCloseTo(1 - p - q, within(1e-15));
        assertThat(spectrum.lambda2().orElseThrow().imaginary()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 7, 128, 300})
    void theIdentityHasOneAsOftenAsStates(int n) {
        assertThat(complete(KnownChains.identity(n)).values()).hasSize(n).containsOnly(ONE);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4, 15, 64, 128})
    void aCycleHasTheRootsOfUnity(int n) {
        assertSpectrum(
                complete(KnownChains.cycle(n)).values(),
                1e-13 * n,
                circulant(n, new double[] {0, 1}));
    }

    /// λ(k) = Σ c(d) exp(2πi dk/n): the discrete Fourier transform of the first row.
    @ParameterizedTest
    @ValueSource(ints = {5, 16, 33, 100})
    void aCirculantHasTheFourierTransformOfItsFirstRow(int n) {
        double[] first = {0.125, 0.5, 0.25, 0.125};
        StochasticMatrix chain =
                RandomInput.rows(
                        n,
                        (i, j) -> Math.floorMod(j - i, n) < 4 ? first[Math.floorMod(j - i, n)] : 0);
        assertSpectrum(complete(chain).values(), 1e-12, circulant(n, first));
    }

    private static List<Eigenvalue> circulant(int n, double[] first) {
        List<Eigenvalue> values = new ArrayList<>();
        for (int k = 0; k < n; k++) {
            double re = 0;
            double im = 0;
            for (int d = 0; d < first.length; d++) {
                re += first[d] * Math.cos(2 * Math.PI * d * k / n);
                im += first[d] * Math.sin(2 * Math.PI * d * k / n);
            }
            values.add(new Eigenvalue(re, im));
        }
        return values;
    }

    /// The walk on a path that turns back at its ends: cos(kπ/(n-1)), and so λ₂ = -1.
    @ParameterizedTest
    @ValueSource(ints = {3, 10, 51, 128})
    void aWalkOnAPathHasCosines(int n) {
        List<Eigenvalue> cosines =
                IntStream.range(0, n)
                        .mapToObj(k -> new Eigenvalue(Math.cos(k * Math.PI / (n - 1)), 0))
                        .toList();
        // eigenvalues meet the ends of the interval at distance 1/n², where rounding splits them
        assertSpectrum(complete(path(n)).values(), 1e-12, cosines);
    }

    @Test
    void aLongWalkOnAPathHasTheSameLambda2() {
        Leading spectrum = (Leading) Spectrum.of(path(200), 1e-12);
        assertThat(spectrum.lambda2().real()).isCloseTo(-1, within(1e-12));
    }

    private static StochasticMatrix path(int n) {
        return RandomInput.rows(n, (i, j) -> Math.abs(i - j) == 1 ? 1 : 0);
    }

    /// From 0 anywhere with law q, otherwise one down: λⁿ = Σ q(k) λⁿ⁻¹⁻ᵏ, a companion matrix.
    @Test
    void aRenewalChainHasTheRootsOfItsPolynomial() {
        int n = 9;
        Distribution law = new RandomInput(9).distribution(n);
        StochasticMatrix chain =
                RandomInput.rows(n, (i, j) -> i == 0 ? law.mass(j) : j == i - 1 ? 1 : 0);
        double trace = 0;
        for (Eigenvalue z : complete(chain).values()) {
            trace += z.real();
            double re = 1; // Horner on 1·λⁿ - q(0)λⁿ⁻¹ - ...
            double im = 0;
            for (int k = 0; k < n; k++) {
                double next = re * z.real() - im * z.imaginary() - law.mass(k);
                im = re * z.imaginary() + im * z.real();
                re = next;
            }
            assertThat(Math.hypot(re, im)).isLessThan(1e-13);
        }
        assertThat(trace).isCloseTo(law.mass(0), within(1e-14));
    }

    /// Up or stay, each with 1/2: the eigenvalue 1/2 has one eigenvector, and rounding may move it
    /// by u^(1/(n-1)) and no more.
    @ParameterizedTest
    @ValueSource(ints = {3, 4, 6})
    void aDefectiveChainIsAsRightAsItCanBe(int n) {
        StochasticMatrix chain =
                RandomInput.rows(n, (i, j) -> j == i || j == Math.min(i + 1, n - 1) ? 1 : 0);
        List<Eigenvalue> expected = new ArrayList<>(Collections.nCopies(n, new Eigenvalue(0.5, 0)));
        expected.set(0, ONE);
        assertThat(chain.lowerTriangular()).isFalse();
        assertSpectrum(
                complete(chain).values(), 3 * Math.pow(n * 0x1p-52, 1.0 / (n - 1)), expected);
    }

    @Test
    void aCausalHeadWearsItsEigenvaluesOnTheDiagonal() {
        StochasticMatrix chain = new RandomInput(2).causal(200, 3);
        List<Eigenvalue> values = complete(chain).values();
        assertThat(values).hasSize(200).startsWith(ONE);
        double largest =
                IntStream.range(1, 200).mapToDouble(i -> chain.probability(i, i)).max().orElse(0);
        assertThat(values.get(1)).isEqualTo(new Eigenvalue(largest, 0));
    }

    @ParameterizedTest
    @ValueSource(ints = {20, 128, 130, 400})
    void twoStickyBlocksAreLeftSlowly(int n) {
        StochasticMatrix chain =
                RandomInput.rows(n, (i, j) -> (i < n / 2) == (j < n / 2) ? 0.9875 : 0.0125);
        assertThat(lambda2(chain).real()).isCloseTo(0.975, within(1e-13));
        assertThat(lambda2(chain).imaginary()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 50, 128, 129, 300, 500})
    void aChainThatForgetsInOneStepHasLambda2Zero(int n) {
        Distribution law = new RandomInput(n).distribution(n);
        assertThat(lambda2(RandomInput.rows(n, (i, j) -> law.mass(j))).modulus()).isLessThan(1e-14);
        assertThat(lambda2(RandomInput.rows(n, (i, j) -> 1)).modulus()).isLessThan(1e-14);
    }

    /// Rows that differ by rounding only: λ₂ has no digits, and that is an answer, not a failure.
    @ParameterizedTest
    @ValueSource(ints = {50, 200, 500})
    void roundingIsNotTakenForSlowConvergence(int n) {
        RandomInput input = new RandomInput(n);
        Distribution law = input.distribution(n);
        StochasticMatrix chain =
                RandomInput.rows(n, (i, j) -> law.mass(j) * (1 + input.between(-1e-15, 1e-15)));
        assertThat(lambda2(chain).modulus()).isLessThan(1e-14);
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 50, 100})
    void separateBlocksEachHaveTheEigenvalueOne(int size) {
        RandomInput input = new RandomInput(size);
        StochasticMatrix blocks =
                KnownChains.disjoint(input.dense(size), input.dense(size), input.dense(size));
        StochasticMatrix chain = RandomInput.permuted(blocks, input.permutation(3 * size));
        assertThat(ChainAssert.distance(lambda2(chain), ONE)).isLessThan(1e-13);
        if (Spectrum.of(chain) instanceof Complete spectrum) {
            assertThat(ChainAssert.distance(spectrum.values().get(2), ONE)).isLessThan(1e-13);
            assertThat(spectrum.values().get(3).modulus()).isLessThan(0.9);
        }
    }

    @ParameterizedTest
    @CsvSource({"softmax,5,1", "softmax,128,2", "window,40,5", "window,128,6"})
    void allEigenvaluesAreThoseOfNumPy(String kind, int n, long seed) {
        Golden golden = Golden.of(kind, n, seed);
        assertSpectrum(complete(golden.chain()).values(), 1e-12, golden.eigenvalues());
    }

    @ParameterizedTest
    @CsvSource({
        "softmax,129,3",
        "softmax,300,4",
        "window,200,7",
        "softmax,600,13",
        "window,600,14"
    })
    void lambda2OfLargeChainsIsThatOfNumPy(String kind, int n, long seed) {
        Golden golden = Golden.of(kind, n, seed);
        Leading spectrum = (Leading) Spectrum.of(golden.chain(), 1e-12);
        assertThat(ChainAssert.distance(spectrum.lambda2(), golden.eigenvalues().get(1)))
                .isLessThan(1e-11);
        assertThat(spectrum.residual()).isLessThanOrEqualTo(1e-12);
        assertThat(spectrum.products()).isBetween(1, 10 * n);
    }

    @ParameterizedTest
    @CsvSource({"softmax,300,4", "window,200,7", "softmax,600,13", "window,600,14"})
    void severalLeadingEigenvaluesAreThoseOfNumPy(String kind, int n, long seed) {
        Golden golden = Golden.of(kind, n, seed);
        Leading spectrum = (Leading) Spectrum.leading(golden.chain(), 6, 1e-11);
        int count = spectrum.values().size();
        assertThat(count).isBetween(6, 7); // one more where the sixth is half a pair
        assertSpectrum(spectrum.values(), 1e-10, golden.eigenvalues().subList(0, count));
    }

    /// Each state sees a few neighbours only, so that eigenvalues crowd at 1.
    @ParameterizedTest
    @ValueSource(ints = {1025})
    void narrowWindowsConverge(int n) {
        RandomInput input = new RandomInput(n);
        StochasticMatrix chain =
                RandomInput.rows(
                        n, (i, j) -> Math.abs(i - j) <= 8 ? Math.exp(input.between(-2.0, 2.0)) : 0);
        Leading spectrum = (Leading) Spectrum.of(chain);
        assertThat(spectrum.lambda2().modulus()).isBetween(0.999, 1.0);
        assertThat(spectrum.residual()).isLessThanOrEqualTo(Spectrum.TOLERANCE);
        assertThat(spectrum.products()).isLessThan(1000);
    }

    @Test
    void unstructuredChainsConverge() {
        StochasticMatrix chain = new RandomInput(901).softmax(901, 2);
        Leading spectrum = (Leading) Spectrum.of(chain);
        assertThat(spectrum.residual()).isLessThanOrEqualTo(Spectrum.TOLERANCE);
        assertThat(spectrum.lambda2().modulus()).isBetween(0.01, 0.2);
    }

    /// λ(k) = (1 + 2 cos(2πk/n))/3, all but the first twice: a process by itself finds each once.
    @Test
    void eigenvaluesThatAreThereTwiceAreFoundTwice() {
        int n = 300;
        StochasticMatrix ring =
                RandomInput.rows(n, (i, j) -> Math.floorMod(j - i + 1, n) <= 2 ? 1 : 0);
        Leading spectrum = (Leading) Spectrum.leading(ring, 5, 1e-9);
        double[] expected = {1, cosine(1, n), cosine(1, n), cosine(2, n), cosine(2, n)};
        for (int k = 0; k < expected.length; k++) {
            assertThat(spectrum.values().get(k).real()).isCloseTo(expected[k], within(1e-11));
        }
    }

    private static double cosine(int k, int n) {
        return (1 + 2 * Math.cos(2 * Math.PI * k / n)) / 3;
    }

    /// 1/2 with one eigenvector for two, below it noise: found to the root of the residual.
    @Test
    void aDefectiveLambda2IsFound() {
        int n = 200;
        StochasticMatrix chain =
                RandomInput.rows(
                        n,
                        (i, j) ->
                                switch (i) {
                                    case 0 -> j < 2 ? 1 : 0;
                                    case 1 -> j == 1 || j == 2 ? 1 : 0;
                                    default -> j > 1 ? 1 : 0;
                                });
        assertThat(ChainAssert.distance(lambda2(chain), new Eigenvalue(0.5, 0))).isLessThan(1e-6);
    }

    @Test
    void residualsAreWithinTheTolerance() {
        StochasticMatrix chain = new RandomInput(5).softmax(300, 5);
        for (double tolerance : new double[] {1e-4, 1e-8, 1e-12}) {
            Leading rough = (Leading) Spectrum.of(chain, tolerance);
            assertThat(rough.residual()).isLessThanOrEqualTo(tolerance);
        }
    }

    @Test
    void teleportingScalesLambda2() {
        StochasticMatrix chain = new RandomInput(6).softmax(300, 12);
        Teleporting teleporting =
                new Teleporting(chain, 0.85, Distribution.uniform(chain.states()));
        double[][] rows = new double[300][300];
        for (int i = 0; i < 300; i++) {
            chain.row(i, rows[i]);
            for (int j = 0; j < 300; j++) {
                rows[i][j] = teleporting.alpha() * rows[i][j] + (1 - teleporting.alpha()) / 300;
            }
        }
        assertThat(lambda2(StochasticMatrix.ofRows(rows)).modulus())
                .isCloseTo(0.85 * lambda2(chain).modulus(), within(1e-11));
    }

    @Test
    void impliedTimescalesAreMinusOneOverTheLogarithm() {
        assertThat(new Eigenvalue(Math.exp(-0.25), 0).impliedTimescale())
                .isCloseTo(4, within(1e-12));
        assertThat(new Eigenvalue(0, Math.exp(-0.5)).impliedTimescale())
                .isCloseTo(2, within(1e-12));
        assertThat(new Eigenvalue(-1, 0).impliedTimescale()).isInfinite();
        assertThat(new Eigenvalue(0, 0).impliedTimescale()).isZero();
    }

    @Test
    void argumentsOutOfRangeAreRefused() {
        StochasticMatrix chain = KnownChains.cycle(5);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Spectrum.of(chain, 0))
                .withMessage("tolerance = 0.0, must be above 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Spectrum.leading(chain, 1, 1e-8))
                .withMessage("count = 1, must be at least 2");
    }

    /// Around the number of states at which the method changes, one route against the other.
    @ParameterizedTest
    @ValueSource(ints = {126, 127, 128, 129, 130, 131})
    void bothRoutesFindTheSameLambda2(int n) {
        RandomInput input = new RandomInput(n);
        for (double sharpness : new double[] {1, 6, 15}) {
            StochasticMatrix chain = input.softmax(n, sharpness);
            Complete all = Spectrum.complete(chain);
            assertThat(all.values()).hasSize(n);
            Leading leading = (Leading) Spectrum.leading(chain, 2, 1e-12);
            assertThat(ChainAssert.distance(leading.lambda2(), all.lambda2().orElseThrow()))
                    .isLessThan(1e-12);
        }
    }

    /// All eigenvalues are of modulus 1, so no product tells one from the others.
    @Test
    void productsThatAreUsedUpAreSaid() {
        NotConverged spectrum =
                (NotConverged) Spectrum.leading(KnownChains.cycle(200), 2, Spectrum.TOLERANCE);
        assertThat(spectrum.values()).containsExactly(ONE);
        assertThat(spectrum.products()).isEqualTo(Spectrum.MAX_PRODUCTS);
        assertThat(spectrum.residual()).isGreaterThan(Spectrum.TOLERANCE);
        assertThat(spectrum.ritz().modulus()).isLessThanOrEqualTo(1 + 1e-12);
    }

    /// Where the restarted process doesn't come to an end, all eigenvalues are computed.
    @Test
    void aLongCycleHasTheRootsOfUnityToo() {
        assertSpectrum(
                complete(KnownChains.cycle(600)).values(),
                1e-11,
                circulant(600, new double[] {0, 1}));
    }

    @Test
    void tracesArePreserved() {
        RandomInput.times(
                30,
                input -> {
                    int n = input.between(2, 80);
                    StochasticMatrix chain = input.softmax(n, input.between(0.0, 20.0));
                    double trace = 0;
                    double ofSquare = 0;
                    for (int i = 0; i < n; i++) {
                        trace += chain.probability(i, i);
                        for (int j = 0; j < n; j++) {
                            ofSquare += chain.probability(i, j) * chain.probability(j, i);
                        }
                    }
                    double sum = 0;
                    double squares = 0;
                    for (Eigenvalue value : complete(chain).values()) {
                        assertThat(value.modulus()).isLessThanOrEqualTo(1 + 1e-12);
                        sum += value.real();
                        squares +=
                                value.real() * value.real() - value.imaginary() * value.imaginary();
                    }
                    assertThat(sum).isCloseTo(trace, within(1e-12));
                    assertThat(squares).isCloseTo(ofSquare, within(1e-11));
                });
    }

    @Test
    void relabellingChangesNoEigenvalue() {
        RandomInput.times(
                20,
                input -> {
                    int n = input.between(2, 50);
                    StochasticMatrix chain = input.softmax(n, 8);
                    assertSpectrum(
                            complete(RandomInput.permuted(chain, input.permutation(n))).values(),
                            1e-11,
                            complete(chain).values());
                });
    }

    @Test
    void whatIsAskedTwiceIsAnsweredAlike() {
        StochasticMatrix chain = new RandomInput(8).softmax(150, 10);
        assertThat(Spectrum.of(chain)).isEqualTo(Spectrum.of(chain));
    }

    private static Complete complete(Transition chain) {
        return (Complete) Spectrum.of(chain);
    }

    private static Eigenvalue lambda2(Transition chain) {
        return switch (Spectrum.of(chain, 1e-13)) {
            case Complete all -> all.lambda2().orElseThrow();
            case Leading leading -> leading.lambda2();
            case NotConverged not -> throw new AssertionError(not);
        };
    }
}
