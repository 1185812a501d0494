"""The likelihood of a context-conditioned chain, minimised by SciPy's L-BFGS.

All rows at once: a sparse matrix [contexts, K*K] whose columns are (query, token) gives all
denominators Z in one product, and the gradient in one with its transpose. The loss is the mean
over samples, as ours.
"""

import os

import protocol

numpy, sparse, optimize = protocol.need("numpy", "scipy.sparse", "scipy.optimize")


def load(name):
    return numpy.load(os.path.join(protocol.FOLDER, name + ".npy"))


tokens = int(protocol.OPTIONS["tokens"])
start = load("start").astype(numpy.int64)
column = load("column").astype(numpy.int64)
times = load("times")
outcomes = load("outcomes")
samples = times.sum()
contexts = sparse.csr_matrix(
    (load("mass"), column, start), shape=(len(times), tokens * tokens)
)
transposed = contexts.T.tocsr()
evaluations = 0


def loss(w):
    global evaluations
    evaluations += 1
    e = numpy.exp(w)
    z = contexts @ e
    value = (times @ numpy.log(z) - outcomes @ w) / samples
    gradient = (e * (transposed @ (times / z)) - outcomes) / samples
    return value, gradient


def fit():
    return optimize.minimize(
        loss,
        numpy.zeros(tokens * tokens),
        jac=True,
        method="L-BFGS-B",
        options={"maxiter": 20000, "maxfun": 40000, "ftol": 1e-16, "gtol": 1e-9, "maxcor": 20},
    )


solved = fit()
used = evaluations
protocol.save(numpy, solved.x)
protocol.serve(
    fit,
    loss=repr(float(solved.fun)),
    evaluations=used,
    gradient=float(abs(solved.jac).max()),
)
