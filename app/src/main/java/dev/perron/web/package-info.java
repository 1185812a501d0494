/// The report: one HTML file that shows a model's attention on one text as Markov chains, offline.
///
/// ## What is in the file
///
/// ```
///   pictures    SVG templates, drawn by package figure; the page only refills them
///   numbers     TokenRank [layer][head or mean][token] and |λ₂| [layer][head], double, computed here
///   matrices    A [layer][head][query][key] as they came, float32 or 16-bit: for the matrix shown and
///               for bounces, which the page computes in double
///   colours     the table of package figure, read from either end in light and dark
/// ```
///
/// The page asks no network for anything, and its content security policy forbids it to. All text
/// that came from outside enters the page as text, never as markup. Where `[head or mean]` is
/// indexed, heads come first and the mean of the layer's heads is last.
///
/// Style sheet, scripts and frame are resources beside this package: `report.html`, `report.css`
/// and the parts of one script module, joined in the order in which they are named in `Page`.
@NullMarked
package dev.perron.web;

import org.jspecify.annotations.NullMarked;
