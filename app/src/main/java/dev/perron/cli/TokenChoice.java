package dev.perron.cli;

import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// A token that the user named: by its text, or by its position as `#7`.
final class TokenChoice {
    private static final Pattern POSITION = Pattern.compile("#(-?\\d{1,9})");
    private static final Pattern PIXEL = Pattern.compile("(\\d{1,6}),(\\d{1,6})");
    private static final int SHOWN = 12;

    private TokenChoice() {}

    /// The state of the token that `named` names.
    ///
    /// @throws Failure if there is none, or more than one: the message lists the candidates
    static int state(String option, String named, Subject subject) {
        Matcher position = POSITION.matcher(named);
        if (position.matches()) {
            return atPosition(option, named, Integer.parseInt(position.group(1)), subject);
        }
        List<Integer> found = matching(named, subject, false);
        if (found.isEmpty()) {
            found = matching(named, subject, true);
        }
        if (found.isEmpty()) {
            throw new Failure(
                    ExitCode.INPUT,
                    "%s '%s': no such token; there are %s"
                            .formatted(
                                    option,
                                    named,
                                    list(
                                            IntStream.range(0, subject.states()).boxed().toList(),
                                            subject)));
        }
        if (found.size() > 1) {
            throw new Failure(
                    ExitCode.INPUT,
                    "%s '%s': %d tokens are called that, %s; name one by its position, as in %s '#%d'"
                            .formatted(
                                    option,
                                    named,
                                    found.size(),
                                    list(found, subject),
                                    option,
                                    subject.chain().positions().get(found.getFirst())));
        }
        return found.getFirst();
    }

    /// The state of the patch that a pixel lies in.
    ///
    /// @param named the pixel as `x,y`
    /// @throws Failure if there is no photograph, or no such pixel
    static int atPixel(String option, String named, Subject subject) {
        Picture picture =
                subject.source()
                        .picture()
                        .orElseThrow(
                                () ->
                                        new Failure(
                                                ExitCode.USAGE,
                                                option
                                                        + " needs --image; name a token with"
                                                        + " --from"));
        Matcher pixel = PIXEL.matcher(named);
        if (!pixel.matches()) {
            throw new Failure(
                    ExitCode.USAGE, "%s %s, must be x,y as 320,240".formatted(option, named));
        }
        int x = Integer.parseInt(pixel.group(1));
        int y = Integer.parseInt(pixel.group(2));
        int width = picture.image().width();
        int height = picture.image().height();
        if (x >= width || y >= height) {
            throw new Failure(
                    ExitCode.INPUT,
                    "%s %s, must be from 0,0 to %d,%d"
                            .formatted(option, named, width - 1, height - 1));
        }
        return state(option, picture.grid().patchAt(x, y, picture.view()).label(), subject);
    }

    private static int atPosition(String option, String named, int position, Subject subject) {
        int n = subject.extent().tokens().size();
        int counted = position < 0 ? n + position : position;
        int state = subject.chain().positions().indexOf(counted);
        if (state >= 0) {
            return state;
        }
        if (counted < 0 || counted >= n) {
            throw new Failure(
                    ExitCode.INPUT,
                    "%s '%s': positions are from #0 to #%d".formatted(option, named, n - 1));
        }
        throw new Failure(
                ExitCode.INPUT,
                "%s '%s': '%s' is a special token or padding, and not in the chain; use --special-tokens keep"
                        .formatted(option, named, subject.extent().tokens().get(counted).label()));
    }

    private static List<Integer> matching(String named, Subject subject, boolean anyCase) {
        return IntStream.range(0, subject.states())
                .filter(
                        state -> {
                            String label = subject.token(state).label().strip();
                            return anyCase
                                    ? plain(label).equals(plain(named))
                                    : label.equals(named.strip());
                        })
                .boxed()
                .toList();
    }

    /// Without case, and without the brackets of a special token: `cls` is `[CLS]`.
    private static String plain(String label) {
        return label.strip().toLowerCase(Locale.ROOT).replaceFirst("^\\[(.+)]$", "$1");
    }

    private static String list(List<Integer> states, Subject subject) {
        String shown =
                states.stream().limit(SHOWN).map(subject::named).collect(Collectors.joining(", "));
        return states.size() > SHOWN ? shown + ", ... %d in all".formatted(states.size()) : shown;
    }
}
