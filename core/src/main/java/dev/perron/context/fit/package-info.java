/// What can be learned of a context-conditioned chain from prompts and what followed them.
///
/// ## Notation, beside that of [dev.perron.context]
///
/// ```
///   w [K]        parameters of one query's row: π(q,·) = softmax(w); a constant changes nothing
///   context s    a query and the counts m(s,·) of a prompt; n(s) samples have it
///   p(s,j)       m(s,j) exp(w(j)) / Z(s), with Z(s) the sum of the numerators
///   n            samples of a query; losses, gradients and Hessians are means over them, in nats
///   risk         mean of -log Pr(y | X)
///   G(q)         co-occurrence graph of a query: its tokens, joined where a prompt has both, with
///                weight E[p(i) p(j)]
/// ```
///
/// The loss of a row is Σ n(s)/n log Z(s) - Σ share(j) w(j) up to a constant: convex, its gradient
/// E[p] - share, its Hessian E[diag(p) - p pᵀ], which is the Laplacian of G(q). So w is identified,
/// up to that constant, if and only if G(q) is connected, and how well is its algebraic
/// connectivity. A maximum exists if besides that no set of tokens always loses to the others (Ford
/// 1957, "Solution of a ranking problem from binary comparisons"): else their weights run to minus
/// infinity.
@NullMarked
package dev.perron.context.fit;

import org.jspecify.annotations.NullMarked;
