/// Files of attention, and of chains: what Python people have saved, read one head at a time.
///
/// ## Notation
///
/// ```
///   l, b, h, q, k      axes: layer, sample of a batch, head, query ("dest"), key ("src")
///   A [l, h, q, k]     attention after the softmax; each row A[l,h,q,·] sums to 1
///   n                  tokens: queries and keys of a square head
///   C order            the last axis is next to each other on disk; Fortran order: the first is
///   element type       float16, bfloat16, float32, float64; little or big endian
/// ```
///
/// An [ArrayFile] knows the arrays of a file by their headers, and reads none of their numbers:
/// files are mapped, and a file many times the heap is as good as a small one. An [AttentionFile]
/// knows what the arrays' axes mean, and gives one head at a time as a chain.
///
/// Sizes and offsets in a header are claims: each is checked against the file's length before
/// anything is allocated by it. Whatever is wrong with a file is a [FormatException] of one line.
@NullMarked
package dev.perron.format;

import org.jspecify.annotations.NullMarked;
