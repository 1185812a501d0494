"""One training step of a GPT-2 in torch's plain operations, as the published code of "Attention with
Markov" does it where torch has no fused attention: data, forward, backward, AdamW.

Options: d, layers, context, batch. Written anew from the description of the model.
"""

import math

import protocol

torch, numpy = protocol.need("torch", "numpy")
F = torch.nn.functional
torch.set_num_threads(protocol.THREADS)
D = int(protocol.OPTIONS.get("d", 8))
LAYERS = int(protocol.OPTIONS.get("layers", 1))
T = int(protocol.OPTIONS.get("context", 1024))
B = int(protocol.OPTIONS.get("batch", 16))
P = torch.tensor([[0.5, 0.5], [0.8, 0.2]])

torch.manual_seed(1)


def normal(*shape, std=0.02):
    return (std * torch.randn(*shape)).requires_grad_()


wte, wpe = normal(2, D), normal(T, D)
bias = torch.zeros(2, requires_grad=True)
norms, matrices = [torch.ones(D, requires_grad=True) for _ in range(2 * LAYERS + 1)], []
for _ in range(LAYERS):
    small = 0.02 / math.sqrt(2 * LAYERS)
    matrices.append(
        [normal(3 * D, D), normal(D, D, std=small), normal(4 * D, D), normal(D, 4 * D, std=small)]
    )
decayed = [m for layer in matrices for m in layer]
optimiser = torch.optim.AdamW(
    [{"params": decayed}, {"params": [wte, wpe, bias] + norms, "weight_decay": 0.0}],
    lr=2e-3,
    betas=(0.9, 0.95),
    weight_decay=1e-3,
)
seen = torch.tril(torch.ones(T, T)).view(1, 1, T, T)


def batch():
    """Sequences symbol by symbol, all at once."""
    x = torch.zeros(B, T + 1, dtype=torch.long)
    x[:, 0] = torch.multinomial(torch.tensor([0.8 / 1.3, 0.5 / 1.3]), B, replacement=True)
    for t in range(T):
        x[:, t + 1] = torch.multinomial(P[x[:, t]], 1).squeeze(1)
    return x[:, :-1], x[:, 1:]


def loss(x, y):
    h = wte[x] + wpe[:T]
    for layer, (qkv, proj, fc, out) in enumerate(matrices):
        a = F.layer_norm(h, (D,), norms[2 * layer])
        q, k, v = ((a @ qkv.T).split(D, dim=2))
        q, k, v = (z.view(B, T, 1, D).transpose(1, 2) for z in (q, k, v))
        scores = (q @ k.transpose(-2, -1)) * (1.0 / math.sqrt(D))
        scores = scores.masked_fill(seen == 0, -math.inf)
        a = (F.softmax(scores, dim=-1) @ v).transpose(1, 2).reshape(B, T, D)
        h = h + a @ proj.T
        h = h + F.gelu(F.layer_norm(h, (D,), norms[2 * layer + 1]) @ fc.T) @ out.T
    logits = F.layer_norm(h, (D,), norms[-1]) @ wte.T + bias
    return F.cross_entropy(logits.view(-1, 2), y.reshape(-1))


def step():
    x, y = batch()
    optimiser.zero_grad(set_to_none=True)
    value = loss(x, y)
    value.backward()
    optimiser.step()
    return value.item()


protocol.save(numpy, [[step()]])
protocol.serve(step)
