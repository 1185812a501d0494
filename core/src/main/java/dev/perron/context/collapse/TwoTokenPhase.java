package dev.perron.context.collapse;

import dev.perron.chain.StochasticMatrix;

/// What becomes of two tokens with base chain rows (1-a, a) and (1-b, b).
public sealed interface TwoTokenPhase {
    /// a, b < 1/2: token 0 takes over.
    record FirstWins() implements TwoTokenPhase {}

    /// a, b > 1/2: token 1 takes over.
    record SecondWins() implements TwoTokenPhase {}

    /// a < 1/2 < b: either can take over; which one is random.
    record RandomWinner() implements TwoTokenPhase {}

    /// b < 1/2 < a: both stay.
    ///
    /// @param share f of token 1 in the long run
    /// @param exponent of the distance of a run's share from it, which the flow makes fall like
    ///   t^exponent, from -1 to 0: slowly near 0, so that runs of finite length end beside f. A
    ///   run's own noise falls like t^(-1/2), which is what is left where the exponent is less
    record Coexistence(double share, double exponent) implements TwoTokenPhase {}

    /// a = b = 1/2: Pólya's urn; the share of token 1 tends to a random limit with a Beta law.
    record Urn() implements TwoTokenPhase {}

    /// a or b is 1/2, and not both: at the border of two phases, where decay is slower than any
    /// power.
    record Border() implements TwoTokenPhase {}

    /// The phase of these rows.
    ///
    /// @param a probability of token 1 in row 0, between 0 and 1
    /// @param b probability of token 1 in row 1, between 0 and 1
    /// @throws IllegalArgumentException if one isn't between
    static TwoTokenPhase of(double a, double b) {
        if (!(a > 0 && a < 1 && b > 0 && b < 1)) {
            throw new IllegalArgumentException(
                    "a = %s, b = %s, must be between 0 and 1".formatted(a, b));
        }
        if (a == 0.5 || b == 0.5) {
            return a == b ? new Urn() : new Border();
        }
        if (a < 0.5) {
            return b < 0.5 ? new FirstWins() : new RandomWinner();
        }
        return b > 0.5 ? new SecondWins() : coexistence(a, b);
    }

    /// The phase of a base chain of two tokens.
    ///
    /// @throws IllegalArgumentException if it has another number of tokens, or zeros
    static TwoTokenPhase of(StochasticMatrix base) {
        if (base.states() != 2) {
            throw new IllegalArgumentException("%d tokens, must be 2".formatted(base.states()));
        }
        return of(base.probability(0, 1), base.probability(1, 1));
    }

    /// The root f of g(f) = f, g = u/(u+v), u the probability of token 1 after 0 and v that of 0
    /// after 1: linear once the denominators are multiplied out. The flow df/dlog t = g(f) - f is
    /// left with the slope g'(f) - 1.
    private static Coexistence coexistence(double a, double b) {
        double f = (1 - b) * (1 - 2 * a) / (a * b + (1 - b) * (1 - 3 * a));
        double after0 = f * a + (1 - f) * (1 - a);
        double after1 = (1 - f) * (1 - b) + f * b;
        double u = f * a / after0;
        double v = (1 - f) * (1 - b) / after1;
        double slopeU = a * (1 - a) / (after0 * after0);
        double slopeV = -b * (1 - b) / (after1 * after1);
        return new Coexistence(f, (slopeU * v - u * slopeV) / ((u + v) * (u + v)) - 1);
    }
}
