/// Eigenvalues of P, and the groups of states that the slow ones tell of.
///
/// ## Notation, beside that of [dev.perron.chain]
///
/// ```
///   λ₂         an eigenvalue of P of largest modulus once the eigenvalue 1 has been taken out once
///   residual   ‖xP - λx‖₂ for a unit x, relative to |λ|
///   timescale  -1/ln|λ|, in steps: after so many an eigenvector has shrunk to 1/e
///   η          a positive distribution that weighs states where functions of them are compared
///   m          number of metastable states
///   χ  [n,m]   memberships: of each state, how far it belongs to each metastable state; rows sum to 1
///   P_c [m,m]  the coarse-grained chain on metastable states, Pχ = χP_c; rows sum to 1
/// ```
@NullMarked
package dev.perron.chain.spectrum;

import org.jspecify.annotations.NullMarked;
