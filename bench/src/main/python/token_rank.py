"""The paper's procedure for TokenRank, in batches: the matrix with teleporting is built, then
multiplied by a fixed number of times. What is timed is the multiplications alone."""

import protocol

numpy, torch = protocol.need("numpy", "torch")
torch.set_num_threads(protocol.THREADS)
torch.set_grad_enabled(False)
ALPHA = 0.99
STEPS = int(protocol.OPTIONS.get("steps", 200))

attention = torch.from_numpy(protocol.heads(numpy))
count, n, _ = attention.shape


def build():
    return ALPHA * attention + (1 - ALPHA) / n


def rank():
    v = torch.full((count, 1, n), 1.0 / n)
    for _ in range(STEPS):
        v = torch.bmm(v, teleported)
        v = v / v.sum(dim=-1, keepdim=True)
    return v


built, teleported = protocol.seconds(build)
protocol.save(numpy, rank()[:, 0, :].numpy())
protocol.serve(rank, build=built, steps=STEPS)
