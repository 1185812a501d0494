/// The stationary distribution π = πP: exact for each recurrent class, or, of a chain that
/// restarts, to a proven error.
///
/// ## Notation, beside that of [dev.perron.chain]
///
/// ```
///   T          αP + (1-α)1vᵀ, the teleporting chain
///   μ    [n]   an iterate; its residual is ‖μT - μ‖₁, as measured
///   bound      on ‖μ - π‖₁, proven: (residual + rounding) / (1-α)
///   product    one μP, which all costs are counted in
///   P*         the chain backwards: p*(i,j) = π(j)p(j,i)/π(i), where π > 0
/// ```
///
/// A chain has exactly one stationary distribution for each recurrent class, and every mixture of
/// them is stationary too: so uniqueness is a result here, never an assumption.
@NullMarked
package dev.perron.chain.stationary;

import org.jspecify.annotations.NullMarked;
