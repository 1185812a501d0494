package dev.perron.cli;

import dev.perron.attention.Certificate;
import dev.perron.attention.TokenRank;
import dev.perron.chain.CommunicatingClass;
import dev.perron.chain.Distribution;
import dev.perron.chain.Structure;
import dev.perron.chain.Teleporting;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// A ranking that is asked for, at whatever α.
///
/// @param subject whose tokens are ranked
/// @param structure of its chain
/// @param ranking which one, and how
/// @param restart where walks restart
record RankQuestion(
        Subject subject,
        Structure structure,
        RankingOptions.Ranking ranking,
        Distribution restart) {

    /// The rankings at several α, which share their passes over attention.
    ///
    /// @throws Failure if the method that was asked for doesn't fit the chain
    List<TokenRank> at(List<Double> alphas) {
        requireRoom(alphas);
        List<Teleporting> chains =
                alphas.stream()
                        .map(alpha -> new Teleporting(subject.transition(), alpha, restart))
                        .toList();
        if (ranking.method().isEmpty()) {
            return TokenRank.ofAll(
                    chains, ranking.direction(), ranking.tolerance(), ranking.maxIterations());
        }
        Certificate.Method wanted = ranking.method().get();
        for (Teleporting teleporting : chains) {
            Optional<String> objection =
                    TokenRank.objection(wanted, teleporting, ranking.direction());
            if (objection.isPresent()) {
                throw new Failure(
                        ExitCode.INPUT,
                        "--method %s: %s; leave it out, or give --method elimination"
                                .formatted(ranking.named(), objection.get()));
            }
        }
        return TokenRank.byAll(
                wanted, chains, ranking.direction(), ranking.tolerance(), ranking.maxIterations());
    }

    /// Elimination holds a whole class of states; without restarts it is the method.
    private void requireRoom(List<Double> alphas) {
        boolean eliminates =
                ranking.method().isEmpty()
                        ? alphas.contains(1.0)
                        : ranking.method().get() == Certificate.Method.ELIMINATION;
        if (eliminates) {
            int largest =
                    structure.recurrent().stream().mapToInt(c -> c.states().size()).max().orElse(0);
            subject.requireMatrix(
                    largest, "elimination", "give an --alpha below 1, or --method power");
        }
    }

    /// How a ranking was computed.
    HowRanked how(Certificate certificate, boolean converged) {
        return new HowRanked.Stationary(certificate, converged, ranking.tolerance());
    }

    /// Why a ranking isn't one; nothing if it is.
    Optional<String> shortcoming(TokenRank rank) {
        return switch (rank) {
            case TokenRank.Ranked _ -> Optional.empty();
            case TokenRank.NotConverged(_, var certificate) ->
                    Optional.of(
                            "not converged: error at most %.1e after %d iterations, tolerance %.1e; raise --max-iterations or --tolerance, or lower --alpha"
                                    .formatted(
                                            certificate.errorBound(),
                                            certificate.iterations(),
                                            ranking.tolerance()));
            case TokenRank.NotUnique(var several) ->
                    Optional.of(
                            "not unique: without teleporting %s has %d recurrent classes (%s) and a ranking for each; give an --alpha below 1, or see 'perron chain'"
                                    .formatted(
                                            subject.heads(), several.extremes().size(), classes()));
            case TokenRank.Undefined(int state) ->
                    Optional.of(
                            "outgoing rank is not defined: token %s gets no attention and no restart; give an --alpha below 1 without --personalize, or --direction in"
                                    .formatted(subject.named(state)));
        };
    }

    private String classes() {
        List<String> shown = new ArrayList<>();
        for (CommunicatingClass c : structure.recurrent()) {
            shown.add(
                    c.states().stream()
                                    .limit(4)
                                    .map(subject::named)
                                    .collect(Collectors.joining(" "))
                            + (c.states().size() > 4 ? " ..." : ""));
        }
        return String.join("; ", shown);
    }
}
