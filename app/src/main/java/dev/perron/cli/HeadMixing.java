package dev.perron.cli;

import dev.perron.attention.AttentionChain;
import dev.perron.chain.spectrum.Spectrum;

import java.util.List;

/// How slowly a head mixes.
///
/// @param name `L5H3`
/// @param lambda2 |λ₂| of the head alone, special tokens treated as in the chain
record HeadMixing(String name, double lambda2) {
    /// Of each head that a chain was made of; of none where they are gone.
    static List<HeadMixing> of(Subject subject) {
        return subject.extent().parts().parallelStream()
                .map(
                        head ->
                                switch (AttentionChain.of(
                                        head, subject.extent().tokens(), subject.specialTokens())) {
                                    case AttentionChain.Defined chain ->
                                            new HeadMixing(
                                                    head.name(),
                                                    HeadsCommand.lambda2(
                                                                    head.name(),
                                                                    Spectrum.of(chain.transition()))
                                                            .modulus());
                                    case AttentionChain.Undefined(String explanation) ->
                                            throw new Failure(ExitCode.NUMERICAL, explanation);
                                })
                .toList();
    }
}
