package dev.perron.transformer;

/// Weights under training, with their gradient and the optimiser's memory, in one precision.
sealed interface TrainableModel extends AutoCloseable permits Float32Model, Float64Model {
    /// Sets the gradient to 0.
    void clearGradient();

    /// Adds the gradient of the mean loss of these sequences times `weight`.
    ///
    /// @param tokens `[sequences][length + 1]`, row-major
    /// @return the mean loss in nats a token; not finite where the weights have run away
    double addGradient(int[] tokens, int sequences, double weight);

    /// The mean loss of these sequences, and nothing else.
    ///
    /// @param readings each sequence's logits are shown to them, in order, or to nobody
    double loss(int[] tokens, int sequences, LogitReader readings);

    /// Who looks at logits.
    interface LogitReader {
        /// The logits after each of a sequence's tokens.
        ///
        /// @param at where the sequence begins in the tokens
        void read(int at, Logits logits);
    }

    /// Logits of one sequence.
    interface Logits {
        /// That of a token as the one after the one at `time`.
        double at(int time, int token);
    }

    /// The Euclidean length of the gradient, without that of frozen tensors, which goes nowhere.
    double gradientNorm();

    /// Multiplies the gradient.
    void scaleGradient(double by);

    /// One step of the optimiser along the gradient.
    ///
    /// @param number of the step, from 1
    void step(Optimiser optimiser, double rate, int number);

    /// The gradient, a copy.
    double[] gradientArray();

    /// The weights as they are.
    TransformerWeights weights();

    /// The optimiser's memory: mean of gradients or momentum, and mean square, each as long as the
    /// weights.
    double[][] moments();

    @Override
    void close();
}
