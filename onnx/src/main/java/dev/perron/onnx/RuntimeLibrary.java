package dev.perron.onnx;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession.SessionOptions;

import dev.perron.attention.model.ModelException;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/// ONNX Runtime, set up once for the process: its native libraries from the user's cache, silent,
/// reproducible.
///
/// Its official builds report each session, with the model's name and an id of the machine, to its
/// makers over the network, unless `ORT_DISABLE_TELEMETRY=1` is in the process's environment before
/// the library is loaded (its `Privacy.md`). The interface to switch it off comes too late for the
/// first report, and Java can't change its environment, so C does. A launcher that sets the
/// variable saves that step.
final class RuntimeLibrary {
    private static final String FOLDER = "onnxruntime.native.path";

    private static final String TELEMETRY_OFF = "ORT_DISABLE_TELEMETRY";

    private RuntimeLibrary() {}

    /// Made when first asked for, not when this class is loaded.
    private static final class Holder {
        static final OrtEnvironment ENVIRONMENT = start();

        private Holder() {}

        private static OrtEnvironment start() {
            if (System.getProperty(FOLDER) == null) {
                NativeLibraries.onnxRuntime(NativeLibraries.folder())
                        .ifPresent(folder -> System.setProperty(FOLDER, folder.toString()));
            }
            switchTelemetryOff();
            OrtEnvironment environment = OrtEnvironment.getEnvironment();
            try {
                environment.setTelemetry(false); // Windows: the system's own tracing
            } catch (OrtException e) {
                throw new IllegalStateException("ONNX Runtime's telemetry stays on", e);
            }
            return environment;
        }
    }

    // Calling C is a restricted method; loading ONNX Runtime asks for the same right anyway.
    @SuppressWarnings("restricted")
    private static void switchTelemetryOff() {
        boolean off = "1".equals(System.getenv(TELEMETRY_OFF));
        if (off || NativeLibraries.platform().startsWith("win")) {
            return;
        }
        Linker linker = Linker.nativeLinker();
        MethodHandle setenv =
                linker.downcallHandle(
                        linker.defaultLookup().findOrThrow("setenv"),
                        FunctionDescriptor.of(
                                ValueLayout.JAVA_INT,
                                ValueLayout.ADDRESS,
                                ValueLayout.ADDRESS,
                                ValueLayout.JAVA_INT));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment name = arena.allocateFrom(TELEMETRY_OFF);
            if ((int) setenv.invokeExact(name, arena.allocateFrom("1"), 1) != 0) {
                throw new IllegalStateException("setenv failed");
            }
        } catch (Throwable e) {
            throw new IllegalStateException(
                    "ONNX Runtime's telemetry can't be switched off; set " + TELEMETRY_OFF + "=1",
                    e);
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
