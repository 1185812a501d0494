package dev.perron.cli;

import dev.perron.format.ImageFile;
import dev.perron.vision.Mask;
import dev.perron.vision.RgbImage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// A photograph and what people say is its subject.
///
/// @param name of both files, without what is after the dot
/// @param resized whether the mask has another size than the photograph
/// @param empty whether the mask has no foreground
record MaskedImage(String name, Path image, Path mask, boolean resized, boolean empty) {
    /// The pairs of two folders, by name.
    ///
    /// @throws Failure if one is without the other, or a mask can't be read
    static List<MaskedImage> pairs(Path images, Path masks) {
        Map<String, Path> photographs = byName(images);
        Map<String, Path> drawn = byName(masks);
        requireAll(photographs, drawn, masks, "no mask");
        requireAll(drawn, photographs, images, "no photograph");
        List<MaskedImage> pairs = new ArrayList<>();
        for (Map.Entry<String, Path> photograph : photographs.entrySet()) {
            String name = photograph.getKey();
            Path mask = drawn.getOrDefault(name, masks);
            Mask read = ImageFile.readMask(mask);
            RgbImage image = ImageFile.read(photograph.getValue());
            pairs.add(
                    new MaskedImage(
                            name,
                            photograph.getValue(),
                            mask,
                            read.width() != image.width() || read.height() != image.height(),
                            read.area() == 0));
        }
        return pairs;
    }

    /// The mask at the size of the photograph.
    Mask truth(RgbImage photograph) {
        Mask read = ImageFile.readMask(mask);
        return resized ? read.resized(photograph.width(), photograph.height()) : read;
    }

    private static Map<String, Path> byName(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw new Failure(
                    ExitCode.INPUT,
                    "%s is no folder, must be one of photographs or masks".formatted(folder));
        }
        Map<String, Path> found = new TreeMap<>();
        for (Path file : ImageOptions.photographs(folder)) {
            String name = String.valueOf(file.getFileName()).replaceFirst("\\.[^.]*$", "");
            Path other = found.put(name, file);
            if (other != null) {
                throw new Failure(
                        ExitCode.INPUT,
                        "%s and %s have the same name, must be one a photograph; take one away"
                                .formatted(other, file));
            }
        }
        return found;
    }

    private static void requireAll(
            Map<String, Path> these, Map<String, Path> those, Path folder, String missing) {
        List<String> without =
                these.keySet().stream().filter(name -> !those.containsKey(name)).toList();
        if (!without.isEmpty()) {
            throw new Failure(
                    ExitCode.INPUT,
                    "%s: %s for %d of %d (%s%s); names must be the same but for the ending"
                            .formatted(
                                    folder,
                                    missing,
                                    without.size(),
                                    these.size(),
                                    String.join(
                                            ", ", without.subList(0, Math.min(3, without.size()))),
                                    without.size() > 3 ? ", ..." : ""));
        }
    }

    /// The mask's file.
    ///
    /// @throws Failure if it can't be read
    byte[] maskBytes() {
        try {
            return Files.readAllBytes(mask);
        } catch (IOException e) {
            throw new Failure(ExitCode.INPUT, "%s can't be read: %s".formatted(mask, e));
        }
    }
}
