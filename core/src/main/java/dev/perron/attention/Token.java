package dev.perron.attention;

/// What a state of an attention chain stands for.
public sealed interface Token {
    /// What to show a person.
    String label();

    /// A piece of text, as the tokenizer writes it, marks and all (`Ġfox`, `▁fox`, `##ing`).
    record Piece(String text) implements Token {
        /// The piece as a person would read it: marks of a leading space become a space.
        @Override
        public String label() {
            return text.replace('\u0120', ' ') // Ġ, byte-level BPE
                    .replace('\u2581', ' ') // ▁, SentencePiece
                    .replace("\u010A", "\\n") // Ċ, byte-level BPE's newline
                    .replace("</w>", " ");
        }
    }

    /// A token that the model adds and the text doesn't have: `[CLS]`, `<s>`, a register.
    record Special(String name) implements Token {
        @Override
        public String label() {
            return name;
        }
    }

    /// An image patch, counted from the top left.
    record Patch(int row, int column) implements Token {
        @Override
        public String label() {
            return row + "," + column;
        }
    }
}
