/// Tiny transformers on Markov data: "Attention with Markov", Makkuva et al., arXiv:2402.04161.
///
/// ## Notation
///
/// ```
///   V      tokens of the vocabulary
///   T      tokens of a context
///   B      contexts of a batch
///   d      width of the residual stream x [T,d]
///   H, D   heads of a layer, channels of a head: d = HD
///   m      hidden units of the MLP
///   P, π   transition matrix of the source and its stationary distribution
/// ```
///
/// A model reads tokens x(0) ... x(T-1) and gives at each of them logits for the next. Layers add to
/// the residual stream: x ← x + attention(norm(x)), x ← x + MLP(norm(x)). Losses are mean negative
/// log-likelihoods in nats a token.
@NullMarked
package dev.perron.transformer;

import org.jspecify.annotations.NullMarked;
