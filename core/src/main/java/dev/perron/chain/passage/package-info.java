/// When the chain reaches some of its states, and which of them first.
///
/// ## Notation, beside that of [dev.perron.chain]
///
/// ```
///   h    [n]   probability of what is asked, from each state
///   k    [n]   expected number of steps, from each state; infinite where it may never come
///   Z [n,n]    fundamental matrix (I - P + 1π)⁻¹
/// ```
@NullMarked
package dev.perron.chain.passage;

import org.jspecify.annotations.NullMarked;
