"""|lambda_2| of all heads by ARPACK, a process a core, each with one thread."""

import multiprocessing

import protocol

numpy, linalg = protocol.need("numpy", "scipy.sparse.linalg")
TOLERANCE = float(protocol.OPTIONS.get("tolerance", 1e-8))

attention = protocol.heads(numpy).astype(numpy.float64)
attention /= attention.sum(axis=2, keepdims=True)
count, n, _ = attention.shape


def solve(head):
    products = 0
    matrix = attention[head]

    def product(x):
        nonlocal products
        products += 1
        return matrix @ x.reshape(n)

    operator = linalg.LinearOperator((n, n), matvec=product, dtype=numpy.float64)
    start = numpy.random.default_rng(head).standard_normal(n)
    values, vectors = linalg.eigs(operator, k=2, which="LM", tol=TOLERANCE, v0=start)
    order = numpy.argsort(-numpy.abs(values))
    value, vector = values[order[1]], vectors[:, order[1]]
    residual = numpy.linalg.norm(matrix @ vector - value * vector) / abs(value)
    return abs(value), residual, products


def lambda2(head):
    values = linalg.eigs(
        attention[head],
        k=2,
        which="LM",
        tol=TOLERANCE,
        return_eigenvectors=False,
        v0=numpy.random.default_rng(head).standard_normal(n),
    )
    return numpy.abs(values).min()


if __name__ == "__main__":
    with multiprocessing.get_context("fork").Pool(protocol.THREADS) as pool:
        solved = pool.map(solve, range(count), chunksize=1)
        protocol.save(numpy, [value for value, _, _ in solved])
        protocol.serve(
            lambda: pool.map(lambda2, range(count), chunksize=1),
            products=sum(products for _, _, products in solved),
            residual=max(residual for _, residual, _ in solved),
        )
