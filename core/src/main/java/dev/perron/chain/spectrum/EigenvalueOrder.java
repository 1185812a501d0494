package dev.perron.chain.spectrum;

/// Which eigenvalues of a chain count as dominant. Both orders put 1 first and never part a
/// conjugate pair; they differ on eigenvalues far from the positive axis.
public enum EigenvalueOrder {
    /// Falling |λ|: what decays last, whether it sits still or cycles. So cyclic groups are states
    /// too.
    MODULUS {
        @Override
        double key(Eigenvalue value) {
            return value.modulus();
        }
    },
    /// Falling Re λ: what sits still longest.
    REAL_PART {
        @Override
        double key(Eigenvalue value) {
            return value.real();
        }
    };

    /// Eigenvalues whose keys are nearer than this count as equal: their order isn't known.
    static final double EQUAL = 1e-10;

    /// What the order goes by, from 1 downwards.
    abstract double key(Eigenvalue value);

    /// Whether `first` comes before `second` by more than rounding.
    boolean leads(Eigenvalue first, Eigenvalue second) {
        return key(first) - key(second) > 1e-13;
    }

    /// Whether there is a cut between the two, so that what lies before it is one invariant space.
    boolean separates(Eigenvalue last, Eigenvalue next) {
        return key(last) - key(next) > EQUAL;
    }
}
