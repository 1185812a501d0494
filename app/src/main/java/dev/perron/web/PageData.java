package dev.perron.web;

import dev.perron.attention.AttentionTensor;
import dev.perron.figure.ColourMap;
import dev.perron.figure.Label;
import dev.perron.figure.Paint.Rgb;

import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

import java.io.StringWriter;
import java.util.List;

/// What the page computes with, as JSON that can stand inside a script element.
record PageData(ReportContent content, Matrices matrices) {
    /// Bounces that the slider reaches.
    static final int STEPS = 20;

    private static final int COLOURS = 256;

    /// The document. It has no `<`, so that no text in it can end the element around it.
    String json() {
        StringWriter text = new StringWriter();
        try (JsonGenerator out =
                new JsonFactory().createGenerator(ObjectWriteContext.empty(), text)) {
            AttentionTensor attention = content.attention();
            out.writeStartObject();
            out.writeNumberProperty("steps", STEPS);
            out.writeNumberProperty("alpha", content.alpha());
            out.writeNumberProperty("headCount", attention.heads());
            out.writeBooleanProperty("sixteenBit", matrices.sixteenBit());
            out.writeArrayPropertyStart("layers");
            attention.layers().forEach(out::writeNumber);
            out.writeEndArray();
            tokens(out);
            rankings(out, "incoming", content.incoming());
            rankings(out, "outgoing", content.outgoing());
            heads(out);
            colours(out);
            out.writeEndObject();
        }
        return text.toString().replace("<", "\\u003c").replace("\u2028", "\\u2028");
    }

    private void tokens(JsonGenerator out) {
        out.writeArrayPropertyStart("tokens");
        for (Label label : Label.of(content.attention().tokens())) {
            out.writeStartObject();
            out.writeStringProperty("text", label.visible());
            out.writeBooleanProperty("special", label.special());
            out.writeEndObject();
        }
        out.writeEndArray();
    }

    private static void rankings(JsonGenerator out, String name, List<List<Ranking>> rankings) {
        out.writeArrayPropertyStart(name);
        for (List<Ranking> layer : rankings) {
            out.writeStartArray();
            for (Ranking ranking : layer) {
                out.writeStartObject();
                out.writeStringProperty("certificate", ranking.certificate());
                double[] scores = ranking.scores().toArray();
                out.writeName("scores");
                out.writeArray(scores, 0, scores.length);
                out.writeEndObject();
            }
            out.writeEndArray();
        }
        out.writeEndArray();
    }

    private void heads(JsonGenerator out) {
        out.writeArrayPropertyStart("heads");
        for (List<HeadFacts> layer : content.heads()) {
            out.writeStartArray();
            for (HeadFacts head : layer) {
                out.writeStartObject();
                out.writeNumberProperty("lambda2", head.lambda2());
                out.writeStringProperty("remark", head.remark());
                out.writeEndObject();
            }
            out.writeEndArray();
        }
        out.writeEndArray();
    }

    private static void colours(JsonGenerator out) {
        out.writeArrayPropertyStart("colours");
        for (int i = 0; i < COLOURS; i++) {
            Rgb colour = ColourMap.LIGHT.at(i / (COLOURS - 1.0));
            out.writeStartArray();
            out.writeString(colour.hex());
            out.writeString(colour.ink().hex());
            out.writeEndArray();
        }
        out.writeEndArray();
    }
}
