package dev.perron.attention;

/// How well scores tell the tokens before `boundary` from the others: the probability that one of
/// the first scores higher than one of the second, ties counting half.
final class AreaUnderCurve {
    private AreaUnderCurve() {}

    static double of(double[] scores, int boundary) {
        double won = 0;
        for (int i = 0; i < boundary; i++) {
            for (int j = boundary; j < scores.length; j++) {
                won += scores[i] > scores[j] ? 1 : scores[i] == scores[j] ? .5 : 0;
            }
        }
        return won / boundary / (scores.length - boundary);
    }
}
