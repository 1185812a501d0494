/// The landscape of the loss of small transformers on known sources: where it is stationary, of
/// what nature such points are, and where gradient flow ends. "Attention with Markov", Makkuva et
/// al., arXiv:2402.04161, and for the canonical model its companion, arXiv:2406.03072.
///
/// ## Notation
///
/// ```
///   N            places of the sequences that a loss is the expectation over
///   θ            all weights of a model, in the order of their layout
///   ∇L, H        gradient [θ] and Hessian [θ,θ] of the expected loss, in nats
///   unigram point  e = a = 0 and b = log π: predicts π everywhere
///   e, a, b      of the model of the theory: embedding of symbol 1, vector of the head, its bias
///   p_n          position vectors
///   (e, w, b)    the canonical model: logit e²(1 + 2w|w|)x + b - e²/2
///   E(e,w)       energy e² - w² - sign(w) log|w|, constant along the canonical gradient flow
/// ```
///
/// Losses here are exact: expectations over all sequences of N symbols. The derivatives are exact,
/// too, to rounding: a tape of dual numbers, run forward once and backward once, gives a product of
/// the Hessian with a direction.
@NullMarked
package dev.perron.transformer.landscape;

import org.jspecify.annotations.NullMarked;
