package dev.perron.cli;

import dev.perron.kernel.ChainKernels;

import picocli.CommandLine.IVersionProvider;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Properties;

/// What runs here: for `--version`, and for the provenance in every result.
final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        return new String[] {line()};
    }

    /// `perron 1.0 (commit 0123456789ab, Java 25)`.
    static String line() {
        return "perron %s (commit %s, Java %s)"
                .formatted(property("version"), property("commit"), Runtime.version());
    }

    /// The build, the arithmetic and the machine that made a result.
    static Map<String, Object> provenance() {
        return Json.object(
                "perron", property("version"),
                "commit", property("commit"),
                "kernels", ChainKernels.active().describe(),
                "java", Runtime.version().toString(),
                "system", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
    }

    /// The version, or the first twelve digits of the commit, with `-dirty` if the sources differed
    /// from it; `unknown` if it wasn't built from a checkout.
    private static String property(String key) {
        Properties properties = new Properties();
        // Written by build/Version.java.
        try (InputStream in = Version.class.getResourceAsStream("version.properties")) {
            if (in != null) {
                properties.load(in);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return properties.getProperty(key, "unknown");
    }
}
