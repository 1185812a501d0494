"""Eigenvalues of chains and Hessenberg matrices that a test can build again from a seed.

Each file is named after its matrix: kind-n-seed.txt, one eigenvalue a line, real and imaginary
part, by falling modulus. NumPy's eigvals is LAPACK's dgeev, which balances and then does QR.
"""

import numpy as np

LEADING = 12  # of a large matrix only so many are kept


class Seeded:
    """The numbers of java.util.SplittableRandom(seed).nextDouble()."""

    def __init__(self, seed):
        self.state = seed

    def next(self):
        mask = (1 << 64) - 1
        self.state = (self.state + 0x9E3779B97F4A7C15) & mask
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & mask
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & mask
        z ^= z >> 31
        return (z >> 11) * 2.0**-53

    def matrix(self, n):
        return np.array([[self.next() for _ in range(n)] for _ in range(n)])


def softmax(n, seed):
    """Rows as attention makes them, exp(12 u) scaled to sum to one."""
    weights = np.exp(12 * Seeded(seed).matrix(n))
    return weights / weights.sum(axis=1, keepdims=True)


def window(n, seed):
    """Each state goes at most 3 places away, up more readily than down: complex pairs."""
    weights = Seeded(seed).matrix(n)
    i, j = np.indices((n, n))
    distance = (j - i) % n
    weights = np.where(distance <= 3, weights * (1 + distance), 0)
    return weights / weights.sum(axis=1, keepdims=True)


def hessenberg(n, seed):
    """Entries from -1 to 1, nothing below the first subdiagonal."""
    return np.triu(2 * Seeded(seed).matrix(n) - 1, -1)


def graded(n, seed):
    """The same with rows and columns over sixteen orders of magnitude."""
    scale = 10.0 ** (-16 * np.arange(n) / n)
    return hessenberg(n, seed) * scale[:, None] * scale[None, :]


for kind, n, seed in [
    (softmax, 5, 1),
    (softmax, 128, 2),
    (softmax, 129, 3),
    (softmax, 300, 4),
    (window, 40, 5),
    (window, 128, 6),
    (window, 200, 7),
    (softmax, 600, 13),
    (window, 600, 14),
    (hessenberg, 3, 8),
    (hessenberg, 4, 9),
    (hessenberg, 25, 10),
    (hessenberg, 120, 11),
    (graded, 12, 12),
]:
    values = np.linalg.eigvals(kind(n, seed))
    values = sorted(values, key=lambda z: (-abs(z), -z.real, -z.imag))
    if n > 128:
        values = values[:LEADING]
    with open(f"{kind.__name__}-{n}-{seed}.txt", "w") as file:
        for z in values:
            file.write(f"{float(z.real)!r} {float(z.imag)!r}\n")
