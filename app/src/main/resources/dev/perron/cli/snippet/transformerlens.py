"""Attention patterns of a TransformerLens model, for Perron: attention.npz with attention.json.

    pip install numpy transformer_lens
    perron rank attention.npz --layer 5 --head 1
"""
import json

import numpy as np
import torch
from transformer_lens import HookedTransformer

MODEL = "gpt2"
TEXT = "The quick brown fox jumps over the lazy dog"

model = HookedTransformer.from_pretrained(MODEL, device="cpu")  # float32: rows that sum to 1
tokens = model.to_tokens(TEXT)  # with the token that the model begins with
with torch.no_grad():
    _, cache = model.run_with_cache(
        tokens, return_type=None, names_filter=lambda name: name.endswith("hook_pattern")
    )

names = [f"blocks.{layer}.attn.hook_pattern" for layer in range(model.cfg.n_layers)]
arrays = {name: cache[name][0].float().cpu().numpy() for name in names}  # [head, query, key]
added = set(model.tokenizer.all_special_ids)
np.savez("attention.npz", **arrays)
with open("attention.json", "w", encoding="utf-8") as file:
    json.dump(
        {
            "model": MODEL,
            "axes": "h,q,k",
            "tokens": model.to_str_tokens(tokens[0]),
            "special": [i for i, token in enumerate(tokens[0].tolist()) if token in added],
            "causal": not any(np.triu(a, 1).any() for a in arrays.values()),
        },
        file,
    )
