package dev.perron.cli;

import dev.perron.kernel.ChainKernels;

import picocli.CommandLine.IVersionProvider;

import java.util.Map;

/// What runs here: for `--version`, and for the provenance in every result.
final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        return new String[] {"perron " + perron(), "java " + java() + ", " + system()};
    }

    /// Perron's own version.
    static String perron() {
        String version = Version.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }

    static Map<String, Object> provenance() {
        return Json.object(
                "perron", perron(),
                "kernels", ChainKernels.active().describe(),
                "java", java(),
                "system", system());
    }

    private static String java() {
        return Runtime.version().toString();
    }

    private static String system() {
        return System.getProperty("os.name") + " " + System.getProperty("os.arch");
    }
}
