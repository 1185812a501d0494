/// The arithmetic that the hot loops are made of; for the packages of Perron only.
///
/// ## Dimensions
///
/// ```
///   n      states
///   p      a matrix [n,n] or one row [n] of it, row-major, float or double
///   μ, f   vectors [n], always double
///   d      channels of a head
///   q      queries [queries,d]
///   k      keys, in panels [d,PANEL] of PANEL keys, one after the other
/// ```
///
/// Those of transformers have rows of times, see [dev.perron.kernel.TransformerKernels], and add in
/// float32. Every other product accumulates in double, also where the matrix is float32. The scalar
/// implementation is the specification; the vector one adds in another order and so may differ in
/// the last bits. Arguments are not checked: the callers' types have checked them. Products of
/// several vectors keep one small buffer for the call; nothing else is allocated.
@NullMarked
package dev.perron.kernel;

import org.jspecify.annotations.NullMarked;
