package dev.perron.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;

import org.junit.jupiter.api.Test;

class StatesCommandTest {
    private static final String FOX = "The quick brown fox jumps over the lazy dog";

    @Test
    void membershipsOfEachTokenSumToOne() {
        JsonObject states =
                PerronProcess.run("states", "--text", FOX, "-m", legal(), "--json").json();

        assertThat(states.get("command").getAsString()).isEqualTo("states");
        assertThat(states.get("residual").getAsDouble()).isBetween(0.0, 1e-10);
        int m = states.get("m").getAsInt();
        assertThat(states.get("coarse").getAsJsonArray()).hasSize(m);
        for (JsonElement row : states.get("coarse").getAsJsonArray()) {
            assertThat(sum(row.getAsJsonArray())).isCloseTo(1, within(1e-9));
        }
        JsonArray tokens = states.get("tokens").getAsJsonArray();
        assertThat(tokens).hasSize(11);
        for (JsonElement token : tokens) {
            JsonArray memberships = token.getAsJsonObject().get("memberships").getAsJsonArray();
            assertThat(memberships).hasSize(m);
            assertThat(sum(memberships)).isCloseTo(1, within(1e-12));
        }
    }

    @Test
    void csvHasARowForEachTokenAndState() {
        PerronProcess one = PerronProcess.run("states", "--text", FOX, "-m", "1", "--csv");
        assertThat(one.exitCode()).isZero();
        assertThat(one.out().lines())
                .hasSize(12)
                .first()
                .isEqualTo(
                        "layer,head,token_index,token,special,crisp_state,state,membership,residual");
    }

    @Test
    void moreStatesThanTokensIsANumericalFailureThatListsTheLegalOnes() {
        PerronProcess many = PerronProcess.run("states", "--text", FOX, "-m", "50");
        assertThat(many.exitCode()).isEqualTo(4);
        assertThat(many.out()).isEmpty();
        assertThat(many.err())
                .contains("-m 50: the chain has only 11 states; legal are [1, ")
                .contains("11]");
    }

    @Test
    void whatIsNoNumberIsAUsageMistake() {
        for (String m : new String[] {"0", "-3", "many"}) {
            PerronProcess wrong = PerronProcess.run("states", "--text", FOX, "-m", m);
            assertThat(wrong.exitCode()).isEqualTo(2);
            assertThat(wrong.err()).contains("-m " + m + ", must be a number from 1 or auto");
        }
    }

    /// A legal number other than 1 of the sentence's chain.
    private static String legal() {
        JsonObject one = PerronProcess.run("states", "--text", FOX, "-m", "1", "--json").json();
        return one.get("legal").getAsJsonArray().get(1).getAsString();
    }

    private static double sum(JsonArray numbers) {
        double sum = 0;
        for (JsonElement number : numbers) {
            sum += number.getAsDouble();
        }
        return sum;
    }
}
