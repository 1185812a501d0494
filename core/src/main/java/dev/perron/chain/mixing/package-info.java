/// How fast the chain forgets where it began, and what flows through it in the long run.
///
/// ## Notation, beside that of [dev.perron.chain]
///
/// ```
///   d(t)       the largest ½‖Pᵗ(x,·) - π‖₁ over the starts x, t in steps
///   Q(S,Sᶜ)    Σ π(i)p(i,j) over i in S, j outside: how often a stationary chain leaves S
///   Φ          the least Q(S,Sᶜ)/π(S) over the S of at most half the mass: the conductance
/// ```
///
/// Entropies are in nats.
@NullMarked
package dev.perron.chain.mixing;

import org.jspecify.annotations.NullMarked;
