/// The command line: `perron COMMAND [options]`.
///
/// Each command reads its input, asks `chain` and `attention`, and writes one answer in the form
/// that was asked for: a table for people, one JSON document, long CSV, a figure. No mathematics
/// here.
///
/// ## Units and words
///
/// ```
///   score, value     probabilities, dimensionless
///   entropy          nats
///   position         a token's place in the model's input, from 0; `#7` on the command line
///   L5H3             layer 5, head 3, from 0; negative numbers count from the end
/// ```
///
/// Data goes to stdout, everything else to stderr. Exit codes are those of [ExitCode].
@NullMarked
package dev.perron.cli;

import org.jspecify.annotations.NullMarked;
