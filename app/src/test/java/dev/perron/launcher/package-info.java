/// The launcher `perron`, run as a process on a copy of itself, with folders that look like JDKs
/// and a stand-in for Maven.
@NullMarked
package dev.perron.launcher;

import org.jspecify.annotations.NullMarked;
