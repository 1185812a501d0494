package dev.perron.kernel;

/// Which kernels this JVM runs, decided once, when the first of them is asked for.
final class KernelChoice {
    static final ChainKernels SCALAR = new ScalarChainKernels();
    static final ChainKernels ACTIVE = choose(System.getProperty("perron.kernels", "auto"));

    private KernelChoice() {}

    private static ChainKernels choose(String wanted) {
        return switch (wanted) {
            case "scalar" -> SCALAR;
            case "vector" -> {
                if (!moduleIsPresent()) {
                    throw new IllegalStateException(
                            "-Dperron.kernels=vector needs --add-modules jdk.incubator.vector");
                }
                yield new VectorChainKernels();
            }
            case "auto" ->
                    moduleIsPresent() && compilesWithC2() ? new VectorChainKernels() : SCALAR;
            default ->
                    throw new IllegalStateException(
                            "-Dperron.kernels=%s, must be auto, scalar or vector"
                                    .formatted(wanted));
        };
    }

    private static boolean moduleIsPresent() {
        return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
    }

    /// Without C2 every vector is an object on the heap, many times slower than the scalar loop.
    private static boolean compilesWithC2() {
        String info = System.getProperty("java.vm.info", "");
        return info.contains("mixed mode") && !info.contains("emulated-client");
    }
}
