package dev.perron.transformer.landscape;

/// What a tape says of a loss. Its arrays go to one caller, who may keep them.
final class Derivatives {
    private final double loss;
    private final double[] gradient; // [weights]
    private final double[] hessianTimes; // [weights]

    private Derivatives(double loss, double[] gradient, double[] hessianTimes) {
        this.loss = loss;
        this.gradient = gradient;
        this.hessianTimes = hessianTimes;
    }

    /// Puts weights on a tape.
    static int[] inputs(Tape tape, double[] weights, double[] direction) {
        int[] numbers = new int[weights.length];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = tape.input(weights[i], direction[i]);
        }
        return numbers;
    }

    /// Goes back from a loss to the inputs.
    static Derivatives of(Tape tape, int loss, int[] inputs) {
        tape.backward(loss);
        double[] gradient = new double[inputs.length];
        double[] hessianTimes = new double[inputs.length];
        for (int i = 0; i < inputs.length; i++) {
            gradient[i] = tape.adjoint(inputs[i]);
            hessianTimes[i] = tape.adjointTangent(inputs[i]);
        }
        return new Derivatives(tape.value(loss), gradient, hessianTimes);
    }

    double loss() {
        return loss;
    }

    double[] gradient() {
        return gradient;
    }

    /// The Hessian times the direction that the inputs had.
    double[] hessianTimes() {
        return hessianTimes;
    }
}
