/// Pictures of attention chains and landscapes: token strips, head walls, heatmaps, bounce strips,
/// bump charts, pair maps, maps of a plane, curves, and photographs with what their patches are
/// worth.
///
/// ## How a picture is made
///
/// ```
///   values ─► TokenStrip, HeadWall, Heatmap, BounceStrip, ... ─► Drawing ─► Svg, Png
///   (checked)                                                  (marks)     (the same marks)
/// ```
///
/// A [dev.perron.figure.Drawing] is laid out once, in pixels of a screen at 96 dpi: x to the right,
/// y down, origin at the top left. No renderer measures text: labels stand in a monospaced face
/// whose advance is taken as 0.6 of its size, twice that for wide characters, so that a file looks
/// the same on every machine.
///
/// ## Colour
///
/// A value v in `[low, high]` is a position t in `[0, 1]` by its [dev.perron.figure.ColourScale],
/// and t is a colour by [dev.perron.figure.ColourMap], whose steps are equal to the eye and whose
/// lightness alone tells them apart, so that it survives colour blindness and a grey printer.
/// Differences have two hues: lightness tells their size, orange or blue their sign, and 0 is
/// nearly white. Every figure has a legend with numbers. What isn't data (text, lines, paper) has a
/// [dev.perron.figure.Paint.Role] instead: SVG carries its light colour as an attribute and the
/// role as a class, which a page's style sheet may override.
///
/// Matrices are `[row, column]` = `[query, key]`: rows are where attention comes from ("dest"),
/// columns are what is attended to ("src").
@NullMarked
package dev.perron.figure;

import org.jspecify.annotations.NullMarked;
