"""Small images in many forms, written and read again by Pillow: NAME, and NAME.txt with the pixels
that Pillow sees, a row a line, six hexadecimal digits a pixel. Of images that aren't to be read
there is no .txt."""

from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

HERE = Path(__file__).parent

y, x, c = np.mgrid[0:14, 0:22, 0:3]
smooth = (40 + 8 * x + 4 * y + (c - 1) * (6 * y - 3 * x)).clip(0, 255).astype(np.uint8)
colour = Image.fromarray(smooth)
grey = Image.fromarray(smooth[:, :, 0])


def keep(name, pixels):
    rows = ["".join("%02x" % value for value in row.reshape(-1)) for row in pixels]
    (HERE / (name + ".txt")).write_text("\n".join(rows) + "\n")


def read(name):
    keep(name, np.asarray(ImageOps.exif_transpose(Image.open(HERE / name)).convert("RGB")))


def turned(orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    return exif


for orientation in range(1, 9):
    name = f"turned-{orientation}.jpg"
    colour.save(HERE / name, quality=95, subsampling=0, exif=turned(orientation))
    read(name)
colour.save(HERE / "subsampled.jpg", quality=85, subsampling=2)
read("subsampled.jpg")
grey.save(HERE / "grey.jpg", quality=95)
read("grey.jpg")
colour.save(HERE / "plain.png")
read("plain.png")
grey.save(HERE / "grey.png")
read("grey.png")
colour.convert("P", palette=Image.Palette.ADAPTIVE, colors=16).save(HERE / "palette.png")
read("palette.png")
Image.merge("RGBA", (*colour.split(), grey)).save(HERE / "alpha.png")
read("alpha.png")
Image.merge("LA", (grey, grey)).save(HERE / "grey-alpha.png")
read("grey-alpha.png")
grey.point(lambda v: 255 if v > 120 else 0).convert("1").save(HERE / "bits.png")
read("bits.png")
# Pillow clips 16 bits to 8 instead of scaling; the upper eight are what is meant.
Image.fromarray(smooth[:, :, 0].astype(np.uint16) * 257).save(HERE / "grey-16.png")
keep("grey-16.png", np.repeat(smooth[:, :, :1], 3, axis=2))
colour.convert("CMYK").save(HERE / "cmyk.jpg", quality=90)
colour.save(HERE / "whole.jpg", quality=90)
whole = (HERE / "whole.jpg").read_bytes()
(HERE / "cut.jpg").write_bytes(whole[: len(whole) * 3 // 5])
(HERE / "whole.jpg").unlink()
whole = (HERE / "plain.png").read_bytes()
(HERE / "cut.png").write_bytes(whole[: len(whole) * 3 // 5])
Image.fromarray(smooth[:1, :1]).save(HERE / "one.png")
read("one.png")
(HERE / "text.jpg").write_text("this is no image\n")
