package dev.perron.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.stream.Stream;

/// A Python program that saves a model's attention so that it is read here without options.
enum Snippet {
    HF_TEXT("hf-text", "text models of Hugging Face transformers: BERT, GPT-2, Llama, ..."),
    VIT("vit", "vision transformers of Hugging Face transformers: ViT, DeiT, ..."),
    DINOV2("dinov2", "DINOv2 of Hugging Face transformers, with or without registers"),
    TRANSFORMERLENS("transformerlens", "models of TransformerLens, by hook_pattern"),
    FLUX("flux", "joint attention of text and image in FLUX.1, by diffusers; wants 24 GB of GPU");

    private final String called;
    private final String about;

    Snippet(String called, String about) {
        this.called = called;
        this.about = about;
    }

    static Optional<Snippet> of(String called) {
        return Stream.of(values())
                .filter(snippet -> snippet.called.equalsIgnoreCase(called))
                .findFirst();
    }

    /// The name on the command line.
    String called() {
        return called;
    }

    /// Whose attention it saves.
    String about() {
        return about;
    }

    /// The program.
    String program() {
        String resource = "snippet/%s.py".formatted(called);
        try (InputStream in = Snippet.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("no resource " + resource);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
