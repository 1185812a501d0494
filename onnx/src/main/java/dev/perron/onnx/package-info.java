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
///
/// Ops that do all of this at once are found too. How their attention comes out, with ONNX Runtime
/// 1.29 on a CPU:
///
/// | op | how |
/// |---|---|
/// | `Attention`, opset 23 and 24 | its output `qk_matmul_output`, mode 3: after the softmax |
/// | `com.microsoft.GroupQueryAttention` | its output `output_qk`, `qk_output` 2: after the softmax |
/// | `com.microsoft.MultiHeadAttention` | the softmax of its output `qk`: masked, biased scores |
/// | `com.microsoft.Attention` | Q, K and V cut from `X W + b`, then as MultiHeadAttention |
/// | all others, and other versions | not: refused by name |
///
/// Of these, where nothing but a causal mask and a sliding window is on the scores, Q and K can be
/// had instead of rows: [OnnxModel#heads] takes what is asked for, or what needs less memory.
///
/// Several texts may run together, `[texts, head, query, key]`: [OnnxModel#attendEach] says when.
///
/// What queries attend to is seen in the graph, by which inputs of the model Q and K depend on: the
/// same tokens, another sequence, or a cache of earlier tokens. One text has no earlier tokens, so
/// a cache that is an input is given empty. Attention to another sequence is rectangular and no
/// chain; it is never taken for a square one.
///
/// To get attention out, the tensors of the layers that were asked for are made outputs of the
/// model. Of a fused op a second node is added, which has the same inputs and the output that is
/// needed. Protobuf merges repeated messages, so that is one small message appended to a copy of
/// the file's bytes; the file itself is only read. Weights in files beside the model are read by
/// ONNX Runtime, from the model's folder alone.
///
/// What is wrong with a file is a [dev.perron.attention.model.ModelException]: where, what was
/// found, what was expected, what to do. What is wrong with an argument is an
/// [IllegalArgumentException]. Nothing here uses the network.
@NullMarked
package dev.perron.onnx;

import org.jspecify.annotations.NullMarked;
