/// Attention out of ONNX transformers, and text into them.
///
/// ## Notation
///
/// ```
///   n                             number of tokens of one text, special tokens included
///   A [1, head, query, key]       what a site gives: attention after the softmax, batch 1
///   site                          a place in the graph where attention is made, one a layer
///   layer                         a site's number, from 0, in the order of the graph
///   context length                the largest n that the model's tables of positions have room for
///   vocabulary                    rows of the table that token ids select from
/// ```
///
/// A site is found in the graph, not by name: a Softmax over the last axis, of scores that are a
/// product of two computed matrices (`QKᵀ`), whose result is multiplied with another one (`V`). A
/// classifier's last Softmax and the gate of a mixture of experts have only one computed factor.
/// Ops that do all of this at once are found too, and named; they give no attention yet.
///
/// To get attention out, the tensors of the layers that were asked for are made outputs of the
/// model. Protobuf merges repeated messages, so that is one small message appended to a copy of the
/// file's bytes; the file itself is only read.
///
/// What is wrong with a file is a [ModelException]: where, what was found, what was expected, what
/// to do. What is wrong with an argument is an [IllegalArgumentException]. Nothing here uses the
/// network.
@NullMarked
package dev.perron.onnx;

import org.jspecify.annotations.NullMarked;
