"""PageRank as NetworkX does it by default, and TokenRank by the paper's stop rule: L1 change below
1e-5 or 200 steps, whichever comes first. Their answers are what matters, not their time."""

import protocol

numpy, torch, networkx = protocol.need("numpy", "torch", "networkx")
protocol.need("scipy.sparse")
torch.set_num_threads(protocol.THREADS)
torch.set_grad_enabled(False)
ALPHA = 0.99

attention = protocol.heads(numpy)[0]
n = attention.shape[0]


def by_networkx():
    graph = networkx.DiGraph()
    graph.add_nodes_from(range(n))
    rows, columns = numpy.nonzero(attention)
    weights = attention[rows, columns].astype(float)
    graph.add_weighted_edges_from(zip(rows.tolist(), columns.tolist(), weights.tolist()))
    try:
        ranks = networkx.pagerank(graph, alpha=ALPHA)
    except networkx.PowerIterationFailedConvergence:
        return [numpy.nan] * n
    return [ranks[state] for state in range(n)]


def by_stop_rule():
    teleported = ALPHA * torch.from_numpy(attention) + (1 - ALPHA) / n
    v = torch.full((1, n), 1.0 / n)
    for step in range(1, 201):
        last, v = v, v @ teleported
        v = v / v.sum()
        if (v - last).abs().sum() < 1e-5:
            break
    return v[0].numpy(), step


stopped, steps = by_stop_rule()
protocol.save(numpy, [by_networkx(), stopped])
protocol.serve(by_stop_rule, steps=steps)
