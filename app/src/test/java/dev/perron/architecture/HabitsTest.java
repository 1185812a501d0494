package dev.perron.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeElement;
import java.lang.classfile.Instruction;
import java.lang.classfile.Label;
import java.lang.classfile.MethodModel;
import java.lang.classfile.constantpool.MemberRefEntry;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.classfile.instruction.LabelTarget;
import java.lang.classfile.instruction.LookupSwitchInstruction;
import java.lang.classfile.instruction.NewObjectInstruction;
import java.lang.classfile.instruction.TableSwitchInstruction;
import java.lang.constant.ClassDesc;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Rules of CONTRIBUTING.md that a compiler doesn't know.
final class HabitsTest {
    /// `owner.name` of a method, and the packages that may call it all the same.
    private static final Map<String, List<String>> CALLS_TO_AVOID =
            Map.of(
                    "java.lang.System.exit", List.of("dev.perron.cli", "dev.perron.spark"),
                    // The command line's option --trace.
                    "java.lang.Throwable.printStackTrace", List.of("dev.perron.cli"),
                    "java.lang.Exception.printStackTrace", List.of("dev.perron.cli"),
                    "java.lang.Thread.sleep", List.of());

    @Test
    void noCallLeavesTheProcessOrPrintsAStackTrace() throws IOException {
        assertThat(Modules.classes().stream().flatMap(HabitsTest::callsToAvoid)).isEmpty();
    }

    @Test
    void aSwitchOverASealedTypeNamesAllItsCases() throws IOException {
        assertThat(switchesWithDefault(Modules.classes())).isEmpty();
    }

    @Test
    void eachPackageSaysWhatItIsAndInWhichWords() throws IOException {
        Set<String> without = new TreeSet<>();
        for (Path module : Modules.all()) {
            Path sources = module.resolve("src/main/java");
            for (Path source : Modules.files(sources, ".java")) {
                Path about = source.resolveSibling("package-info.java");
                String text = Files.exists(about) ? Files.readString(about) : "";
                if (!text.startsWith("///") || !text.contains("@NullMarked")) {
                    without.add(
                            sources.relativize(source).getParent() + ": no text or @NullMarked");
                } else if (!text.contains("/// ## ")) {
                    without.add(
                            sources.relativize(source).getParent() + ": no section on notation");
                }
            }
        }
        assertThat(without).isEmpty();
    }

    @Test
    void theCheckOfCallsFindsThem() throws IOException {
        assertThat(callsToAvoid(parsed(Fixture.class)))
                .containsExactly(
                        "dev.perron.architecture.HabitsTest$Fixture calls java.lang.System.exit");
    }

    @Test
    void theCheckOfSwitchesFindsADefaultAndNothingElse() throws IOException {
        assertThat(switchesWithDefault(List.of(parsed(Fixture.class), parsed(Shape.class))))
                .containsExactly("dev.perron.architecture.HabitsTest$Fixture.withDefault");
    }

    private static Stream<String> callsToAvoid(ClassModel type) {
        Set<String> found = new TreeSet<>();
        String name = nameOf(type);
        for (var entry : type.constantPool()) {
            if (entry instanceof MemberRefEntry member) {
                String call =
                        member.owner().asInternalName().replace('/', '.')
                                + "."
                                + member.name().stringValue();
                List<String> allowed = CALLS_TO_AVOID.get(call);
                if (allowed != null
                        && allowed.stream().noneMatch(home -> name.startsWith(home + "."))) {
                    found.add(name + " calls " + call);
                }
            }
        }
        return found.stream();
    }

    /// Where all cases are named, javac has the rest, cases of a later version, throw a
    /// MatchException.
    private static List<String> switchesWithDefault(List<ClassModel> types) {
        Map<String, ClassModel> known =
                types.stream().collect(Collectors.toMap(HabitsTest::nameOf, Function.identity()));
        Predicate<ClassDesc> isSealed =
                type -> {
                    ClassModel model = known.get(type.packageName() + "." + type.displayName());
                    return model != null
                            && model.findAttribute(Attributes.permittedSubclasses()).isPresent();
                };
        return types.stream()
                .flatMap(
                        type ->
                                type.methods().stream()
                                        .filter(method -> hasDefault(method, isSealed))
                                        .map(
                                                m ->
                                                        nameOf(type)
                                                                + "."
                                                                + m.methodName().stringValue()))
                .toList();
    }

    private static boolean hasDefault(MethodModel method, Predicate<ClassDesc> isSealed) {
        List<CodeElement> code =
                method.code().map(body -> body.elementStream().toList()).orElse(List.of());
        boolean overSealed = false;
        for (CodeElement element : code) {
            if (element instanceof InvokeDynamicInstruction call
                    && call.name().equalsString("typeSwitch")) {
                overSealed = isSealed.test(call.typeSymbol().parameterType(0));
            }
            Label otherwise =
                    switch (element) {
                        case LookupSwitchInstruction jump -> jump.defaultTarget();
                        case TableSwitchInstruction jump -> jump.defaultTarget();
                        default -> null;
                    };
            if (overSealed && otherwise != null) {
                if (!throwsMatchException(code, otherwise)) {
                    return true;
                }
                overSealed = false;
            }
        }
        return false;
    }

    private static boolean throwsMatchException(List<CodeElement> code, Label label) {
        return code.stream()
                                .dropWhile(
                                        e ->
                                                !(e instanceof LabelTarget at
                                                        && at.label().equals(label)))
                                .filter(Instruction.class::isInstance)
                                .findFirst()
                                .orElseThrow()
                        instanceof NewObjectInstruction made
                && made.className().asInternalName().equals("java/lang/MatchException");
    }

    private static String nameOf(ClassModel type) {
        return type.thisClass().asInternalName().replace('/', '.');
    }

    private static ClassModel parsed(Class<?> type) throws IOException {
        String file = type.getName().substring(type.getPackageName().length() + 1) + ".class";
        try (InputStream in = type.getResourceAsStream(file)) {
            assertThat(in).as(file).isNotNull();
            return ClassFile.of().parse(in.readAllBytes());
        }
    }

    sealed interface Shape {
        record Disc(double radius) implements Shape {}

        record Square(double side) implements Shape {}
    }

    static final class Fixture {
        static double withoutDefault(Shape shape) {
            return switch (shape) {
                case Shape.Disc(double radius) -> Math.PI * radius * radius;
                case Shape.Square(double side) -> side * side;
            };
        }

        static double withDefault(Shape shape) {
            return switch (shape) {
                case Shape.Disc(double radius) -> Math.PI * radius * radius;
                default -> 0;
            };
        }

        static double overAnOpenType(Object thing) {
            return switch (thing) {
                case Shape shape -> withoutDefault(shape);
                default -> System.identityHashCode(thing);
            };
        }

        static void leave() {
            System.exit(1);
        }
    }
}
