package dev.perron.onnx;

import java.util.List;
import java.util.Set;

/// The types of a tensor's elements, in ONNX's words, by their numbers in `TensorProto.DataType`.
final class ElementType {
    private static final List<String> NAMES =
            List.of(
                    "undefined",
                    "float",
                    "uint8",
                    "int8",
                    "uint16",
                    "int16",
                    "int32",
                    "int64",
                    "string",
                    "bool",
                    "float16",
                    "double",
                    "uint32",
                    "uint64",
                    "complex64",
                    "complex128",
                    "bfloat16");

    private static final Set<String> FLOATING = Set.of("float", "float16", "double", "bfloat16");

    private ElementType() {}

    /// The name of type `number`, `type 99` for one that isn't known.
    static String name(long number) {
        return number >= 0 && number < NAMES.size() ? NAMES.get((int) number) : "type " + number;
    }

    /// The number of a type that is known.
    static int number(String name) {
        return NAMES.indexOf(name);
    }

    /// Whether a tensor of that type can hold attention.
    static boolean floating(String name) {
        return FLOATING.contains(name);
    }
}
