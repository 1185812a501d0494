"""TokenRank by NumPy's dense solver, the outside that NumPyTokenRankTest compares with.

Writes numpy-tokenrank.csv beside this file: python3 numpy-tokenrank.py
Lines are a name and n numbers; NAME.row are rows of float32 attention, in order.
"""

import pathlib

import numpy as np

rng = np.random.default_rng(2507)
n = 12
alpha = 0.99


def softmax(logits):
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    return (e / e.sum(axis=1, keepdims=True)).astype(np.float32)


def stationary(chain):
    system = np.vstack([(chain.T - np.eye(n)), np.ones(n)])
    return np.linalg.lstsq(system, np.append(np.zeros(n), 1), rcond=None)[0]


logits = rng.normal(0, 2, (n, n))
lines = []
for name, head in {
    "bidirectional": softmax(logits),
    "causal": softmax(np.where(np.tri(n, dtype=bool), logits, -np.inf)),
}.items():
    a = head.astype(np.float64)
    a /= a.sum(axis=1, keepdims=True)
    one_hot = np.eye(n)[3]
    uniform = np.full(n, 1 / n)
    t = alpha * a + (1 - alpha) * np.outer(np.ones(n), uniform)
    personalised = alpha * a + (1 - alpha) * np.outer(np.ones(n), one_hot)
    lines += [[f"{name}.row", *map(str, row)] for row in head]
    for answer, values in {
        "incoming": stationary(t),
        "personalised": stationary(personalised),
        "outgoing": stationary((t / t.sum(axis=0)).T),
        "lambda2": np.sort(np.abs(np.linalg.eigvals(a)))[-2:-1],
    }.items():
        lines.append([f"{name}.{answer}", *(repr(float(x)) for x in values)])
text = "".join(",".join(line) + "\n" for line in lines)
pathlib.Path(__file__).with_suffix(".csv").write_text(text)
