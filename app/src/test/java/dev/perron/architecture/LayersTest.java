package dev.perron.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.classfile.constantpool.Utf8Entry;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What each package may use, besides itself and the JDK.
final class LayersTest {
    /// A package without a line here is an error. The order is from the bottom to the top. Who may
    /// use a package from outside may use those below it.
    private static final String LAYERS =
            """
            kernel      ->
            chain       -> kernel
            chain.stationary -> chain kernel
            chain.spectrum   -> chain kernel
            chain.passage    -> chain chain.stationary kernel
            chain.mixing     -> chain chain.stationary chain.spectrum chain.passage kernel
            chain.path       -> chain
            attention   -> chain kernel
            attention.model -> attention chain kernel
            vision      -> attention chain
            transformer -> attention chain kernel
            transformer.landscape -> transformer attention chain kernel
            context     -> chain
            format      -> attention vision transformer chain
            context.fit -> context chain
            context.collapse -> context context.fit chain
            onnx        -> attention vision transformer chain
            figure      -> attention vision transformer context chain
            experiment  -> attention vision transformer context chain
            store       -> experiment attention vision transformer context chain
            sweep       -> experiment store
            reproduce   -> experiment sweep store figure attention vision transformer context chain
            spark       -> experiment store sweep
            web         -> everything but spark cli
            cli         -> everything but spark
            """;

    private static final Map<String, Set<String>> MAY_USE = parse(LAYERS);

    /// In class names, descriptors, generic signatures and annotations alike.
    private static final Pattern TYPE = Pattern.compile("dev/perron/([a-z_/]+)/[A-Z]");

    @Test
    void eachPackageUsesOnlyWhatItsLineAllows() throws IOException {
        assertThat(breaches(Modules.classes())).isEmpty();
    }

    @Test
    void allModulesAreSeen() throws IOException {
        Set<String> seen =
                Modules.classes().stream().map(LayersTest::packageOf).collect(Collectors.toSet());
        assertThat(seen).contains("kernel", "chain", "attention", "onnx", "figure", "cli");
    }

    @Test
    void aFieldOfAHigherLayerIsABreach() {
        ClassModel breach =
                compiled(
                        "dev.perron.chain.Breach",
                        type -> type.withField("token", named("dev.perron.attention.Token"), 0));
        assertThat(breaches(List.of(breach)))
                .containsExactly(
                        "dev.perron.chain.Breach uses attention; chain may use only [kernel]");
    }

    @Test
    void aTypeThatIsOnlyMentionedInAMethodIsABreach() {
        ClassModel breach =
                compiled(
                        "dev.perron.cli.Breach",
                        type ->
                                type.withMethodBody(
                                        "run",
                                        ConstantDescs.MTD_void,
                                        ClassFile.ACC_STATIC,
                                        code ->
                                                code.invokestatic(
                                                                named("dev.perron.spark.Cluster"),
                                                                "start",
                                                                ConstantDescs.MTD_void)
                                                        .return_()));
        assertThat(breaches(List.of(breach))).singleElement().asString().contains("uses spark");
    }

    @Test
    void aPackageWithoutALineIsABreach() {
        assertThat(breaches(List.of(compiled("dev.perron.extra.Type", _ -> {}))))
                .containsExactly("dev.perron.extra.Type: package extra has no line in the layers");
        assertThat(breaches(List.of(compiled("dev.perron.chain.deep.Type", _ -> {}))))
                .containsExactly(
                        "dev.perron.chain.deep.Type: package chain.deep has no line in the layers");
    }

    @Test
    void aLowerLayerMayBeUsed() {
        ClassModel fine =
                compiled(
                        "dev.perron.attention.Fine",
                        type -> type.withField("pi", named("dev.perron.chain.Distribution"), 0));
        assertThat(breaches(List.of(fine))).isEmpty();
    }

    /// One line a type and package that it shouldn't use.
    private static Set<String> breaches(Collection<ClassModel> types) {
        Set<String> found = new TreeSet<>();
        for (ClassModel type : types) {
            String name = type.thisClass().asInternalName().replace('/', '.');
            String own = packageOf(type);
            Set<String> mayUse = MAY_USE.get(own);
            if (mayUse == null) {
                found.add("%s: package %s has no line in the layers".formatted(name, own));
                continue;
            }
            packagesUsedBy(type)
                    .filter(used -> !used.equals(own) && !mayUse.contains(used))
                    .map(
                            used ->
                                    "%s uses %s; %s may use only %s"
                                            .formatted(name, used, own, mayUse))
                    .forEach(found::add);
        }
        return found;
    }

    private static Stream<String> packagesUsedBy(ClassModel type) {
        Stream.Builder<String> used = Stream.builder();
        for (PoolEntry entry : type.constantPool()) {
            if (entry instanceof Utf8Entry text) {
                TYPE.matcher(text.stringValue())
                        .results()
                        .map((MatchResult found) -> found.group(1).replace('/', '.'))
                        .forEach(used);
            }
        }
        return used.build();
    }

    /// Below `dev.perron`: `chain`.
    private static String packageOf(ClassModel type) {
        String name = type.thisClass().asInternalName();
        return name.substring("dev/perron/".length(), name.lastIndexOf('/')).replace('/', '.');
    }

    private static ClassModel compiled(
            String name, Consumer<java.lang.classfile.ClassBuilder> body) {
        return ClassFile.of().parse(ClassFile.of().build(named(name), body));
    }

    private static ClassDesc named(String name) {
        return ClassDesc.of(name);
    }

    private static Map<String, Set<String>> parse(String layers) {
        Map<String, Set<String>> lines = new TreeMap<>();
        List<String[]> rows =
                layers.lines().map(line -> line.strip().split("\\s*->\\s*", 2)).toList();
        Set<String> everything =
                rows.stream().map(row -> row[0]).collect(Collectors.toCollection(TreeSet::new));
        for (String[] row : rows) {
            Set<String> mayUse = new TreeSet<>(List.of(row[1].split(" ")));
            mayUse.remove("");
            if (row[1].startsWith("everything but ")) {
                Set<String> all = new TreeSet<>(everything);
                all.removeAll(mayUse);
                mayUse = all;
            }
            for (String other : everything) {
                int dot = other.indexOf('.');
                if (dot > 0
                        && mayUse.contains(other.substring(0, dot))
                        && !row[0].startsWith(other.substring(0, dot))) {
                    mayUse.add(other);
                }
            }
            lines.put(row[0], mayUse);
        }
        return lines;
    }
}
