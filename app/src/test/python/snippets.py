"""Runs a snippet's program with NumPy stand-ins for the packages that it needs.

    snippets.py PROGRAM.py

The program is run as it is, in the current folder; torch, transformers, transformer_lens, diffusers
and PIL are modules that are made here, whose models answer with random attention. What the program
asks of them is what it may ask: any other name is an AttributeError.
"""
import ast
import contextlib
import sys
import types

import numpy as np

random = np.random.default_rng(20260501)
HEADS = 3


class Tensor(np.ndarray):
    """An array with the few methods of a torch tensor that the programs use."""

    def float(self):
        return self.astype(np.float32)

    def half(self):
        return self.astype(np.float16)

    def cpu(self):
        return self

    def numpy(self):
        return np.asarray(self)


def tensor(values):
    return np.asarray(values).view(Tensor)


def softmax(scores, dim=-1):
    e = np.exp(scores - scores.max(axis=dim, keepdims=True))
    return e / e.sum(axis=dim, keepdims=True)


def attention(n, causal=False):
    scores = random.normal(size=(1, HEADS, n, n)).astype(np.float32)
    if causal:
        scores[..., np.triu(np.ones((n, n), bool), 1)] = -np.inf
    return tensor(softmax(scores).astype(np.float32))


def module(name, **members):
    made = types.ModuleType(name)
    vars(made).update(members)
    sys.modules[name] = made
    return made


class Namespace(types.SimpleNamespace):
    pass


# torch


def scaled_dot_product_attention(query, key, value, attn_mask=None, dropout_p=0.0):
    return softmax(query @ np.swapaxes(key, -1, -2) / query.shape[-1] ** 0.5) @ value


functional = module(
    "torch.nn.functional", scaled_dot_product_attention=scaled_dot_product_attention
)
nn = module("torch.nn", functional=functional)
module("torch", no_grad=contextlib.nullcontext, softmax=softmax, bfloat16="bfloat16", nn=nn)

# transformers: a text model when it is asked with ids, an image model when with pixels

WORDS = ["[CLS]", "the", "quick", "brown", "fox", "[SEP]"]


class TextTokenizer:
    @staticmethod
    def from_pretrained(name):
        return TextTokenizer()

    def __call__(self, text, return_tensors, return_special_tokens_mask):
        assert return_tensors == "pt" and return_special_tokens_mask
        n = len(WORDS)
        return {
            "input_ids": tensor([list(range(n))]),
            "attention_mask": tensor([[1] * n]),
            "special_tokens_mask": tensor([[1] + [0] * (n - 2) + [1]]),
        }

    def convert_ids_to_tokens(self, ids):
        return [WORDS[i] for i in ids]


class Model:
    config = Namespace(patch_size=14, num_register_tokens=4)

    @staticmethod
    def from_pretrained(name, attn_implementation):
        assert attn_implementation == "eager", "only eager attention has the matrix"
        return Model()

    def float(self):
        return self

    def eval(self):
        return self

    def __call__(self, output_attentions, input_ids=None, attention_mask=None, pixel_values=None):
        assert output_attentions
        if pixel_values is None:
            return Namespace(attentions=tuple(attention(input_ids.shape[1]) for _ in range(2)))
        rows, columns = pixel_values.shape[-2] // 14, pixel_values.shape[-1] // 14
        n = 1 + self.config.num_register_tokens + rows * columns
        return Namespace(attentions=tuple(attention(n) for _ in range(2)))


class ImageProcessor:
    @staticmethod
    def from_pretrained(name):
        return ImageProcessor()

    def __call__(self, images, return_tensors):
        assert images == "an RGB image" and return_tensors == "pt"
        return {"pixel_values": tensor(np.zeros((1, 3, 42, 56), np.float32))}


module(
    "transformers", AutoTokenizer=TextTokenizer, AutoModel=Model, AutoImageProcessor=ImageProcessor
)
image = Namespace(convert=lambda mode: f"an {mode} image")
module("PIL", Image=Namespace(open=lambda path: image))

# transformer_lens


class HookedTransformer:
    cfg = Namespace(n_layers=2)
    tokenizer = Namespace(all_special_ids=[0])

    @staticmethod
    def from_pretrained(name, device):
        return HookedTransformer()

    def to_tokens(self, text):
        return tensor([[0, 1, 2, 3]])

    def to_str_tokens(self, tokens):
        return [["<|endoftext|>", "The", " quick", " fox"][i] for i in tokens]

    def run_with_cache(self, tokens, return_type, names_filter):
        cache = {}
        for layer in range(self.cfg.n_layers):
            for hook in ("hook_attn_scores", "hook_pattern"):
                name = f"blocks.{layer}.attn.{hook}"
                if names_filter(name):
                    cache[name] = attention(tokens.shape[1], causal=True)
        return None, cache


module("transformer_lens", HookedTransformer=HookedTransformer)

# diffusers


class Attention:
    """A block's attention, which calls its processor by the names that the processor has."""

    def __init__(self):
        self.processor = self.plain

    @staticmethod
    def plain(
        attn,
        hidden_states,
        encoder_hidden_states=None,
        attention_mask=None,
        image_rotary_emb=None,
    ):
        assert image_rotary_emb == "rotary", "the rotary embedding was lost"
        assert encoder_hidden_states is not None
        q, k, v = hidden_states
        return functional.scaled_dot_product_attention(q, k, v, attn_mask=attention_mask)

    def set_processor(self, processor):
        self.processor = processor

    def __call__(self, states):
        return self.processor(
            self,
            states,
            encoder_hidden_states="text",
            attention_mask=None,
            image_rotary_emb="rotary",
        )


class FluxPipeline:
    def __init__(self):
        def blocks(count):
            return [Namespace(attn=Attention()) for _ in range(count)]

        self.transformer = Namespace(
            transformer_blocks=blocks(19), single_transformer_blocks=blocks(38)
        )
        self.tokenizer_2 = FluxTokenizer()

    @staticmethod
    def from_pretrained(name, torch_dtype):
        return FluxPipeline()

    def enable_model_cpu_offload(self):
        pass

    def __call__(self, prompt, height, width, num_inference_steps, max_sequence_length):
        n = max_sequence_length + (height // 16) * (width // 16)
        states = [tensor(random.normal(size=(1, HEADS, n, 8))) for _ in range(3)]
        flux = self.transformer
        for _ in range(num_inference_steps):
            for block in flux.transformer_blocks + flux.single_transformer_blocks:
                out = block.attn(states)
                assert out.shape == (1, HEADS, n, 8)


class FluxTokenizer:
    all_special_ids = [0, 1]

    def __call__(self, prompt, padding, max_length, truncation):
        assert padding == "max_length" and truncation
        return Namespace(input_ids=[5, 6, 1] + [0] * (max_length - 3))

    def convert_ids_to_tokens(self, ids):
        return [{0: "<pad>", 1: "</s>"}.get(i, f"t{i}") for i in ids]


module("diffusers", FluxPipeline=FluxPipeline)

with open(sys.argv[1], encoding="utf-8") as file:
    program = file.read()
ast.parse(program)
# Smaller than the program says, so that it takes no time.
program = program.replace("HEIGHT = WIDTH = 1024", "HEIGHT = WIDTH = 64")
program = program.replace("STEPS, STEP = 28, 14", "STEPS, STEP = 3, 1")
program = program.replace("TEXT_TOKENS = 512", "TEXT_TOKENS = 8")
exec(compile(program, sys.argv[1], "exec"), {"__name__": "__main__"})
