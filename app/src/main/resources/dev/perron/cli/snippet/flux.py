"""Joint attention of text and image in FLUX.1, for Perron: attention.npz with attention.json.

Saves layer by layer, as each block runs: the mean of the heads, at 1024 x 1024 pixels 4608 x 4608
numbers or 85 MB a layer, or queries and keys in float16, 57 MB a layer, from which Perron makes each
of the 24 heads. Needs a graphics card with 24 GB or more, so that Perron's own tests run it with
stand-ins for the model only.

    pip install numpy torch diffusers transformers accelerate sentencepiece protobuf
    perron rank attention.npz --layer 18
"""
import json
import zipfile

import numpy as np
import torch
import torch.nn.functional as F
from diffusers import FluxPipeline

MODEL = "black-forest-labs/FLUX.1-dev"
PROMPT = "a fox jumps over a lazy dog"
HEIGHT = WIDTH = 1024
STEPS, STEP = 28, 14  # how often noise is taken away, and at which of these to look, from 0
KEEP = "mean"  # of the heads; or "queries and keys"
LAYERS = {0, 9, 18, 28, 38, 56}  # 0-18 are the double blocks, 19-56 the single ones
TEXT_TOKENS = 512


class Recorder:
    """The block's own attention processor, watched while it runs."""

    def __init__(self, processor, layer, archive):
        self.processor, self.layer, self.archive, self.calls = processor, layer, archive, 0

    # These names are looked up by diffusers: *args would lose the rotary embedding.
    def __call__(
        self,
        attn,
        hidden_states,
        encoder_hidden_states=None,
        attention_mask=None,
        image_rotary_emb=None,
    ):
        seen = []
        plain = F.scaled_dot_product_attention

        def watched(query, key, value, *args, **kwargs):
            seen.append((query, key))  # normalised and rotated, [batch, head, token, channel]
            return plain(query, key, value, *args, **kwargs)

        F.scaled_dot_product_attention = watched
        try:
            out = self.processor(
                attn,
                hidden_states,
                encoder_hidden_states=encoder_hidden_states,
                attention_mask=attention_mask,
                image_rotary_emb=image_rotary_emb,
            )
        finally:
            F.scaled_dot_product_attention = plain
        if self.calls == STEP:
            assert len(seen) == 1, f"layer {self.layer}: {len(seen)} calls of attention, not one"
            self.save(*seen[0])
        self.calls += 1
        return out

    def save(self, query, key):
        if KEEP == "queries and keys":
            self.write("queries", query[0].half())
            self.write("keys", key[0].half())
        else:
            self.write("attentions", self.mean(query, key))

    @staticmethod
    def mean(query, key):
        heads, channels = query.shape[1], query.shape[3]
        mean = 0
        for head in range(heads):  # head by head and in float32: rows that sum to 1
            scores = query[0, head].float() @ key[0, head].float().T / channels**0.5
            mean = mean + torch.softmax(scores, dim=-1) / heads
        return mean

    def write(self, name, tensor):
        with self.archive.open(f"{name}.{self.layer}.npy", "w", force_zip64=True) as entry:
            np.lib.format.write_array(entry, np.ascontiguousarray(tensor.cpu().numpy()))


pipe = FluxPipeline.from_pretrained(MODEL, torch_dtype=torch.bfloat16)
pipe.enable_model_cpu_offload()
blocks = [*pipe.transformer.transformer_blocks, *pipe.transformer.single_transformer_blocks]
with zipfile.ZipFile("attention.npz", "w") as archive, torch.no_grad():
    for layer, block in enumerate(blocks):
        if layer in LAYERS:
            block.attn.set_processor(Recorder(block.attn.processor, layer, archive))
    pipe(
        PROMPT,
        height=HEIGHT,
        width=WIDTH,
        num_inference_steps=STEPS,
        max_sequence_length=TEXT_TOKENS,
    )

# Text first, filled up to its length; then the image, a token for 16 x 16 pixels, row by row.
ids = pipe.tokenizer_2(
    PROMPT, padding="max_length", max_length=TEXT_TOKENS, truncation=True
).input_ids
text = pipe.tokenizer_2.convert_ids_to_tokens(ids)
patches = [f"{row},{column}" for row in range(HEIGHT // 16) for column in range(WIDTH // 16)]
added = set(pipe.tokenizer_2.all_special_ids)
with open("attention.json", "w", encoding="utf-8") as file:
    json.dump(
        {
            "model": MODEL,
            "axes": "q,k",
            "tokens": text + patches,
            "special": [i for i, token in enumerate(ids) if token in added],
            "causal": False,
        },
        file,
    )
