/// Images, patches and pixels: what a vision transformer sees, and where in the photograph a value
/// of a patch belongs.
///
/// ## Notation
///
/// ```
///   x, y                  a pixel, from 0: x to the right, y down
///   W x H                 width and height of an image, in pixels
///   pixels [3, H, W]      what the model is given: channels red, green, blue; normalised
///   p                     side of a square patch, in pixels of what the model is given
///   rows x columns        the grid of patches, H/p x W/p
///   prefix                tokens before the patches: CLS, registers, a distillation token
///   n                     tokens: prefix + rows · columns
///   m [rows, columns]     a value for each patch, row-major
/// ```
///
/// Patches count from the top left and are written `row,column`; pixels are written `x,y`. A pixel
/// is a square whose centre is at (x + ½, y + ½); all geometry is of centres, as in Pillow and in
/// PyTorch without aligned corners. Colours are sRGB as stored, 0 to 255; nothing is converted to
/// linear light, since models were trained without that.
@NullMarked
package dev.perron.vision;

import org.jspecify.annotations.NullMarked;
