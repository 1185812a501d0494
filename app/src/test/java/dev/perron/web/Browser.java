package dev.perron.web;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Headless Chromium with the network cut off, driven by WebDriver's own protocol.
///
/// `CHROMIUM` and `CHROMEDRIVER` name the programs where they aren't on the PATH. Where one is
/// missing the test is skipped, or, with `CI` set, fails.
final class Browser {
    private static final JsonFactory JSON = new JsonFactory();
    private static final Pattern REQUEST =
            Pattern.compile(
                    "Network\\.requestWillBeSent\".*?\\\\\"request\\\\\":\\{.*?\\\\\"url\\\\\":\\\\\"(.*?)\\\\\"");

    private final Process driver;
    private final HttpClient http = HttpClient.newHttpClient();
    private final String session;

    private Browser(Process driver, String session) {
        this.driver = driver;
        this.session = session;
    }

    /// A browser that keeps its profile in `folder`.
    static Browser start(Path folder) throws IOException, InterruptedException {
        String chromium = program("CHROMIUM", "chromium", "chromium-browser", "google-chrome");
        String chromedriver = program("CHROMEDRIVER", "chromedriver");
        Process driver =
                new ProcessBuilder(chromedriver, "--port=0", "--log-level=SEVERE")
                        .redirectErrorStream(true)
                        .start();
        String server = "http://127.0.0.1:" + port(driver);
        try {
            String capabilities =
                    """
                    {"capabilities": {"alwaysMatch": {
                      "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"},
                      "goog:chromeOptions": {"binary": %s, "args": [
                        "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic",
                        "--no-first-run", "--disable-background-networking",
                        "--disable-component-update", "--disable-sync", "--window-size=1200,900",
                        "--proxy-server=127.0.0.1:1", "--host-resolver-rules=MAP * ~NOTFOUND",
                        %s]}}}}
                    """
                            .formatted(
                                    quote(chromium),
                                    quote(
                                            "--user-data-dir="
                                                    + Files.createTempDirectory(
                                                            folder, "profile")));
            try (HttpClient http = HttpClient.newHttpClient()) {
                String answer = call(http, "POST", server + "/session", capabilities);
                Matcher id = Pattern.compile("\"sessionId\":\"(\\w+)\"").matcher(answer);
                assertThat(id.find()).as(answer).isTrue();
                return new Browser(driver, server + "/session/" + id.group(1));
            }
        } catch (IOException | InterruptedException | AssertionError e) {
            driver.destroy();
            throw e;
        }
    }

    void open(String url) throws IOException, InterruptedException {
        post("/url", "{\"url\": %s}".formatted(quote(url)));
    }

    /// What a script returns, as a string.
    String run(String script) throws IOException, InterruptedException {
        String body =
                "{\"script\": %s, \"args\": []}"
                        .formatted(quote("return String((() => {" + script + "})())"));
        return Objects.requireNonNull(value(post("/execute/sync", body)));
    }

    /// Clicks the middle of what a selector finds, as a mouse would.
    void click(String selector) throws IOException, InterruptedException {
        String answer =
                post(
                        "/element",
                        "{\"using\": \"css selector\", \"value\": %s}".formatted(quote(selector)));
        Matcher id = Pattern.compile("\"(element-[\\w-]+)\":\"([^\"]+)\"").matcher(answer);
        assertThat(id.find()).as(answer).isTrue();
        String origin = "{\"%s\": \"%s\"}".formatted(id.group(1), id.group(2));
        run(
                "document.querySelector(%s).scrollIntoView({block: 'center', behavior: 'instant'})"
                        .formatted(quote(selector)));
        actions(
                """
                {"type": "pointer", "id": "mouse", "actions": [
                  {"type": "pointerMove", "duration": 0, "x": 0, "y": 0, "origin": %s},
                  {"type": "pointerDown", "button": 0}, {"type": "pointerUp", "button": 0}]}
                """
                        .formatted(origin));
    }

    /// Moves the mouse to a place in the window.
    void point(int x, int y) throws IOException, InterruptedException {
        actions(
                """
                {"type": "pointer", "id": "mouse", "actions": [
                  {"type": "pointerMove", "duration": 0, "x": %d, "y": %d}]}
                """
                        .formatted(x, y));
    }

    /// Presses keys one after the other, in what has the focus; WebDriver's codes.
    void press(String... keys) throws IOException, InterruptedException {
        List<String> actions = new ArrayList<>();
        for (String key : keys) {
            actions.add("{\"type\": \"keyDown\", \"value\": %s}".formatted(quote(key)));
            actions.add("{\"type\": \"keyUp\", \"value\": %s}".formatted(quote(key)));
        }
        actions(
                "{\"type\": \"key\", \"id\": \"keys\", \"actions\": [%s]}"
                        .formatted(String.join(",", actions)));
    }

    /// A command of Chromium's own protocol.
    void command(String name, String parameters) throws IOException, InterruptedException {
        post(
                "/goog/cdp/execute",
                "{\"cmd\": %s, \"params\": %s}".formatted(quote(name), parameters));
    }

    /// A picture of the window, PNG.
    byte[] screenshot() throws IOException, InterruptedException {
        String answer = call(http, "GET", session + "/screenshot", null);
        return Base64.getDecoder().decode(Objects.requireNonNull(value(answer)));
    }

    /// What the page wrote to the console, violations of its policy included; then forgotten.
    String console() throws IOException, InterruptedException {
        return post("/se/log", "{\"type\": \"browser\"}");
    }

    /// The addresses that were asked for since the last call.
    List<String> requests() throws IOException, InterruptedException {
        Matcher m = REQUEST.matcher(post("/se/log", "{\"type\": \"performance\"}"));
        List<String> urls = new ArrayList<>();
        while (m.find()) {
            urls.add(m.group(1));
        }
        return urls;
    }

    /// Ends the browser and its driver.
    void quit() throws IOException, InterruptedException {
        try (http) {
            call(http, "DELETE", session, null);
        } finally {
            driver.destroy();
            driver.waitFor();
        }
    }

    static String quote(String text) {
        StringWriter out = new StringWriter();
        try (var json = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
            json.writeString(text);
        }
        return out.toString();
    }

    private void actions(String source) throws IOException, InterruptedException {
        post("/actions", "{\"actions\": [" + source + "]}");
    }

    private String post(String path, String body) throws IOException, InterruptedException {
        return call(http, "POST", session + path, body);
    }

    private static String call(HttpClient http, String method, String url, @Nullable String body)
            throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(url))
                        .method(
                                method,
                                body == null
                                        ? HttpRequest.BodyPublishers.noBody()
                                        : HttpRequest.BodyPublishers.ofString(body))
                        .build();
        HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return response.body();
    }

    private static @Nullable String value(String answer) {
        try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), answer)) {
            while (json.nextToken() != null) {
                if (json.currentToken() == JsonToken.PROPERTY_NAME
                        && "value".equals(json.currentName())) {
                    json.nextToken();
                    return json.getString();
                }
            }
        }
        return null;
    }

    private static int port(Process driver) throws IOException {
        // not closed: the driver would fail on its next line
        BufferedReader lines =
                new BufferedReader(
                        new InputStreamReader(driver.getInputStream(), StandardCharsets.UTF_8));
        Pattern started = Pattern.compile("started successfully on port (\\d+)");
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            Matcher m = started.matcher(line);
            if (m.find()) {
                return Integer.parseInt(m.group(1));
            }
        }
        throw new IOException("chromedriver didn't start");
    }

    private static String program(String variable, String... names) {
        Map<String, String> environment = System.getenv();
        String named = environment.get(variable);
        if (named != null) {
            return named;
        }
        for (String folder : environment.getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
            for (String name : names) {
                Path program = Path.of(folder, name);
                if (Files.isExecutable(program)) {
                    return program.toString();
                }
            }
        }
        String missing = "no " + names[0] + " on the PATH, and " + variable + " isn't set";
        assertThat(environment.get("CI")).as(missing).isNull();
        Assumptions.abort(missing);
        throw new AssertionError(missing);
    }
}
