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
/// ## Notation of sources and verdicts
///
/// ```
///   S              symbols of a source, the tokens of its model: S = V
///   k              order of a source: how many symbols back the law of the next one looks
///   context        what that law depends on: a block of k symbols, or the one symbol k back
///   p, q           of a binary source: P = ((1-p, p), (q, 1-q)), π = (q, p)/(p+q)
///   H∞             entropy rate, the least loss that any model can have
///   H(π)           unigram entropy, the least loss of a model that ignores its input
///   tokens [B,T]   sequences, row-major
/// ```
///
/// A source is known, the same for all sequences ([dev.perron.transformer.KnownSource]), or new in
/// each ([dev.perron.transformer.RandomKernelSource]), or a text. What a model made of it is judged
/// from its predictions alone ([dev.perron.transformer.Solution]).
///
/// A model reads tokens x(0) ... x(T-1) and gives at each of them logits for the next. Layers add
/// to the residual stream: x ← x + attention(norm(x)), x ← x + MLP(norm(x)). Losses are mean
/// negative log-likelihoods in nats a token.
@NullMarked
package dev.perron.transformer;

import org.jspecify.annotations.NullMarked;
