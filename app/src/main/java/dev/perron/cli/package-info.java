/// The command line.
@NullMarked
package dev.perron.cli;

import org.jspecify.annotations.NullMarked;
