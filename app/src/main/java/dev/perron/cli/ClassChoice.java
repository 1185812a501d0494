package dev.perron.cli;

import dev.perron.attention.Token;
import dev.perron.chain.Distribution;
import dev.perron.onnx.OnnxModel;
import dev.perron.vision.ClassEvidence;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A class of a vision model that a walk starts from: where the model sees it in the photograph.
///
/// @param number of the class; else the one that the model names
record ClassChoice(OptionalInt number) {
    private static final Pattern CLASS = Pattern.compile("class(?::(\\d{1,9}))?");

    /// What was found, and how it is told.
    ///
    /// @param start on the states of the chain
    record Found(ClassEvidence evidence, Distribution start) {
        /// `class 555 (probability 0.997), where its logit falls without a patch`.
        String words() {
            return "class %d (probability %.3f), by how much its logit falls without each patch"
                    .formatted(evidence.named(), evidence.probability());
        }

        Map<String, Object> facts() {
            return Json.object(
                    "class",
                    evidence.named(),
                    "probability",
                    evidence.probability(),
                    "weights",
                    Arrays.stream(start.toArray()).boxed().toList());
        }
    }

    /// What `--from` says, if it is a class.
    static Optional<ClassChoice> of(String named) {
        Matcher matcher = CLASS.matcher(named.toLowerCase(Locale.ROOT));
        if (!matcher.matches()) {
            return Optional.empty();
        }
        return Optional.of(
                new ClassChoice(
                        matcher.group(1) == null
                                ? OptionalInt.empty()
                                : OptionalInt.of(Integer.parseInt(matcher.group(1)))));
    }

    /// Asks the model, once for each patch.
    ///
    /// @throws Failure if there is no photograph, no such class, or it is seen nowhere
    Found look(OnnxModel model, Subject subject, Progress progress) {
        Picture picture =
                subject.source()
                        .picture()
                        .orElseThrow(
                                () ->
                                        new Failure(
                                                ExitCode.USAGE,
                                                "--from class needs --image and a vision model"));
        ClassEvidence evidence;
        try {
            evidence =
                    ClassEvidence.of(
                            picture.pixels(),
                            picture.grid(),
                            model::logits,
                            number,
                            done ->
                                    progress.at(
                                            "%d of %d patches left out"
                                                    .formatted(done, picture.grid().patches())));
        } catch (IllegalArgumentException e) {
            throw new Failure(ExitCode.INPUT, "--from class: " + e.getMessage());
        }
        List<Optional<Integer>> patches =
                subject.tokens().stream().map(token -> patch(token, picture)).toList();
        return new Found(
                evidence,
                evidence.start(patches)
                        .orElseThrow(
                                () ->
                                        new Failure(
                                                ExitCode.NUMERICAL,
                                                "--from class:%d: its logit falls without no patch, so nothing says where to start; name a patch"
                                                        .formatted(evidence.named()))));
    }

    private static Optional<Integer> patch(Token token, Picture picture) {
        return token instanceof Token.Patch(int row, int column)
                ? Optional.of(row * picture.grid().columns() + column)
                : Optional.empty();
    }
}
