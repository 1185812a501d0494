package dev.perron.figure;

import java.io.IOException;
import java.nio.file.Path;

/// Writes a figure to its argument, or says why not: what `RenderingTest` runs in a process of its
/// own.
final class WriteExample {
    private WriteExample() {}

    public static void main(String[] arguments) {
        try {
            FigureFile.write(Path.of(arguments[0]), Examples.strip(3).draw());
        } catch (IOException e) {
            System.out.println(e.getMessage());
        }
    }
}
