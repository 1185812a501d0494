#!/usr/bin/env python3
"""Does float16 without loss scaling keep a tiny GPT at the unigram? Run with PyTorch 1.13 on a CPU:

    OMP_NUM_THREADS=1 python3 float16_training.py none,float16,scaled 10 64 256 0.5 0.8 > runs.csv

The published code of "Attention with Markov" trains under float16 autocast, and doesn't scale its
loss. Here the reference model (one layer, tied, d_model 8) learns the source p, q in 400 steps, in
each of these modes, from as many seeds as said:

    none      float32 throughout
    float16   what enters and leaves a linear layer or a product of attention, and the gradients that
              come back there, rounded to float16; sums, LayerNorm, softmax and loss in float32
    forward   only what goes forward is rounded
    backward  only gradients are
    scaled    as float16, with the loss multiplied by 2^12 before its gradient is made, and the
              weights' gradients divided by it

One line a run: mode, seed, loss of the last ten steps, the first step from which the mean over ten
steps is below the middle of unigram and bigram (or -1), and the share of zeros among the gradients
that come back to the weights at steps 100, 200, 300. 64 sequences of 256 tokens (the other two
numbers) are as many tokens a step, so gradients as small, as the 16 of 1024, at a quarter of the
attention.
"""
import math
import sys

import torch
import torch.nn.functional as F

torch.set_num_threads(1)
MODES, SEEDS = sys.argv[1].split(","), int(sys.argv[2])
B, T = (int(x) for x in (sys.argv[3:5] or (64, 256)))
P, Q = (float(x) for x in (sys.argv[5:7] or (0.5, 0.8)))
D, STEPS = 8, 400
LOOKED_AT = (100, 200, 300)


def entropy(p):
    return -p * math.log(p) - (1 - p) * math.log(1 - p)


UNIGRAM = entropy(P / (P + Q))
BIGRAM = (Q * entropy(P) + P * entropy(Q)) / (P + Q)


class RoundedForward(torch.autograd.Function):
    """To float16 and back; its gradient as it is."""

    @staticmethod
    def forward(_, x):
        return x.half().float()

    @staticmethod
    def backward(_, gradient):
        return gradient


class RoundedBackward(torch.autograd.Function):
    """As it is; its gradient to float16 and back."""

    @staticmethod
    def forward(_, x):
        return x.view_as(x)

    @staticmethod
    def backward(_, gradient):
        return gradient.half().float()


class Model:
    """The weights, and the loss of a batch. One weight is a tensor of its own, [out, in]."""

    def __init__(self, generator, forward, backward):
        def normal(*shape, std=0.02):
            return (std * torch.randn(*shape, generator=generator)).requires_grad_()

        small = 0.02 / math.sqrt(2)
        self.matrices = [
            normal(3 * D, D), normal(D, D, std=small), normal(4 * D, D), normal(D, 4 * D, std=small)
        ]
        self.wte, self.wpe = normal(2, D), normal(T, D)
        self.norms = [torch.ones(D, requires_grad=True) for _ in range(3)]
        self.bias = torch.zeros(2, requires_grad=True)
        self.future = torch.ones(T, T).tril() == 0
        self.there = RoundedForward.apply if forward else as_it_is
        self.back = RoundedBackward.apply if backward else as_it_is

    def both(self, x):
        return self.back(self.there(x))

    def linear(self, x, weight, bias=0.0):
        return self.both(self.both(x) @ self.both(weight).T + bias)

    def attend(self, x):
        q, k, v = self.linear(x, self.matrices[0]).split(D, dim=2)
        scores = self.back(q @ k.transpose(1, 2)) / math.sqrt(D)
        weights = self.there(F.softmax(scores.masked_fill(self.future, -math.inf), dim=-1))
        return self.linear(self.both(weights @ v), self.matrices[1])

    def loss(self, x, y):
        h = self.wte[x] + self.wpe
        h = h + self.attend(F.layer_norm(h, (D,), self.norms[0]))
        hidden = self.linear(F.layer_norm(h, (D,), self.norms[1]), self.matrices[2])
        h = h + self.linear(self.both(F.gelu(hidden)), self.matrices[3])
        logits = self.linear(F.layer_norm(h, (D,), self.norms[2]), self.wte, self.both(self.bias))
        return F.cross_entropy(logits.view(-1, 2), y.reshape(-1))


def as_it_is(x):
    return x


def batch(generator):
    u = torch.rand(T + 1, B, generator=generator)
    x = torch.empty(T + 1, B, dtype=torch.long)
    x[0] = u[0] < P / (P + Q)
    for t in range(T):
        x[t + 1] = torch.where(x[t] == 0, u[t + 1] < P, u[t + 1] >= Q)
    x = x.T
    return x[:, :-1], x[:, 1:]


def zeros(model):
    """Of the weights' gradients, in order: qkv, projection, hidden, out, tokens."""
    return ["%.2f" % (w.grad == 0).float().mean().item() for w in model.matrices + [model.wte]]


def train(mode, seed):
    generator = torch.Generator().manual_seed(seed)
    half = mode in ("float16", "scaled")
    model = Model(generator, half or mode == "forward", half or mode == "backward")
    scale = 2.0**12 if mode == "scaled" else 1.0
    others = [model.wte, model.wpe, model.bias] + model.norms
    optimiser = torch.optim.AdamW(
        [{"params": model.matrices}, {"params": others, "weight_decay": 0.0}],
        lr=2e-3, betas=(0.9, 0.95), weight_decay=1e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, max_lr=2e-3, total_steps=STEPS, pct_start=0.02, anneal_strategy="cos",
        cycle_momentum=False, div_factor=1e2, final_div_factor=0.05)
    losses, vanished = [], []
    for step in range(STEPS):
        optimiser.zero_grad(set_to_none=True)
        value = model.loss(*batch(generator))
        (value * scale).backward()
        for weight in model.matrices + others:
            weight.grad /= scale
        if step in LOOKED_AT:
            vanished.append("/".join(zeros(model)))
        optimiser.step()
        if step < STEPS - 1:
            schedule.step()
        losses.append(value.item())
    means = [sum(losses[i - 10 : i]) / 10 for i in range(10, STEPS + 1)]
    below = [i for i, mean in enumerate(means) if mean < (UNIGRAM + BIGRAM) / 2]
    return "%.4f" % means[-1], str(below[0] if below else -1), *vanished


print("mode,seed,loss,escapes at step,zeros at steps %s" % (LOOKED_AT,), flush=True)
for seed in range(1, SEEDS + 1):
    for mode in MODES:
        print(",".join([mode, str(seed), *train(mode, seed)]), flush=True)
