"""Attention of a Hugging Face vision transformer, for Perron: attention.npz with attention.json.

    pip install numpy torch transformers pillow
    perron rank attention.npz --layer -1
"""
import json

import numpy as np
import torch
from PIL import Image
from transformers import AutoImageProcessor, AutoModel

MODEL = "google/vit-base-patch16-224"
IMAGE = "image.jpg"

processor = AutoImageProcessor.from_pretrained(MODEL)
# Fused attention (sdpa, flash) never has the matrix in memory: eager. float32: rows that sum to 1.
model = AutoModel.from_pretrained(MODEL, attn_implementation="eager").float().eval()

pixels = processor(images=Image.open(IMAGE).convert("RGB"), return_tensors="pt")["pixel_values"]
with torch.no_grad():  # one array a layer, [batch, head, query, key]
    attentions = model(pixel_values=pixels, output_attentions=True).attentions

rows = pixels.shape[-2] // model.config.patch_size
columns = pixels.shape[-1] // model.config.patch_size
# What comes before the patches: a class token, and with DeiT a distillation token.
prefix = attentions[0].shape[-1] - rows * columns
assert prefix >= 0, f"{attentions[0].shape[-1]} tokens are fewer than {rows} x {columns} patches"

np.savez(
    "attention.npz",
    **{f"attentions.{layer}": a[0].float().cpu().numpy() for layer, a in enumerate(attentions)},
)
with open("attention.json", "w", encoding="utf-8") as file:
    json.dump(
        {
            "model": MODEL,
            "axes": "h,q,k",
            "prefix": prefix,
            "grid": [rows, columns],
            "causal": False,
        },
        file,
    )
