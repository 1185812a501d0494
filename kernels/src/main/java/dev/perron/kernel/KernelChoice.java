package dev.perron.kernel;

import jdk.incubator.vector.DoubleVector;

/// Which kernels this JVM runs, decided once, when the first of them is asked for.
final class KernelChoice {
    static final ChainKernels SCALAR = new ScalarChainKernels();
    static final TransformerKernels SCALAR_TRANSFORMER = new ScalarTransformerKernels();

    private static final String WANTED = System.getProperty("perron.kernels", "auto");
    static final ChainKernels ACTIVE = choose(WANTED);
    static final TransformerKernels ACTIVE_TRANSFORMER = chooseTransformer(WANTED);

    private KernelChoice() {}

    /// The kernels for a value of `-Dperron.kernels`.
    ///
    /// @throws IllegalStateException if it is none of the three, or `vector` where that can't run
    static ChainKernels choose(String wanted) {
        return vectors(wanted) ? new VectorChainKernels() : SCALAR;
    }

    /// The same for transformers.
    ///
    /// @throws IllegalStateException if it is none of the three, or `vector` where that can't run
    static TransformerKernels chooseTransformer(String wanted) {
        return vectors(wanted) ? new VectorTransformerKernels() : SCALAR_TRANSFORMER;
    }

    private static boolean vectors(String wanted) {
        return switch (wanted) {
            case "scalar" -> false;
            case "vector" -> {
                if (!moduleIsPresent()) {
                    throw new IllegalStateException(
                            "-Dperron.kernels=vector needs --add-modules jdk.incubator.vector");
                }
                if (!registersAreWide()) {
                    throw new IllegalStateException(
                            "-Dperron.kernels=vector needs registers of 128 bit, here they have "
                                    + DoubleVector.SPECIES_PREFERRED.vectorBitSize());
                }
                yield true;
            }
            case "auto" -> moduleIsPresent() && compilesWithC2() && registersAreWide();
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

    /// With one double in a register there is nothing to gain, and no shape of half the size.
    private static boolean registersAreWide() {
        return DoubleVector.SPECIES_PREFERRED.length() >= 2;
    }
}
