package dev.perron.bench;

import java.lang.management.ManagementFactory;

/// Processor time of all threads of this JVM.
final class ProcessTime {
    private ProcessTime() {}

    static long nanoseconds() {
        return ManagementFactory.getOperatingSystemMXBean()
                        instanceof com.sun.management.OperatingSystemMXBean system
                ? system.getProcessCpuTime()
                : 0;
    }
}
