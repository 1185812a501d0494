/// Tests of files of attention.
@NullMarked
package dev.perron.format;

import org.jspecify.annotations.NullMarked;
