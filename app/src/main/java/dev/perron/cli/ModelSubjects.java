package dev.perron.cli;

import dev.perron.attention.AttentionChain;
import dev.perron.attention.AttentionTensor;
import dev.perron.attention.HeadWeighting;
import dev.perron.attention.model.AttentionModel;
import dev.perron.attention.model.TextInput;
import dev.perron.onnx.OnnxModel;

import java.util.List;
import java.util.stream.IntStream;

/// Chains of a model that is run, on a text or a photograph.
record ModelSubjects(
        InputOptions input, HeadOptions heads, FormOptions form, TwoStepOptions twoStep) {
    /// The chain of a photograph, and where its model sees a class.
    record Evident(Subject subject, ClassChoice.Found evidence) {}

    /// The one that is asked about.
    Subject read(Progress progress) {
        if (input.image()) {
            requireSquareRows();
            return of(input.attend(progress, this::layers));
        }
        try (AttentionModel model = input.open()) {
            progress.at("running " + model.name());
            TextInput tokens = input.tokens(model);
            if (twoStep.given()) {
                form.requireRows("--two-step needs rows");
                return twoStep.run(model, tokens, heads);
            }
            List<Integer> layers = heads.layers(model.layers());
            FormOptions.Held held = form.of(model, tokens, layers);
            return Subject.of(
                    Source.of(model),
                    held,
                    tokens.tokens(),
                    layers,
                    heads.weighting(held.each(), layers),
                    heads.specialTokens());
        }
    }

    /// That of a photograph, whose model is asked for a class, too.
    ///
    /// @throws Failure if the model has no classes, or not this one
    Evident read(ClassChoice choice, Progress progress) {
        requireSquareRows();
        try (OnnxModel model = input.openVision()) {
            progress.at("running " + model.name());
            model.classOutput();
            Subject subject = of(input.attend(model, layers(model.layers())));
            return new Evident(subject, choice.look(model, subject, progress));
        }
    }

    private void requireSquareRows() {
        twoStep.requireNone("attention to an image's patches is square");
        form.requireRows("an image's attention is held as rows");
    }

    private Subject of(InputOptions.Attended attended) {
        return of(attended.source(), attended.tensor());
    }

    /// The one of attention that is there.
    Subject of(Source source, AttentionTensor tensor) {
        return Subject.of(
                source,
                FormOptions.Held.of(tensor),
                tensor.tokens(),
                tensor.layers(),
                heads.weighting(tensor.heads(), tensor.layers()),
                heads.specialTokens());
    }

    /// Each head by itself.
    List<Subject> each(Progress progress) {
        InputOptions.Attended attended = input.attend(progress, this::layers);
        AttentionTensor tensor = attended.tensor();
        return tensor.all().stream()
                .map(
                        one ->
                                new Subject(
                                        attended.source(),
                                        new Extent(
                                                tensor.tokens(),
                                                List.of(one.layer()),
                                                1,
                                                one.worstRow()),
                                        HeadOptions.defined(
                                                AttentionChain.of(
                                                        one,
                                                        tensor.tokens(),
                                                        heads.specialTokens())),
                                        new HeadWeighting.Single(one.layer(), one.number()),
                                        heads.specialTokens()))
                .toList();
    }

    /// Attention of layers 0 to `--layer`.
    InputOptions.Attended through(Progress progress) {
        return input.attend(
                progress,
                count -> IntStream.rangeClosed(0, layers(count).getLast()).boxed().toList());
    }

    /// Layers that are wanted of so many.
    List<Integer> layers(int count) {
        return (input.image() ? heads.ofImage() : heads).layers(count);
    }
}
