package dev.perron.onnx;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession.SessionOptions;

/// ONNX Runtime, set up once for the process: its native libraries from the user's cache, silent,
/// reproducible.
final class RuntimeLibrary {
    private static final String FOLDER = "onnxruntime.native.path";

    private RuntimeLibrary() {}

    /// Made when first asked for, not when this class is loaded.
    private static final class Holder {
        static final OrtEnvironment ENVIRONMENT = start();

        private Holder() {}

        private static OrtEnvironment start() {
            if (System.getProperty(FOLDER) == null) {
                NativeLibraries.onnxRuntime(NativeLibraries.cache())
                        .ifPresent(folder -> System.setProperty(FOLDER, folder.toString()));
            }
            return OrtEnvironment.getEnvironment();
        }
    }

    /// The environment that sessions are made in.
    ///
    /// @throws ModelException if ONNX Runtime has no native library for this platform
    static OrtEnvironment environment() {
        try {
            return Holder.ENVIRONMENT;
        } catch (LinkageError e) {
            throw NativeLibraries.missing("ONNX Runtime", e);
        }
    }

    /// Optimisations that leave every number as it is, and deterministic kernels.
    static SessionOptions options() throws OrtException {
        SessionOptions options = new SessionOptions();
        options.setOptimizationLevel(SessionOptions.OptLevel.BASIC_OPT);
        options.setDeterministicCompute(true);
        // What goes wrong is thrown; what is printed besides would say it twice.
        options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
        return options;
    }

    /// What ONNX Runtime says, without the code in front of it.
    static String reason(OrtException e) {
        String said = ModelException.reason(e);
        String before = "message:";
        int at = said.indexOf(before);
        return at < 0 ? said : said.substring(at + before.length()).strip();
    }
}
