/// Tests of reading models and texts. Small models are written here, byte by byte.
@NullMarked
package dev.perron.onnx;

import org.jspecify.annotations.NullMarked;
