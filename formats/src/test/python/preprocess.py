"""What Pillow and NumPy make of a photograph as Hugging Face's processor does: FOLDER OUT SIZE FILTER
MEAN STD. Each image becomes OUT/NAME.f32, [3, SIZE, SIZE]."""

import sys
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

folder, out, size, number, mean, std = sys.argv[1:]
for path in sorted(Path(folder).iterdir())[:6]:
    if path.suffix.lower() not in (".jpg", ".jpeg", ".png"):
        continue
    image = ImageOps.exif_transpose(Image.open(path)).convert("RGB")
    image = image.resize((int(size), int(size)), int(number))
    pixels = (np.asarray(image).astype(np.float64) / 255 - float(mean)) / float(std)
    pixels.transpose(2, 0, 1).astype("<f4").tofile(Path(out) / (path.name + ".f32"))
    print(path.name)
