"""Attention of a Hugging Face text model, for Perron: attention.npz with attention.json beside it.

    pip install numpy torch transformers
    perron rank attention.npz --layer 0 --head 0
"""
import json

import numpy as np
import torch
from transformers import AutoModel, AutoTokenizer

MODEL = "bert-base-uncased"  # an encoder or a decoder; of an encoder-decoder take the part you mean
TEXT = "The quick brown fox jumps over the lazy dog"

tokenizer = AutoTokenizer.from_pretrained(MODEL)
# Fused attention (sdpa, flash) never has the matrix in memory: eager. float32: rows that sum to 1.
model = AutoModel.from_pretrained(MODEL, attn_implementation="eager").float().eval()

# One text and no padding: padded rows are no distributions.
inputs = tokenizer(TEXT, return_tensors="pt", return_special_tokens_mask=True)
special = inputs.pop("special_tokens_mask")[0].tolist()
with torch.no_grad():  # one array a layer, [batch, head, query, key]
    attentions = model(**inputs, output_attentions=True).attentions

arrays = {f"attentions.{layer}": a[0].float().cpu().numpy() for layer, a in enumerate(attentions)}
np.savez("attention.npz", **arrays)
with open("attention.json", "w", encoding="utf-8") as file:
    json.dump(
        {
            "model": MODEL,
            "axes": "h,q,k",
            "tokens": tokenizer.convert_ids_to_tokens(inputs["input_ids"][0].tolist()),
            "special": [i for i, added in enumerate(special) if added],
            "causal": not any(np.triu(a, 1).any() for a in arrays.values()),
        },
        file,
    )
