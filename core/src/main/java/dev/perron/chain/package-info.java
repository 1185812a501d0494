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
///   ‖x‖₁       Σ|x(i)|; the distance between two distributions is ½‖μ-ν‖₁
///   u          unit roundoff of double, 2⁻⁵³
/// ```
///
/// State i **reaches** j if some power of P has p(i,j) > 0; i and j **communicate** if each reaches
/// the other. Communicating classes partition the states. A class that the chain cannot leave is
/// **recurrent**, all others are **transient**; a recurrent class of one state is **absorbing**.
/// The **period** of a class is the greatest common divisor of the lengths of its cycles.
///
/// A time is a number of steps. An expected time is infinite where what is waited for may not come.
/// All probabilities are dimensionless. Nothing here knows what a token or a head is.
///
/// The questions are in the packages below: stationary, spectrum, passage, mixing and path. This
/// one has what they are asked of, which knows none of them.
@NullMarked
package dev.perron.chain;

import org.jspecify.annotations.NullMarked;
