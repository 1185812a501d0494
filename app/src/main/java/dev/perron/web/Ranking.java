package dev.perron.web;

import dev.perron.chain.Distribution;

/// TokenRank of one head, or of the mean of a layer's heads.
///
/// @param scores `[n]`, one a token
/// @param certificate how exact they are, in a sentence: method, steps, residual, error bound
public record Ranking(Distribution scores, String certificate) {}
