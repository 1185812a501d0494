import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/// `java Version.java 0.1.0 FILE` writes the version and the commit it is built from to FILE, as
/// properties. The commit is that of this project's own checkout, `-dirty` if files differ from it,
/// and `unknown` where there is no checkout or no git. Nothing in FILE depends on the time or on
/// the machine.
class Version {
    public static void main(String[] args) throws IOException, InterruptedException {
        Path file = Path.of(args[1]);
        String text = "version=%s\ncommit=%s\n".formatted(args[0], commit(projectRoot()));
        if (Files.exists(file) && Files.readString(file).equals(text)) {
            return;
        }
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private static Path projectRoot() {
        Path here = Path.of("").toAbsolutePath();
        while (!Files.exists(here.resolve("mvnw"))) {
            here = here.getParent();
        }
        return here;
    }

    private static String commit(Path root) throws InterruptedException {
        // Asked from an unpacked archive, git would answer for whatever repository lies around it.
        if (!Files.exists(root.resolve(".git"))) {
            return "unknown";
        }
        // The pattern matches no tag, so that a tag doesn't change the form of the answer.
        ProcessBuilder git =
                new ProcessBuilder(
                        "git", "describe", "--always", "--dirty", "--abbrev=12", "--match=");
        try {
            Process process =
                    git.directory(root.toFile())
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start();
            String answer = new String(process.getInputStream().readAllBytes()).strip();
            boolean answered = process.waitFor(30, TimeUnit.SECONDS) && process.exitValue() == 0;
            return answered ? answer : "unknown";
        } catch (IOException thereIsNoGit) {
            return "unknown";
        }
    }
}
