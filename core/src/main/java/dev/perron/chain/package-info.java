/// Finite discrete-time Markov chains.
///
/// ## Notation
///
/// ```
///   n          number of states; states are 0, 1, ..., n-1
///   P [n,n]    row-stochastic, p(i,j) = Pr(X(t+1) = j | X(t) = i)
///   λ, μ, v    distributions [n], always ROW vectors: one step is μP
///   f    [n]   a function of the state, a column vector: (Pf)(i) = E[f(X(t+1)) | X(t) = i]
///   π    [n]   stationary distribution, πP = π, entries ≥ 0, sum 1
///   α          probability of following P rather than restarting from v: αP + (1-α)1vᵀ
///   λ₂         an eigenvalue of P of largest modulus once the eigenvalue 1 has been taken out once
///   η          a positive distribution that weighs states where functions of them are compared
///   m          number of metastable states
///   χ  [n,m]   memberships: of each state, how far it belongs to each metastable state; rows sum to 1
///   P_c [m,m]  the coarse-grained chain on metastable states, Pχ = χP_c; rows sum to 1
///   P*         the chain backwards: p*(i,j) = π(j)p(j,i)/π(i), where π > 0
///   Z [n,n]    fundamental matrix (I - P + 1π)⁻¹
///   d(t)       the largest ½‖Pᵗ(x,·) - π‖₁ over the starts x, t in steps
///   Q(S,Sᶜ)    Σ π(i)p(i,j) over i in S, j outside: how often a stationary chain leaves S
///   ‖x‖₁       Σ|x(i)|; the distance between two distributions is ½‖μ-ν‖₁
///   u          unit roundoff of double, 2⁻⁵³
/// ```
///
/// State i **reaches** j if some power of P has p(i,j) > 0; i and j **communicate** if each reaches
/// the other. Communicating classes partition the states. A class that the chain cannot leave is
/// **recurrent**, all others are **transient**; a recurrent class of one state is **absorbing**.
/// The **period** of a class is the greatest common divisor of the lengths of its cycles.
///
/// A chain has exactly one stationary distribution for each recurrent class, and every mixture of
/// them is stationary too: so uniqueness is a result here, never an assumption.
///
/// A time is a number of steps. An expected time is infinite where what is waited for may not come.
/// All probabilities are dimensionless, all entropies in nats. Nothing in this package knows what a
/// token or a head is.
@NullMarked
package dev.perron.chain;

import org.jspecify.annotations.NullMarked;
