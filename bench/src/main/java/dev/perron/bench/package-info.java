/// How fast Perron's answers are, beside the same answers of others, measured in one run.
///
/// ## Notation
///
/// ```
///   row        one line of questions that have a floor: a class that is a Comparison
///   round      one repetition of everything that is compared, one after the other, so that what
///              disturbs the machine disturbs all of them
///   peer       a Python process that answers the same question with NumPy, SciPy, torch or NetworkX
///   n, H       states of a chain, number of heads
///   P [n,n]    float32 rows, as a model gives them
///   seconds    wall clock; ours and the peer's are medians over rounds
///   ratio      how many times faster than a peer, or how many times a floor of the machine
/// ```
///
/// All random data are seeded.
@NullMarked
package dev.perron.bench;

import org.jspecify.annotations.NullMarked;
