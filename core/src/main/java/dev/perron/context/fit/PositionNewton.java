package dev.perron.context.fit;

import dev.perron.chain.Distribution;
import dev.perron.context.Cholesky;
import dev.perron.context.Prompt;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// Newton's method for a row with position weights. A prompt is a softmax over its positions, of
/// which those with the token that followed share the credit: the Hessian is the covariance of
/// (token, position) under the softmax minus that under the shared credit. Where it isn't positive
/// definite, the first part alone is, and gives the step of an EM iteration.
final class PositionNewton {
    private static final int HALVINGS = 40;

    private final int query;
    private final int k;
    private final int size; // K + positions
    private final List<SequenceCounts.Sample> samples;
    private final long times;
    private final FitOptions options;

    private final double[] gradient;
    private final double[] complete; // covariance under the softmax
    private final double[] missing; // under the shared credit

    PositionNewton(SequenceCounts counts, int query, FitOptions options) {
        this.query = query;
        this.k = counts.tokens();
        this.size = k + counts.positions();
        this.samples = counts.of(query);
        this.times = samples.stream().mapToLong(SequenceCounts.Sample::times).sum();
        this.options = options;
        this.gradient = new double[size];
        this.complete = new double[size * size];
        this.missing = new double[size * size];
    }

    PositionFit run() {
        if (samples.isEmpty()) {
            return options.ridge() > 0
                    ? ridgeAlone()
                    : new PositionFit.NotIdentifiable(query, size - 2);
        }
        double[] theta = new double[size];
        double loss = moveTo(theta);
        int free = options.ridge() > 0 ? 0 : size - 2 - rank(complete);
        if (free > 0) {
            return new PositionFit.NotIdentifiable(query, free);
        }
        for (int done = 0; ; done++) {
            double[] curvature = complete.clone();
            for (int i = 0; i < size * size; i++) {
                curvature[i] -= missing[i];
            }
            Optional<Cholesky> factor = Cholesky.of(size, regular(curvature));
            boolean convex = factor.isPresent();
            if (!convex) {
                factor = Cholesky.of(size, regular(complete));
            }
            double norm = Arrays.stream(gradient).map(Math::abs).max().orElse(0);
            double[] direction = factor.map(f -> f.solve(gradient)).orElse(gradient.clone());
            double squared = 0;
            for (int i = 0; i < size; i++) {
                squared += gradient[i] * direction[i];
            }
            boolean converged = convex && squared <= options.tolerance() * options.tolerance();
            if (converged || done == options.iterations()) {
                Certificate certificate =
                        new Certificate(
                                times,
                                samples.size(),
                                loss - penalty(theta),
                                penalty(theta),
                                norm,
                                Math.sqrt(squared),
                                done);
                return converged
                        ? converged(theta, scaled(regular(curvature), (double) times), certificate)
                        : new PositionFit.NotConverged(query, certificate);
            }
            double step = 1;
            double[] next = moved(theta, direction, step);
            double there = moveTo(next);
            for (int h = 0; h < HALVINGS && squared > 1e-10 && !(there < loss); h++) {
                step /= 2;
                next = moved(theta, direction, step);
                there = moveTo(next);
            }
            theta = next;
            loss = there;
        }
    }

    /// Without samples all weights are alike, as well known as the ridge says.
    private PositionFit ridgeAlone() {
        double[] information = new double[size * size];
        for (int i = 0; i < size; i++) {
            information[i * size + i] = options.ridge();
        }
        return converged(
                new double[size], regular(information), new Certificate(0, 0, 0, 0, 0, 0, 0));
    }

    private static double[] scaled(double[] matrix, double factor) {
        return Arrays.stream(matrix).map(x -> factor * x).toArray();
    }

    /// @param information the Hessian of all samples' loss there, made regular
    private PositionFit converged(double[] theta, double[] information, Certificate certificate) {
        double most = Arrays.stream(theta, 0, k).max().orElse(0);
        Distribution law =
                Distribution.proportionalTo(
                        IntStream.range(0, k)
                                .mapToDouble(
                                        j -> Math.max(Double.MIN_NORMAL, Math.exp(theta[j] - most)))
                                .toArray());
        Cholesky factor = Cholesky.of(size, information).orElseThrow(); // it was, a moment ago
        return new PositionFit.Converged(
                query,
                law,
                FisherInformation.of(factor, size, law),
                IntStream.range(k, size)
                        .mapToObj(
                                l ->
                                        new PositionFit.Weight(
                                                Math.exp(theta[l] - theta[k]), logError(factor, l)))
                        .toList(),
                certificate);
    }

    /// The standard error of b(l) - b(0).
    private double logError(Cholesky information, int l) {
        if (l == k) {
            return 0;
        }
        double[] contrast = new double[size];
        contrast[l] = 1;
        contrast[k] = -1;
        double[] solved = information.solve(contrast);
        return Math.sqrt(Math.max(0, solved[l] - solved[k]));
    }

    private double penalty(double[] theta) {
        return options.ridge() / times / 2 * Arrays.stream(theta).map(x -> x * x).sum();
    }

    /// With the two constants, along which nothing changes, made regular.
    private double[] regular(double[] matrix) {
        double[] out = matrix.clone();
        for (int i = 0; i < size; i++) {
            for (int j = 0; j < size; j++) {
                if (i < k == j < k) {
                    out[i * size + j] += 1.0 / size;
                }
            }
        }
        return out;
    }

    private double[] moved(double[] theta, double[] direction, double step) {
        double[] out = theta.clone();
        for (int i = 0; i < size; i++) {
            out[i] -= step * direction[i];
        }
        return out;
    }

    /// The mean loss, and its derivatives into the fields.
    private double moveTo(double[] theta) {
        Arrays.fill(complete, 0);
        Arrays.fill(missing, 0);
        double ridge = options.ridge() / times;
        double loss = 0;
        for (int i = 0; i < size; i++) {
            gradient[i] = ridge * theta[i];
            complete[i * size + i] = ridge;
            loss += ridge / 2 * theta[i] * theta[i];
        }
        for (SequenceCounts.Sample sample : samples) {
            Prompt prompt = sample.prompt();
            double part = (double) sample.times() / times;
            double most = Double.NEGATIVE_INFINITY;
            for (int l = 0; l < prompt.length(); l++) {
                most = Math.max(most, theta[prompt.token(l)] + theta[k + l]);
            }
            double[] all = new double[prompt.length()];
            double[] credit = new double[prompt.length()];
            double sum = 0;
            double copied = 0;
            for (int l = 0; l < all.length; l++) {
                all[l] = Math.exp(theta[prompt.token(l)] + theta[k + l] - most);
                sum += all[l];
                if (prompt.token(l) == sample.next()) {
                    credit[l] = all[l];
                    copied += all[l];
                }
            }
            loss += part * (Math.log(sum) - Math.log(copied));
            addMoments(prompt, all, sum, part, 1, complete);
            addMoments(prompt, credit, copied, part, -1, missing);
        }
        return loss;
    }

    /// The mean of (token, position) to the gradient, with a sign, and its covariance to a matrix.
    private void addMoments(
            Prompt prompt, double[] weights, double sum, double part, int sign, double[] out) {
        double[] mean = new double[size];
        for (int l = 0; l < weights.length; l++) {
            double p = weights[l] / sum;
            int token = prompt.token(l);
            mean[token] += p;
            mean[k + l] += p;
            out[token * size + k + l] += part * p;
            out[(k + l) * size + token] += part * p;
        }
        for (int i = 0; i < size; i++) {
            if (mean[i] != 0) {
                gradient[i] += sign * part * mean[i];
                out[i * size + i] += part * mean[i];
                for (int j = 0; j < size; j++) {
                    out[i * size + j] -= part * mean[i] * mean[j];
                }
            }
        }
    }

    /// Of a positive semidefinite matrix, by elimination with the largest pivots first.
    private int rank(double[] matrix) {
        double[] a = matrix.clone();
        boolean[] used = new boolean[size];
        double first = 0;
        for (int rank = 0; rank < size; rank++) {
            int pivot = -1;
            for (int i = 0; i < size; i++) {
                if (!used[i] && (pivot < 0 || a[i * size + i] > a[pivot * size + pivot])) {
                    pivot = i;
                }
            }
            double value = a[pivot * size + pivot];
            first = rank == 0 ? value : first;
            if (!(value > 1e-12 * first)) {
                return rank;
            }
            used[pivot] = true;
            for (int i = 0; i < size; i++) {
                double factor = a[i * size + pivot] / value;
                for (int j = 0; j < size && !used[i]; j++) {
                    a[i * size + j] -= factor * a[pivot * size + j];
                }
            }
        }
        return size;
    }
}
