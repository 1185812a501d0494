/// Paths: drawn from a chain, and chains estimated from them.
///
/// ## Notation, beside that of [dev.perron.chain]
///
/// ```
///   x(0), x(1), ...  a path, states of the chain
///   c [n,n]          how often a path steps from i to j
///   k                order: how many states the next one depends on
/// ```
@NullMarked
package dev.perron.chain.path;

import org.jspecify.annotations.NullMarked;
