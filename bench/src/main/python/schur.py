"""SciPy's real Schur decomposition with the dominant eigenvalues sorted to the front."""

import protocol

numpy, linalg = protocol.need("numpy", "scipy.linalg")
DOMINANT = int(protocol.OPTIONS.get("dominant", 8))

matrix = protocol.heads(numpy)[0].astype(numpy.float64)
matrix /= matrix.sum(axis=1, keepdims=True)
moduli = numpy.sort(numpy.abs(linalg.eigvals(matrix)))[::-1]
border = (moduli[DOMINANT - 1] + moduli[DOMINANT]) / 2


def schur():
    return linalg.schur(matrix, output="real", sort=lambda x, y: numpy.hypot(x, y) > border)


protocol.save(numpy, moduli[:DOMINANT])
protocol.serve(schur, sorted=schur()[2])
