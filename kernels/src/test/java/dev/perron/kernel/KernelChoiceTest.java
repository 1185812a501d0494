package dev.perron.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Test;

class KernelChoiceTest {
    private static final boolean MODULE =
            ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();

    @Test
    void activeKernelsAreTheOnesThatTheRunAskedFor() {
        String asked = System.getProperty("perron.kernels");
        assumeTrue(asked != null, "this run does not say -Dperron.kernels");
        assertThat(ChainKernels.active().describe()).startsWith(asked);
    }

    @Test
    void activeKernelsAreChosenOnce() {
        assertThat(ChainKernels.active()).isSameAs(ChainKernels.active());
        assertThat(ChainKernels.scalar().describe()).isEqualTo("scalar");
    }

    @Test
    void vectorKernelsSayHowWideTheyAre() {
        assumeTrue(MODULE, "this run has no jdk.incubator.vector");
        assertThat(KernelChoice.choose("vector").describe()).matches("vector, \\d+ bit");
    }

    @Test
    void vectorKernelsWithoutTheModuleNameTheFlag() {
        assumeFalse(MODULE, "this run has jdk.incubator.vector");
        assertThatIllegalStateException()
                .isThrownBy(() -> KernelChoice.choose("vector"))
                .withMessage("-Dperron.kernels=vector needs --add-modules jdk.incubator.vector");
    }

    @Test
    void autoWithoutTheModuleIsScalar() {
        assumeFalse(MODULE, "this run has jdk.incubator.vector");
        assertThat(KernelChoice.choose("auto")).isSameAs(ChainKernels.scalar());
    }

    @Test
    void anUnknownChoiceNamesTheKnownOnes() {
        assertThatIllegalStateException()
                .isThrownBy(() -> KernelChoice.choose("fast"))
                .withMessage("-Dperron.kernels=fast, must be auto, scalar or vector");
    }
}
