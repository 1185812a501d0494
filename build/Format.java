import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.FormatterException;
import com.google.googlejavaformat.java.JavaFormatterOptions;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// `java Format.java check` names the Java sources below the working directory that are not laid
/// out as the formatter would, and fails if there are any; `apply` rewrites them.
class Format {
    private static final JavaFormatterOptions OPTIONS =
            JavaFormatterOptions.builder().style(JavaFormatterOptions.Style.AOSP).build();

    public static void main(String[] args) throws IOException, FormatterException {
        boolean apply = args.length == 1 && args[0].equals("apply");
        Formatter formatter = new Formatter(OPTIONS);
        List<Path> unlike = new ArrayList<>();
        for (Path file : sources()) {
            String before = Files.readString(file);
            String after = settled(formatter, before);
            if (before.equals(after)) {
                continue;
            }
            unlike.add(file);
            if (apply) {
                Files.writeString(file, after);
            }
        }
        if (apply) {
            System.out.println(unlike.size() + " files rewritten");
        } else if (!unlike.isEmpty()) {
            unlike.forEach(file -> System.err.println("not formatted: " + file));
            System.err.println("run: ./mvnw -q -N validate -Dformat=apply");
            System.exit(1);
        }
    }

    /// Long documentation comments take two passes to come to rest.
    private static String settled(Formatter formatter, String source) throws FormatterException {
        String before = source;
        String after = formatter.formatSourceAndFixImports(before);
        while (!after.equals(before)) {
            before = after;
            after = formatter.formatSourceAndFixImports(before);
        }
        return after;
    }

    private static List<Path> sources() throws IOException {
        try (var files = Files.walk(Path.of("."))) {
            return files.filter(f -> f.toString().endsWith(".java"))
                    .filter(f -> !f.toString().contains("/target/"))
                    .sorted()
                    .toList();
        }
    }
}
