package dev.perron.transformer.landscape;

import dev.perron.kernel.NormalDistribution;

/// The canonical model of one layer on a binary source: three numbers (e, w, b), embedding, MLP and
/// bias, in place of all weights, for the logit of the next symbol being 1 after symbol x
///
/// ```
///   f(x) = e²(1 + 2w|w|) x + b - e²/2
/// ```
///
/// The bias is taken at its best for each (e, w) where it isn't said. Gradient flow keeps the
/// energy E(e,w) = e² - w² - sign(w) log|w|, so where it ends is known from where it starts.
/// Makkuva et al., "Local to Global: Learning Dynamics and Effect of Initialization for
/// Transformers", arXiv:2406.03072.
///
/// @param p probability of 1 after 0, inside (0, 1)
/// @param q probability of 0 after 1, inside (0, 1)
public record Canonical(double p, double q) {
    /// The saddle lies at e = 0 and this w, where 1 + 2w|w| = 0.
    public static final double SADDLE_W = -Math.sqrt(0.5);

    /// The energy of the saddle, -(1 + log 2)/2.
    public static final double SADDLE_ENERGY = -(1 + Math.log(2)) / 2;

    /// Checks the source.
    ///
    /// @throws IllegalArgumentException if p or q isn't inside (0, 1): the minimum would be at
    ///   infinity
    public Canonical {
        requireInside("p", p);
        requireInside("q", q);
    }

    /// The gradient of the loss in e and w, b at its best.
    ///
    /// @param e its first entry
    /// @param w its second
    public record Slope(double e, double w) {
        /// Its Euclidean norm.
        public double norm() {
            return Math.hypot(e, w);
        }
    }

    /// How much of the stationary law is on 0.
    private double pi0() {
        return q / (p + q);
    }

    private double pi1() {
        return p / (p + q);
    }

    /// The loss H(π) of the unigram, in nats.
    public double unigramLoss() {
        return entropy(pi1());
    }

    /// The loss H∞ of the global minimum, in nats.
    public double bigramLoss() {
        return pi0() * entropy(p) + pi1() * entropy(q);
    }

    /// The loss at (e, w, b), in nats.
    public double loss(double e, double w, double b) {
        double after1 = e * e * (0.5 + 2 * w * Math.abs(w)) + b;
        double after0 = b - e * e / 2;
        return pi1() * (q * softplus(after1) + (1 - q) * softplus(-after1))
                + pi0() * (p * softplus(-after0) + (1 - p) * softplus(after0));
    }

    /// The loss at (e, w) with the best bias, in nats.
    public double loss(double e, double w) {
        return loss(e, w, bestBias(e, w));
    }

    /// The b that makes the loss least at (e, w): the root of a quadratic equation in exp(b).
    public double bestBias(double e, double w) {
        double c = e * e * (1 + 2 * w * Math.abs(w)); // logit after 1 minus logit after 0
        double root;
        if (c >= 0) { // with exp(-c/2) taken out, so that nothing overflows
            double s = Math.exp(-c / 2);
            double d = (p - q) * s;
            root = Math.log((d + Math.hypot(d, 2 * Math.sqrt(p * q))) / (2 * q)) - c / 2;
        } else {
            double wide = Math.hypot(p - q, 2 * Math.sqrt(p * q) * Math.exp(c / 2));
            if (p > q) {
                root = Math.log((p - q + wide) / (2 * q)) - c;
            } else {
                root = p < q ? Math.log(2 * p / (q - p + wide)) : -c / 2;
            }
        }
        return e * e / 2 + root;
    }

    /// The gradient in e and w, b at its best.
    public Slope slope(double e, double w) {
        double after1 = e * e * (0.5 + 2 * w * Math.abs(w)) + bestBias(e, w);
        double pull = pi1() * (sigmoid(after1) - (1 - q));
        return new Slope(2 * e * (1 + 2 * w * Math.abs(w)) * pull, 4 * Math.abs(w) * e * e * pull);
    }

    /// The energy at (e, w), which gradient flow keeps; infinite at w = 0, a line that flow doesn't
    /// leave either.
    public static double energy(double e, double w) {
        return e * e - w * w - Math.signum(w) * Math.log(Math.abs(w));
    }

    /// The e ≥ 0 at which (e, w) is a global minimum; NaN if there is none for this w, since 1 +
    /// 2w|w| would have to be of the sign of 1 - p - q.
    public double globalMinimum(double w) {
        double square = Math.log((1 - p) * (1 - q) / (p * q)) / (1 + 2 * w * Math.abs(w));
        return square >= 0 ? Math.sqrt(square) : Double.NaN;
    }

    /// Where gradient flow from (e, w) ends. Points with e = 0 don't move, and those that flow into
    /// the saddle end there: both have the unigram's loss and count as it.
    public Basin basin(double e, double w) {
        if (p + q == 1) {
            return Basin.EITHER;
        }
        boolean low = w < 0 && energy(e, w) <= SADDLE_ENERGY;
        boolean stuck = p + q < 1 ? w <= SADDLE_W && low : w >= 0 || (w >= SADDLE_W && low);
        return stuck || e == 0 ? Basin.UNIGRAM : Basin.GLOBAL;
    }

    /// The probability that flow from a random start ends at the global minimum, e and w being
    /// normal and independent; 1 for p + q = 1. By Simpson's rule in w, exact to about 1e-9.
    ///
    /// @param deviation their standard deviation, positive
    /// @throws IllegalArgumentException if it isn't
    public double probabilityOfGlobal(double deviation) {
        if (!(deviation > 0 && deviation < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    "standard deviation %s, must be positive and finite".formatted(deviation));
        }
        if (p + q == 1) {
            return 1;
        }
        double edge = SADDLE_W / deviation;
        double stuck =
                p + q < 1 ? stuck(edge - 12, edge, deviation) : 0.5 + stuck(edge, 0, deviation);
        return Math.clamp(1 - stuck, 0, 1);
    }

    /// The probability that w/σ is between two numbers and e² below what the saddle's energy
    /// leaves.
    private static double stuck(double from, double to, double deviation) {
        double first = Math.max(from, -40);
        if (first >= to) {
            return 0;
        }
        int pieces = 20_000;
        double width = (to - first) / pieces;
        double sum = 0;
        for (int i = 0; i <= pieces; i++) {
            double z = first + i * width;
            double w = z * deviation;
            double room = w == 0 ? Double.POSITIVE_INFINITY : w * w - Math.log(-w) + SADDLE_ENERGY;
            double below = Math.sqrt(Math.max(0, room)) / deviation;
            double inside = below > 40 ? 1 : 2 * NormalDistribution.below(below) - 1;
            double weight = i == 0 || i == pieces ? 1 : i % 2 == 0 ? 2 : 4;
            sum += weight * inside * Math.exp(-z * z / 2);
        }
        return sum * width / 3 / Math.sqrt(2 * Math.PI);
    }

    /// Gradient flow from (e, w), followed until it ends.
    ///
    /// @throws IllegalArgumentException if e or w isn't finite
    public Flow flow(double e, double w) {
        return Flow.of(this, e, w);
    }

    private static double entropy(double x) {
        return -x * Math.log(x) - (1 - x) * Math.log1p(-x);
    }

    private static double softplus(double x) {
        return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
    }

    private static double sigmoid(double x) {
        return x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x));
    }

    private static void requireInside(String name, double value) {
        if (!(value > 0 && value < 1)) {
            throw new IllegalArgumentException(
                    "%s = %s, must be inside (0, 1)".formatted(name, value));
        }
    }
}
