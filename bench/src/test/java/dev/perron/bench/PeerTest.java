package dev.perron.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

class PeerTest {
    @TempDir private Path folder;

    @BeforeEach
    void protocolIsBesideTheScripts() throws Exception {
        PythonHere.require("sys");
        Files.copy(Path.of("src", "main", "python", "protocol.py"), folder.resolve("protocol.py"));
    }

    @Test
    void aPeerSaysItsFactsAndThenItsSecondsRoundByRound() throws IOException {
        Peer peer =
                start(
                        """
                        import protocol
                        rounds = []
                        protocol.serve(lambda: rounds.append(1), products=12, residual=1e-9)
                        """);
        assertThat(peer).isInstanceOf(Peer.Running.class);
        try (Peer.Running running = (Peer.Running) peer) {
            assertThat(running.fact("products")).isEqualTo(12);
            assertThat(running.fact("residual")).isEqualTo(1e-9);
            assertThat(running.seconds()).isBetween(0.0, 1.0);
            assertThat(running.seconds()).isBetween(0.0, 1.0);
            assertThatIllegalArgumentException().isThrownBy(() -> running.fact("steps"));
        }
    }

    @Test
    void secondsAreThoseOfTheRepetitionAlone() throws IOException {
        Peer peer =
                start(
                        """
                        import protocol, time
                        protocol.serve(lambda: time.sleep(0.02))
                        """);
        try (Peer.Running running = (Peer.Running) peer) {
            assertThat(running.seconds()).isGreaterThanOrEqualTo(0.02);
        }
    }

    @Test
    void aMissingPackageIsNamed() throws IOException {
        assertThat(start("import protocol\nprotocol.need('no_such_package')\n"))
                .isEqualTo(new Peer.Absent("Python has no no_such_package"));
    }

    @Test
    void aScriptThatFailsSaysWhy() throws IOException {
        assertThat(start("raise MemoryError('too large')\n"))
                .isEqualTo(new Peer.Absent("script.py failed: MemoryError: too large"));
    }

    @Test
    void aScriptThatEndsInAMeasurementGivesNoSeconds() throws IOException {
        Peer peer =
                start(
                        """
                        import protocol, sys
                        protocol.serve(sys.exit)
                        """);
        try (Peer.Running running = (Peer.Running) peer) {
            assertThatThrownBy(running::seconds)
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageContaining("has ended");
        }
    }

    @Test
    void withoutPythonTheRowSaysSo() throws IOException {
        Setting setting = new Setting(1, Setting.Size.TINY, "no-such-python", folder);
        assertThat(Peer.start(setting, "script", folder, 1))
                .isEqualTo(new Peer.Absent("no-such-python can't be started"));
    }

    private Peer start(String script) throws IOException {
        Files.writeString(folder.resolve("script.py"), script);
        Setting setting = new Setting(1, Setting.Size.TINY, Benchmark.python(), folder);
        return Peer.start(setting, "script", folder, 1);
    }
}
