/// Context-conditioned Markov chains: what one layer of self-attention over a vocabulary is, as a
/// model of the next token.
///
/// ## Notation
///
/// ```
///   K          number of tokens; tokens are 0, 1, ..., K-1, at least two
///   X          a prompt x(0), ..., x(L-1); its last token is the query q
///   m [K]      how often each token stands in the prompt; with position weights a, the sum of
///              a(l,q) over its positions l
///   P [K,K]    base chain, row-stochastic, every entry > 0; its row q is π(q,·)
///   next law   Pr(y = j | X) = m(j) π(q,j) / Σ m(i) π(q,i): the row of the query, weighed by
///              the prompt
///   E [K,d]    embeddings, a row a token, linearly independent
///   W [d,d]    attention weights: the logit of key x for query q is e(x)ᵀ W e(q)
///   S          identifiable subspace: the span of (e(i) - e(j)) e(k)ᵀ, of dimension K(K-1)
/// ```
///
/// Only tokens that stand in the prompt can come next. Probabilities are dimensionless, entropies
/// and risks in nats.
///
/// Ildiz, Huang, Li, Rawat, Oymak 2024, "From Self-Attention to Markov Models: Unveiling the
/// Dynamics of Generative Transformers", arXiv:2402.13512. The packages below ask what can be
/// learned from such a chain ([dev.perron.context.fit]) and what becomes of it when it goes on for
/// long ([dev.perron.context.collapse]).
@NullMarked
package dev.perron.context;

import org.jspecify.annotations.NullMarked;
