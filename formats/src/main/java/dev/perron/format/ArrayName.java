package dev.perron.format;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A name with its numbers taken out: `blocks.3.attn.hook_pattern` is number 3 of the group
/// `blocks.#.attn.hook_pattern`.
///
/// @param group the name with `#` for each number
/// @param numbers in their order
record ArrayName(String group, List<Integer> numbers) {
    /// Between separators, or after a word for it: the 16 of `f16` counts nothing.
    private static final Pattern NUMBER =
            Pattern.compile(
                    "(?:(?<![0-9A-Za-z])|(?<=layer|block|step|attn|attention|attentions))"
                            + "[0-9]{1,6}(?![0-9A-Za-z])");

    static ArrayName of(String name) {
        List<Integer> numbers = new ArrayList<>();
        Matcher found = NUMBER.matcher(name);
        String group =
                found.replaceAll(
                        number -> {
                            numbers.add(Integer.parseInt(number.group()));
                            return "#";
                        });
        return new ArrayName(group, List.copyOf(numbers));
    }

    /// Whether a person would call the group so: its whole text, or what stands before the number.
    boolean isCalled(String name) {
        return group.equals(name)
                || (group.indexOf('#') > 0
                        && group.substring(0, group.indexOf('#'))
                                .replaceAll("[._/-]+$", "")
                                .equals(name.replaceAll("[._/-]+$", "")));
    }
}
