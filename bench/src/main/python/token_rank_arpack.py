"""TokenRank by ARPACK: the leading left eigenvector of the chain with teleporting, which is kept
implicit. Of several tolerances that one is timed whose error is small enough with fewest products."""

import os

import protocol

numpy, linalg = protocol.need("numpy", "scipy.sparse.linalg")
ALPHA = 0.99
WANTED = float(protocol.OPTIONS.get("error", 1e-8))

attention = protocol.heads(numpy).astype(numpy.float64)
attention /= attention.sum(axis=2, keepdims=True)
count, n, _ = attention.shape
truth = numpy.load(os.path.join(protocol.FOLDER, "truth.npy"))


def rank(head, tolerance):
    products = 0
    matrix = attention[head]

    def product(x):
        nonlocal products
        products += 1
        x = x.reshape(n)
        return ALPHA * (x @ matrix) + (1 - ALPHA) / n * x.sum()

    operator = linalg.LinearOperator((n, n), matvec=product, dtype=numpy.float64)
    start = numpy.full(n, 1.0 / n)
    try:
        _, vectors = linalg.eigs(operator, k=1, which="LM", tol=tolerance, v0=start)
    except linalg.ArpackNoConvergence:
        return None, products
    pi = numpy.real(vectors[:, 0])
    return pi / pi.sum(), products


def cheapest():
    """The tolerance, its products for head 0 and its error; of those that suffice the first."""
    best = None
    for tolerance in (1e-2, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10, 1e-12, 0):
        pi, products = rank(0, tolerance)
        if pi is None:
            continue
        error = numpy.abs(pi - truth).sum()
        if best is None or (error <= WANTED and (best[2] > WANTED or products < best[1])):
            best = tolerance, products, error
        if error <= WANTED:
            break
    return best


tolerance, products, error = cheapest()


def all_heads():
    return [rank(head, tolerance) for head in range(count)]


total = sum(products for _, products in all_heads())
protocol.serve(all_heads, tolerance=tolerance, products=products, total=total, error=error)
