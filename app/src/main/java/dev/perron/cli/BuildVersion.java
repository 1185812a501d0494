package dev.perron.cli;

import picocli.CommandLine.IVersionProvider;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/// Which Perron this is: the version, the commit it was built from, and the Java it runs on.
public final class BuildVersion implements IVersionProvider {
    /// The line that `--version` prints.
    @Override
    public String[] getVersion() {
        return new String[] {
            "perron %s (commit %s, Java %s)".formatted(version(), commit(), Runtime.version())
        };
    }

    /// The version of the project, such as `0.1.0`.
    public static String version() {
        return property("version");
    }

    /// The first twelve digits of the commit, with `-dirty` if the sources differed from it, or
    /// `unknown` if it was not built from a checkout.
    public static String commit() {
        return property("commit");
    }

    private static String property(String key) {
        Properties properties = new Properties();
        // Written by build/Version.java.
        try (InputStream in = BuildVersion.class.getResourceAsStream("version.properties")) {
            if (in != null) {
                properties.load(in);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return properties.getProperty(key, "unknown");
    }
}
