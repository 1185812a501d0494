package dev.perron.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perron.launcher.Checkout.Outcome;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Which JDK the launcher takes. The build shows it: Maven is given the same.
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the launcher is a POSIX shell script")
final class JdkChoiceTest {
    @TempDir private Path folder;
    private Checkout checkout;

    @BeforeEach
    void makeCheckout() throws IOException {
        checkout = new Checkout(folder.toRealPath(), "checkout");
    }

    @Test
    void theFirstThatIsNewEnoughIsTaken() throws Exception {
        checkout.set("JAVA_HOME", checkout.jdk("/somewhere/java-17", "17.0.15"));
        checkout.putOnPath(checkout.jdk("/usr/lib/jvm/java-21", "21.0.4").resolve("bin"));
        Path found = checkout.jdk("/usr/lib/jvm/jdk-25", "25.0.3");
        checkout.jdk("/opt/jdk-26", "26");
        assertThat(checkout.run("--version").exitCode()).isZero();
        assertThat(checkout.builds()).containsExactly(found.toString());
    }

    @Test
    void javaHomeGoesBeforePathAndPathBeforeTheFolders() throws Exception {
        checkout.jdk("/usr/lib/jvm/jdk-25", "25.0.3");
        Path onPath = checkout.jdk("/somewhere/jdk-26", "26-ea");
        checkout.putOnPath(onPath.resolve("bin"));
        checkout.run();
        Path javaHome = checkout.jdk("/somewhere/jdk-27", "27.0.1+3");
        checkout.set("JAVA_HOME", javaHome);
        checkout.edit("pom.xml");
        checkout.run();
        assertThat(checkout.builds()).containsExactly(onPath.toString(), javaHome.toString());
    }

    @Test
    void perronJavaGoesBeforeEverything() throws Exception {
        checkout.set("JAVA_HOME", checkout.jdk("/somewhere/jdk-26", "26"));
        Path chosen = checkout.jdk("/with space/jdk-25", "25");
        checkout.set("PERRON_JAVA", chosen);
        checkout.run();
        checkout.edit("pom.xml");
        checkout.set("PERRON_JAVA", chosen.resolve("bin/java"));
        checkout.run();
        assertThat(checkout.builds()).containsExactly(chosen.toString(), chosen.toString());
    }

    @Test
    void perronJavaThatIsTooOldIsAnError() throws Exception {
        checkout.jdk("/usr/lib/jvm/jdk-25", "25");
        Path old = checkout.jdk("/somewhere/java-17", "17.0.15");
        checkout.set("PERRON_JAVA", old);
        assertRefused(
                "perron: PERRON_JAVA is %s, must be the folder of a JDK 25 or newer; it is Java 17.0.15 at %s"
                        .formatted(old, old));
        checkout.set("PERRON_JAVA", "/nowhere");
        assertRefused("perron: PERRON_JAVA is /nowhere, must be the folder of a JDK 25 or newer");
    }

    @Test
    void whatWasFoundIsNamedWhenNothingWillDo() throws Exception {
        Path old = checkout.jdk("/usr/lib/jvm/java-17", "17.0.15");
        Files.createSymbolicLink(old.resolveSibling("java-1.17"), old);
        Path half = checkout.jre("/opt/jre-25", "25.0.3");
        checkout.jdk("/opt/jdk8", "1.8.0_402");
        assertRefused(
                "perron: needs a JDK, 25 or newer, and found Java 17.0.15 at %s, Java 1.8.0_402 at %s, Java 25.0.3 without javac at %s (looked at PERRON_JAVA, JAVA_HOME, PATH and the usual folders); install one, from https://adoptium.net or as a package such as openjdk-25-jdk, or set PERRON_JAVA"
                        .formatted(old, half.resolveSibling("jdk8"), half));
    }

    @Test
    void noJavaAtAllIsSaid() throws Exception {
        Outcome outcome = checkout.run("--version");
        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.err().lines()).hasSize(1);
        assertThat(outcome.err()).contains("found no Java at all");
    }

    @Test
    void linksFromPathAreFollowed() throws Exception {
        Path jdk = checkout.jdk("/somewhere/jdk-25", "25.0.3");
        Path bin = Files.createDirectories(folder.resolve("bin"));
        Path alternative =
                Files.createSymbolicLink(folder.resolve("java"), jdk.resolve("bin/java"));
        Files.createSymbolicLink(bin.resolve("java"), bin.relativize(alternative));
        checkout.putOnPath(bin);
        checkout.run();
        assertThat(checkout.builds()).hasSize(1).allMatch(home -> Path.of(home).endsWith("jdk-25"));
    }

    @Test
    void aVersionManagersScriptIsAsked() throws Exception {
        Path jdk = checkout.jdk("/somewhere/jdk-25", "25.0.3");
        Path shims = Files.createDirectories(folder.resolve("shims/bin"));
        Files.writeString(
                shims.resolve("java"), "#!/bin/sh\necho '    java.home = %s' >&2\n".formatted(jdk));
        Checkout.executable(shims.resolve("java"));
        checkout.putOnPath(shims);
        checkout.run();
        assertThat(checkout.builds()).containsExactly(jdk.toString());
    }

    @Test
    void theHomeFolderMayHaveASpaceInItsName() throws Exception {
        Path jdk = checkout.jdk(checkout.home() + "/.sdkman/candidates/java/25-tem", "25.0.3");
        checkout.run();
        assertThat(checkout.builds()).containsExactly(jdk.toString());
    }

    private void assertRefused(String line) throws IOException, InterruptedException {
        Outcome outcome = checkout.run("--version");
        assertThat(outcome.err()).isEqualTo(line + "\n");
        assertThat(outcome.out()).isEmpty();
        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(checkout.builds()).isEmpty();
    }
}
