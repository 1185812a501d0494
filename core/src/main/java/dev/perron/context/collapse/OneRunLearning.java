package dev.perron.context.collapse;

import dev.perron.chain.Distribution;
import dev.perron.chain.StochasticMatrix;
import dev.perron.chain.path.Trajectory;
import dev.perron.context.ContextConditionedChain;
import dev.perron.context.Prompt;
import dev.perron.context.fit.ContextCounts;
import dev.perron.context.fit.FitOptions;
import dev.perron.context.fit.RowFit;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// What a single run teaches about each entry of the base chain: the Fisher information that its
/// steps give, and the error of a fit to it, both over many runs.
///
/// @param winner token that all these runs are led by at their end
/// @param runs how many those are
/// @param times context lengths
/// @param pairs one for each query and each target other than the winner
public record OneRunLearning(int winner, int runs, List<Integer> times, List<Pair> pairs) {
    /// Copies the lists.
    public OneRunLearning {
        times = List.copyOf(times);
        pairs = List.copyOf(pairs);
    }

    /// How a target compares with the winner in a query's row.
    ///
    /// @param query the row
    /// @param target the token that is compared with the winner
    /// @param exponent predicted power of t by which information grows; below 0 it stays bounded
    /// @param information Σ p(1-p) over the query's steps, p the target's probability: the mean
    ///   over runs, at each time
    /// @param medianError |estimated - true| log-odds of target against winner: the median over
    ///   runs, at each time; infinite where most runs give no estimate
    /// @param noEstimate the share of runs in which there is none: the target never came out, or
    ///   nothing else, or the query never came
    public record Pair(
            int query,
            int target,
            double exponent,
            List<Double> information,
            List<Double> medianError,
            List<Double> noEstimate) {
        /// Copies the lists.
        public Pair {
            information = List.copyOf(information);
            medianError = List.copyOf(medianError);
            noEstimate = List.copyOf(noEstimate);
        }

        /// Whether one run teaches it in the long run.
        public boolean learnable() {
            return exponent >= 0;
        }
    }

    /// One run: information and error `[times, K, K]`.
    private static final class Run {
        private final int leader;
        private final double[] information;
        private final double[] error;

        Run(int leader, double[] information, double[] error) {
            this.leader = leader;
            this.information = information;
            this.error = error;
        }
    }

    /// Simulates runs and keeps those that `winner` leads at the end.
    ///
    /// @param runs how many are simulated
    /// @throws IllegalArgumentException as [CollapseRuns#simulate] says, or if none is led by
    ///   `winner`
    public static OneRunLearning simulate(
            ContextConditionedChain chain,
            int winner,
            Prompt prompt,
            Checkpoints checkpoints,
            int runs,
            long seed) {
        var generators = CollapseRuns.generators(seed, runs);
        List<Run> led =
                IntStream.range(0, runs)
                        .parallel()
                        .mapToObj(
                                r ->
                                        run(
                                                chain,
                                                winner,
                                                prompt.length(),
                                                checkpoints,
                                                chain.simulate(
                                                        prompt,
                                                        checkpoints.last() - prompt.length(),
                                                        generators.get(r))))
                        .filter(run -> run.leader == winner)
                        .toList();
        if (led.isEmpty()) {
            throw new IllegalArgumentException(
                    "none of %d runs ends with token %d ahead; take another winner, or more runs"
                            .formatted(runs, winner));
        }
        Winners winners = Winners.of(chain.base());
        int k = chain.tokens();
        List<Pair> pairs =
                IntStream.range(0, k * k)
                        .filter(pair -> pair % k != winner)
                        .mapToObj(
                                pair ->
                                        pair(
                                                led,
                                                pair / k,
                                                pair % k,
                                                winners.informationExponent(
                                                        winner, pair / k, pair % k),
                                                k,
                                                checkpoints.times().size()))
                        .toList();
        return new OneRunLearning(winner, led.size(), checkpoints.times(), pairs);
    }

    private static Pair pair(
            List<Run> runs, int query, int target, double exponent, int k, int times) {
        int place = query * k + target;
        return new Pair(
                query,
                target,
                exponent,
                IntStream.range(0, times)
                        .mapToObj(
                                i ->
                                        runs.stream()
                                                .mapToDouble(r -> r.information[i * k * k + place])
                                                .average()
                                                .orElse(0))
                        .toList(),
                IntStream.range(0, times)
                        .mapToObj(
                                i ->
                                        median(
                                                runs.stream()
                                                        .mapToDouble(
                                                                r -> r.error[i * k * k + place])
                                                        .toArray()))
                        .toList(),
                IntStream.range(0, times)
                        .mapToObj(
                                i ->
                                        runs.stream()
                                                .mapToDouble(
                                                        r ->
                                                                Double.isInfinite(
                                                                                r.error[
                                                                                        i * k * k
                                                                                                + place])
                                                                        ? 1
                                                                        : 0)
                                                .average()
                                                .orElse(0))
                        .toList());
    }

    private static double median(double[] values) {
        Arrays.sort(values);
        int n = values.length;
        return n % 2 == 1 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
    }

    private static Run run(
            ContextConditionedChain chain,
            int winner,
            int given,
            Checkpoints checkpoints,
            Trajectory run) {
        int k = chain.tokens();
        List<Integer> times = checkpoints.times();
        double[] information = new double[times.size() * k * k];
        double[] errors = new double[times.size() * k * k];
        double[] counts = new double[k];
        double[] sums = new double[k * k];
        int at = 0;
        for (int t = 0; t <= run.steps(); t++) {
            if (t >= given) {
                int query = run.state(t - 1);
                double[] law = chain.next(query, counts).toArray();
                for (int j = 0; j < k; j++) {
                    sums[query * k + j] += law[j] * (1 - law[j]);
                }
            }
            counts[run.state(t)]++;
            if (t + 1 == times.get(at)) {
                System.arraycopy(sums, 0, information, at * k * k, k * k);
                errors(chain.base(), winner, given, run, t + 1, errors, at * k * k);
                at++;
            }
        }
        int leader = IntStream.range(0, k).reduce(0, (a, b) -> counts[b] > counts[a] ? b : a);
        return new Run(leader, information, errors);
    }

    /// Of a fit to the beginning of a run.
    private static void errors(
            StochasticMatrix base,
            int winner,
            int given,
            Trajectory run,
            int length,
            double[] out,
            int from) {
        int k = base.states();
        Trajectory begun = Trajectory.of(Arrays.copyOf(run.toArray(), length));
        ContextCounts counts = new ContextCounts.Builder(k).add(begun, given).build();
        for (int q = 0; q < k; q++) {
            RowFit fit = RowFit.of(counts.row(q), FitOptions.maximumLikelihood());
            for (int j = 0; j < k; j++) {
                double truth = Math.log(base.probability(q, j) / base.probability(q, winner));
                out[from + q * k + j] =
                        switch (fit) {
                            case RowFit.Converged(_, Distribution law, _) ->
                                    Math.abs(Math.log(law.mass(j) / law.mass(winner)) - truth);
                            case RowFit.NotConverged _,
                                    RowFit.NotIdentifiable _,
                                    RowFit.Separated _ ->
                                    Double.POSITIVE_INFINITY;
                        };
            }
        }
    }
}
