/// What becomes of a context-conditioned chain that goes on for long: who wins, how fast the others
/// vanish, and what can be learned from one such run.
///
/// ## Notation, beside that of [dev.perron.context]
///
/// ```
///   t          length of the context, in tokens
///   f [K]      share of each token in the context: m / t
///   ν(f) [K]   stationary distribution of the chain with rows π(q,j) f(j), made to sum to 1: how
///              often tokens come out while the shares are about f
///   mean field df/dlog t = ν(f) - f
///   ρ(j)       π(k,j) / π(k,k) for a winner k; 1 for k itself
///   exponent   of a loser's share: f(j) ~ t^(ρ(j) - 1)
/// ```
///
/// Token k can win if and only if π(k,k) > π(k,j) for all others j: near the corner where it has
/// all shares, each other one decays by its exponent. Only the winner's row matters. A slope is
/// that of log share against log t.
///
/// That a single run collapses is of Ildiz et al. 2024, arXiv:2402.13512; criterion and exponents
/// for any K, and what one run teaches, are worked out here and checked by simulation.
@NullMarked
package dev.perron.context.collapse;

import org.jspecify.annotations.NullMarked;
