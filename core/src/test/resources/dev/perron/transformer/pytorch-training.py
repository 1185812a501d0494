#!/usr/bin/env python3
"""Ten training steps of small GPTs in PyTorch, for PyTorchTrainingTest; rpe is one with its norm
after the MLP and probabilities through a ReLU.

Run with PyTorch 1.13 and NumPy:  python3 pytorch-training.py > pytorch-training.csv

One line a quantity: name, then its numbers. Weights are flat, in the order of WeightLayout.
The model is written anew here from the published description of GPT-2; computed in float64.
"""
import math

import numpy as np
import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
V, T, D, HEADS, LAYERS, B, STEPS = 3, 12, 4, 2, 2, 2, 10


def parameters(rng, kind):
    """Named tensors in the order of the layout, and whether they decay."""
    named = [("wte", (V, D), False), ("wpe", (T, D), False)]
    for layer in range(LAYERS):
        named += [
            (f"{layer}.ln1", (D,), False),
            (f"{layer}.qkv", (3 * D, D), True),
            (f"{layer}.proj", (D, D), True),
            (f"{layer}.ln2", (D,), False),
            (f"{layer}.fc", (4 * D, D), True),
            (f"{layer}.out", (D, 4 * D), True),
        ]
    if kind != "rpe":
        named.append(("lnf", (D,), False))
    if kind != "tied":
        named.append(("head", (V, D), True))
    named.append(("bias", (V,), False))
    tensors = {}
    for name, shape, decays in named:
        values = rng.normal(0, 0.4, shape) + (1 if "ln" in name else 0)
        tensors[name] = (torch.tensor(np.float32(values).astype(np.float64), requires_grad=True), decays)
    return tensors


def loss(w, x, y, kind):
    t = x.shape[1]
    h = w["wte"][x] + w["wpe"][:t]
    mask = torch.tril(torch.ones(t, t)) == 0
    for layer in range(LAYERS):
        a = F.layer_norm(h, (D,), w[f"{layer}.ln1"], None, 1e-5)
        q, k, v = (a @ w[f"{layer}.qkv"].T).split(D, dim=2)
        q, k, v = (z.view(B, t, HEADS, D // HEADS).transpose(1, 2) for z in (q, k, v))
        scores = (q @ k.transpose(2, 3) / math.sqrt(D // HEADS)).masked_fill(mask, -math.inf)
        a = (F.softmax(scores, -1) @ v).transpose(1, 2).reshape(B, t, D)
        h = h + a @ w[f"{layer}.proj"].T
        if kind == "rpe":
            a = F.gelu(h @ w[f"{layer}.fc"].T) @ w[f"{layer}.out"].T
            h = h + F.layer_norm(a, (D,), w[f"{layer}.ln2"], None, 1e-5)
        else:
            a = F.layer_norm(h, (D,), w[f"{layer}.ln2"], None, 1e-5)
            h = h + F.gelu(a @ w[f"{layer}.fc"].T) @ w[f"{layer}.out"].T
    if kind != "rpe":
        h = F.layer_norm(h, (D,), w["lnf"], None, 1e-5)
    logits = h @ (w["wte"] if kind == "tied" else w["head"]).T + w["bias"]
    if kind == "rpe":
        law = F.normalize(F.relu(logits) + 1e-5, p=1.0, dim=-1)
        return F.nll_loss(torch.log(law).reshape(-1, V), y.reshape(-1))
    return F.cross_entropy(logits.reshape(-1, V), y.reshape(-1))


def show(name, numbers):
    print(",".join([name] + ["%.17g" % x for x in np.asarray(numbers, dtype=np.float64).reshape(-1)]))


def flat(tensors):
    return np.concatenate([t.detach().numpy().reshape(-1) for t in tensors])


def train(kind, optimiser, clip, anneal):
    rng = np.random.default_rng(7)
    tensors = parameters(rng, kind)
    tokens = rng.integers(0, V, (STEPS, B, T + 1))
    weights = {name: t for name, (t, _) in tensors.items()}
    groups = [
        {"params": [t for t, decays in tensors.values() if decays]},
        {"params": [t for t, decays in tensors.values() if not decays], "weight_decay": 0.0},
    ]
    opt = optimiser(groups)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        opt, max_lr=0.05, total_steps=STEPS, pct_start=0.3, anneal_strategy=anneal,
        cycle_momentum=False, div_factor=1e2, final_div_factor=0.05)
    name = kind + "." + anneal
    show(name + ".start", flat(weights.values()))
    show(name + ".tokens", tokens)
    losses, rates = [], []
    for step in range(STEPS):
        batch = torch.tensor(tokens[step])
        opt.zero_grad()
        value = loss(weights, batch[:, :-1], batch[:, 1:], kind)
        value.backward()
        if step == 0:
            show(name + ".gradient", flat([t.grad for t in weights.values()]))
        if clip:
            torch.nn.utils.clip_grad_norm_(list(weights.values()), clip)
        losses.append(value.item())
        rates.append(schedule.get_last_lr()[0])
        opt.step()
        if step < STEPS - 1:
            schedule.step()
    show(name + ".losses", losses)
    show(name + ".rates", rates)
    show(name + ".end", flat(weights.values()))


train("tied", lambda g: torch.optim.AdamW(g, lr=0.05, betas=(0.9, 0.95), weight_decay=0.1), 0, "cos")
train("untied", lambda g: torch.optim.SGD(g, lr=0.05, momentum=0.9, weight_decay=0.1), 0.5, "linear")
train("rpe", lambda g: torch.optim.AdamW(g, lr=0.05, betas=(0.9, 0.95), weight_decay=0.1), 0, "cos")
