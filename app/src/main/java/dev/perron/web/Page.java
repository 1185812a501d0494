package dev.perron.web;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;

/// The parts of the page that are the same in every report.
///
/// @param frame HTML with places `{{name}}`
/// @param style the style sheet
/// @param script one module
record Page(String frame, String style, String script) {
    // One module, in parts that each do one thing; later ones use earlier ones.
    private static final List<String> SCRIPTS =
            List.of(
                    "chain.js",
                    "colour.js",
                    "state.js",
                    "figures.js",
                    "pointer.js",
                    "download.js",
                    "report.js");

    static Page load() {
        StringBuilder script = new StringBuilder();
        SCRIPTS.forEach(name -> script.append(resource(name)));
        return new Page(resource("report.html"), resource("report.css"), script.toString());
    }

    /// The content security policy: exactly this style sheet and this script, pictures that are in
    /// the page, and nothing from anywhere else.
    String policy() {
        return "default-src 'none'; style-src %s; script-src %s; img-src data: blob:; base-uri 'none'; form-action 'none'"
                .formatted(hash(style), hash(script));
    }

    private static String hash(String inline) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(inline.getBytes(StandardCharsets.UTF_8));
            return "'sha256-" + Base64.getEncoder().encodeToString(digest) + "'";
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private static String resource(String name) {
        try (InputStream in = Page.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("the application lacks its resource " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).replace("\r\n", "\n");
        } catch (IOException e) {
            throw new IllegalStateException("the application can't read its resource " + name, e);
        }
    }
}
