"""Images resized by Pillow, which a test resizes again: kind-width-height.txt, a row a line, six
hexadecimal digits a pixel. The image is 37 x 23 pixels of a formula."""

from pathlib import Path

import numpy as np
from PIL import Image

WIDTH, HEIGHT = 37, 23

y, x, c = np.mgrid[0:HEIGHT, 0:WIDTH, 0:3]
image = Image.fromarray(((x * x * 7 + y * 13 + c * 91 + x * y * 3) % 256).astype(np.uint8))

for name, number in {"nearest": 0, "lanczos": 1, "bilinear": 2, "bicubic": 3}.items():
    for width, height in [(14, 9), (61, 40), (12, 31), (37, 5)]:
        pixels = np.asarray(image.resize((width, height), number))
        rows = ["".join("%02x" % value for value in row.reshape(-1)) for row in pixels]
        path = Path(__file__).parent / f"{name}-{width}-{height}.txt"
        path.write_text("\n".join(rows) + "\n")
