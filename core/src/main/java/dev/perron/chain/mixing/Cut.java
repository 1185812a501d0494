package dev.perron.chain.mixing;

import java.util.BitSet;

/// A set of states of a [StationaryFlow] with its conductance.
///
/// @param phi Q(S,Sᶜ)/min(π(S),π(Sᶜ))
/// @param places the set
record Cut(double phi, BitSet places) {}
