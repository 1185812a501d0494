/// What a model is asked with, and what it gives: attention to a text, whatever runs the model.
///
/// ## Notation
///
/// ```
///   n                             number of tokens of one text, special tokens included
///   A [layer, head, query, key]   what a model gives: attention after the softmax
///   Q, K [head, n, d]             what rows of it can be made of
///   context length                the largest n that a model has room for
///   vocabulary                    how many token ids it knows, from 0
/// ```
///
/// Models differ in what they can do beyond that; an [dev.perron.attention.model.AttentionModel]
/// says what all of them can. What is wrong with one, or with a text for it, is a
/// [dev.perron.attention.model.ModelException].
@NullMarked
package dev.perron.attention.model;

import org.jspecify.annotations.NullMarked;
