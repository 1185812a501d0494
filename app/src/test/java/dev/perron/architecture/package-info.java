/// What holds for the code of all modules, checked in their class files and sources.
@NullMarked
package dev.perron.architecture;

import org.jspecify.annotations.NullMarked;
