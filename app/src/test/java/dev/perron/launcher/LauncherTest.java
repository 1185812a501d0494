package dev.perron.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perron.launcher.Checkout.Outcome;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// How the launcher hands over to Java, and when it builds.
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the launcher is a POSIX shell script")
@Timeout(120)
final class LauncherTest {
    @TempDir private Path folder;
    private Checkout checkout;

    @BeforeEach
    void makeCheckout() throws IOException {
        folder = folder.toRealPath();
        checkout = new Checkout(folder, "a checkout");
        checkout.set("PERRON_JAVA", checkout.jdk("/jdk 25", "25.0.3"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"sh", "dash", "bash", "ksh", "zsh"})
    void argumentsArriveAsTheyAre(String shell) throws Exception {
        Path found =
                List.of(Path.of("/bin", shell), Path.of("/usr/bin", shell)).stream()
                        .filter(Files::isExecutable)
                        .findFirst()
                        .orElse(null);
        Assumptions.assumeTrue(found != null, shell + " isn't installed");
        String[] arguments = {
            "rank",
            "--text",
            "The quick  brown\tfox",
            "",
            "*",
            "a'b\"c\\d",
            "$HOME `id`",
            "two\nlines\n",
            "-n",
            "--",
            "[12]*?",
            "größer π",
            "&;|<#!~"
        };
        List<String> command = List.of(String.valueOf(found), checkout.launcher().toString());
        Outcome outcome = checkout.run(folder, command, arguments);
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        assertThat(outcome.arguments()).containsExactly(arguments);
    }

    @Test
    void javaGetsTheClassPathAndTheCache() throws Exception {
        Outcome outcome = checkout.run();
        assertThat(outcome.javaArguments())
                .contains(checkout.app("lib/perron-app.jar").toString())
                .contains("-XX:AOTCache=" + checkout.app("perron.aot"))
                .contains("--enable-native-access=ALL-UNNAMED");
        Files.delete(checkout.app("perron.aot"));
        assertThat(checkout.run().javaArguments()).noneMatch(option -> option.contains("AOTCache"));
    }

    @Test
    void optionsGivenToJavaReplaceTheTuning() throws Exception {
        checkout.set("PERRON_JAVA_OPTIONS", "-Xmx2g -Dpattern=*");
        assertThat(checkout.run("inspect").javaArguments())
                .contains("-Xmx2g", "-Dpattern=*", "inspect")
                .noneMatch(option -> option.contains("AOTCache") || option.contains("GC"));
    }

    @Test
    void itIsFoundThroughLinksAndFromAnywhere() throws Exception {
        Path first = Files.createSymbolicLink(folder.resolve("link"), checkout.launcher());
        Path bin = Files.createDirectories(folder.resolve("bin"));
        Path second = Files.createSymbolicLink(bin.resolve("perron"), Path.of("..", "link"));
        for (String command :
                List.of(first.toString(), second.toString(), "../bin/perron", "./../link")) {
            assertThat(checkout.run(bin, List.of(command), "heads").arguments())
                    .as(command)
                    .containsExactly("heads");
        }
        checkout.putOnPath(bin);
        assertThat(checkout.run(folder, List.of("/bin/sh", "-c", "perron heads")).arguments())
                .containsExactly("heads");
        assertThat(checkout.builds()).hasSize(1);
    }

    @Test
    void itBuildsOnceAndSaysSo() throws Exception {
        Outcome first = checkout.run("heads");
        assertThat(first.err())
                .isEqualTo(
                        "perron: building it, once; the log is %s\n"
                                .formatted(checkout.app("build.log")));
        Outcome second = checkout.run("heads");
        assertThat(second.err()).isEmpty();
        assertThat(second.arguments()).containsExactly("heads");
        assertThat(checkout.builds()).hasSize(1);
    }

    @Test
    void aLaterEditIsBuilt() throws Exception {
        checkout.run();
        for (String source : List.of("core/src/main/java/Chain.java", "core/pom.xml", "pom.xml")) {
            checkout.edit(source);
            int before = checkout.builds().size();
            checkout.run();
            assertThat(checkout.builds()).as(source).hasSize(before + 1);
            // The edit is dated after that build too.
            checkout.write(source, "class Edited {}");
        }
    }

    @Test
    void aRemovedSourceIsNoticed() throws Exception {
        checkout.run();
        checkout.remove("core/src/main/java/State.java");
        checkout.run();
        assertThat(checkout.builds()).hasSize(2);
    }

    @Test
    void testsAreNotWhatRuns() throws Exception {
        checkout.run();
        checkout.edit("core/src/test/java/ChainTest.java");
        checkout.run();
        assertThat(checkout.builds()).hasSize(1);
    }

    @Test
    void aBuildThatFailsShowsWhyAndLeavesNothingToRun() throws Exception {
        checkout.run();
        checkout.edit("core/src/main/java/Chain.java");
        checkout.write("broken", "");
        Outcome outcome = checkout.run("heads");
        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.out()).isEmpty();
        assertThat(outcome.err())
                .contains("[ERROR] Chain.java:[3,1] ';' expected\n")
                .doesNotContain("nobody needs")
                .endsWith(
                        "perron: could not be built; the whole log is %s\n"
                                .formatted(checkout.app("build.log")));
        assertThat(checkout.app("built")).doesNotExist();
        assertThat(checkout.app("lib")).doesNotExist();
        assertThat(checkout.run().exitCode()).as("it is tried again").isEqualTo(1);
        assertThat(checkout.builds()).hasSize(3);
    }

    @Test
    void twoFirstUsesBuildOnce() throws Exception {
        checkout.write("slow", "");
        Process one = checkout.start(folder, List.of(checkout.launcher().toString()), "one");
        Process two = checkout.start(folder, List.of(checkout.launcher().toString()), "two");
        checkout.awaitWords("perron: waiting for process ", one, two);
        checkout.finishBuild();
        Outcome first = checkout.await(one);
        Outcome second = checkout.await(two);
        assertThat(first.arguments()).as(first.err()).containsExactly("one");
        assertThat(second.arguments()).as(second.err()).containsExactly("two");
        assertThat(checkout.builds()).hasSize(1);
    }

    @Test
    void theLockOfADeadProcessIsTakenOver() throws Exception {
        Process ended = new ProcessBuilder("true").start();
        ended.waitFor();
        Files.createDirectories(checkout.app(""));
        Files.createSymbolicLink(checkout.app("lock"), Path.of(Long.toString(ended.pid())));
        assertThat(checkout.run("heads").arguments()).containsExactly("heads");
        assertThat(Files.isSymbolicLink(checkout.app("lock"))).isFalse();
    }

    @Test
    void anInterruptedBuildIsNotTakenForAWholeOne() throws Exception {
        checkout.write("slow", "");
        Process process = checkout.start(folder, List.of(checkout.launcher().toString()));
        checkout.awaitBuild();
        process.destroy();
        assertThat(checkout.await(process).exitCode()).isEqualTo(143);
        assertThat(checkout.app("built")).doesNotExist();
        assertThat(Files.isSymbolicLink(checkout.app("lock"))).isFalse();
        checkout.finishBuild();
        assertThat(checkout.run("heads").arguments()).containsExactly("heads");
        assertThat(checkout.builds()).hasSize(2);
    }
}
