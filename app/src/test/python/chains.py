"""TokenRank and |lambda_2| of attention in NumPy, by other routes than Perron's: direct linear solves.

usage: python3 chains.py ATTENTION.npy ALPHA HEADS.csv

ATTENTION.npy holds float32 [layer, head, query, key]; HEADS.csv is what `perron heads --csv` wrote.
Prints one line a ranking, `layer head direction score score ...`, head `mean` for the mean of a
layer's heads, and one line a head, `layer head lambda2 |lambda_2| |lambda_2| of HEADS.csv`.
"""

import csv
import sys

import numpy as np


def stochastic(a):
    a = a.astype(np.float64)
    return a / a.sum(axis=-1, keepdims=True)


def stationary(p):
    """pi P = pi, sum 1: n-1 of the equations, and the sum."""
    n = len(p)
    m = p.T - np.eye(n)
    m[-1] = 1
    right = np.zeros(n)
    right[-1] = 1
    return np.linalg.solve(m, right)


def incoming(a, alpha):
    n = len(a)
    return np.linalg.solve((np.eye(n) - alpha * a).T, np.full(n, (1 - alpha) / n))


def outgoing(a, alpha):
    n = len(a)
    t = alpha * a + (1 - alpha) / n
    return stationary((t / t.sum(axis=0, keepdims=True)).T)


def second(a):
    moduli = np.sort(np.abs(np.linalg.eigvals(a)))
    return moduli[-2]


def main(attention, alpha, heads):
    a = np.load(attention)
    assert a.dtype == np.float32 and a.ndim == 4, (a.dtype, a.shape)
    alpha = float(alpha)
    with open(heads, newline="") as f:
        rows = list(csv.DictReader(f))
    assert len(rows) == a.shape[0] * a.shape[1], "one row a head"
    chains = stochastic(a)
    for layer in range(a.shape[0]):
        named = [(str(head), chains[layer, head]) for head in range(a.shape[1])]
        for head, p in named + [("mean", chains[layer].mean(axis=0))]:
            for direction, rank in (("INCOMING", incoming), ("OUTGOING", outgoing)):
                print(layer, head, direction, *map(repr, map(float, rank(p, alpha))))
    for row in rows:
        layer, head = int(row["layer"]), int(row["head"])
        print(layer, head, "lambda2", float(second(chains[layer, head])), row["lambda2"])


if __name__ == "__main__":
    main(*sys.argv[1:])
