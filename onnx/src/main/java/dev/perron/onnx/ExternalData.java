package dev.perron.onnx;

import dev.perron.attention.model.ModelException;
import dev.perron.onnx.ProtobufReader.MalformedException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;

/// Weights that lie in a file beside the model.
///
/// @param tensor whose values they are
/// @param location the file, relative to the model's folder
/// @param offset where in it they begin, in bytes
/// @param length how many bytes they are, 0 where the model doesn't say
record ExternalData(String tensor, String location, long offset, long length) {
    /// As it is in the file: pairs of texts, numbers in decimal.
    static ExternalData of(String tensor, List<ProtobufReader> entries) throws MalformedException {
        String location = "";
        long offset = 0;
        long length = 0;
        for (ProtobufReader entry : entries) {
            String key = "";
            String value = "";
            while (entry.next()) {
                switch (entry.field()) {
                    case 1 -> key = entry.text();
                    case 2 -> value = entry.text();
                    default -> entry.skip();
                }
            }
            switch (key) {
                case "location" -> location = value;
                case "offset" -> offset = size(key, value);
                case "length" -> length = size(key, value);
                default -> {} // a checksum, which nobody checks
            }
        }
        return new ExternalData(tensor, location, offset, length);
    }

    private static long size(String key, String value) throws MalformedException {
        try {
            long size = Long.parseLong(value);
            if (size >= 0) {
                return size;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new MalformedException("external data with the %s %s".formatted(key, value));
    }

    /// Checks that the file is in the model's folder and long enough.
    ///
    /// @param model what to call the model in a message
    /// @throws ModelException if it is missing, outside the folder, or too short
    void require(String model, Path folder) {
        Path file = file(model, folder);
        try {
            if (!file.toRealPath().startsWith(folder.toRealPath())) {
                throw ModelException.of(
                        model,
                        "its weights' file %s links to %s".formatted(location, file.toRealPath()),
                        "a file in the model's folder",
                        "copy it there (cp -L)");
            }
            long size = Files.size(file);
            if (offset > size || length > size - offset) {
                throw ModelException.of(
                        model,
                        "its weights' file %s has %d bytes".formatted(location, size),
                        "%d from byte %d on, for %s".formatted(length, offset, tensor),
                        "copy it again, whole");
            }
        } catch (IOException e) {
            throw ModelException.of(
                    model,
                    "its weights' file %s can't be read: %s"
                            .formatted(location, ModelException.reason(e)),
                    "a file in the model's folder",
                    "check its permissions",
                    e);
        }
    }

    private Path file(String model, Path folder) {
        Path file;
        try {
            Path relative = Path.of(location).normalize();
            if (location.isEmpty() || relative.isAbsolute() || relative.startsWith("..")) {
                throw outside(model);
            }
            file = folder.resolve(relative);
        } catch (InvalidPathException e) {
            throw outside(model);
        }
        if (!Files.isRegularFile(file)) {
            throw ModelException.of(
                    model,
                    "its weights' file %s is missing".formatted(location),
                    "it in the model's folder",
                    "get it from where the model is from");
        }
        return file;
    }

    private ModelException outside(String model) {
        return ModelException.of(
                model,
                "its weights lie in '%s'".formatted(location),
                "a file in the model's folder",
                "save the model with its weights beside it");
    }
}
