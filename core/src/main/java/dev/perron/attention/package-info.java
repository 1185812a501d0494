/// Attention, read as Markov chains: "Attention (as Discrete-Time Markov) Chains", Erel et al.,
/// arXiv:2507.17657.
///
/// ## Notation
///
/// ```
///   A [layer, head, query, key]   attention after the softmax; each row A[l,h,i,·] sums to 1
///   n                             number of tokens; queries and keys are the same n tokens
///   A[l,h]  [n,n]                 one head, a transition matrix: from query i to key j
///   d                             channels of a head
///   Q, K  [n,d]                   queries and keys; A[l,h] = softmax(QKᵀ·scale), scale 1/√d if not said
///   row i                         what token i attends to ("dest" looks at "src")
///   column j                      who attends to token j
///   n-th bounce                   e_iᵀAⁿ, indirect attention from i; Aⁿe_j, indirect attention to j
///   TokenRank, incoming           the stationary π of T = αA + (1-α)1vᵀ
///   TokenRank, outgoing           the same of T's columns, normalised and transposed
/// ```
///
/// Layers and heads count from 0 and are written `L5H3`. Layers keep the numbers that they have in
/// the model, also when only some of them are present.
///
/// Float32 rows miss 1 by rounding. A head divides each row by its own sum, in double, so that what
/// is asked is always an exact chain; how far the worst row was from 1 is kept and can be read.
@NullMarked
package dev.perron.attention;

import org.jspecify.annotations.NullMarked;
