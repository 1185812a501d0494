"""Ten rows of each head, eight bounces, in torch: [rows, n] @ [n, n] each time."""

import protocol

numpy, torch = protocol.need("numpy", "torch")
torch.set_num_threads(protocol.THREADS)
torch.set_grad_enabled(False)
ROWS = int(protocol.OPTIONS.get("rows", 10))
BOUNCES = int(protocol.OPTIONS.get("bounces", 8))

attention = torch.from_numpy(protocol.heads(numpy))
count, n, _ = attention.shape
start = torch.zeros(count, ROWS, n)
for row in range(ROWS):
    start[:, row, row * n // ROWS] = 1


def bounce():
    x = start
    for _ in range(BOUNCES):
        x = torch.bmm(x, attention)
    return x


protocol.save(numpy, bounce()[0].numpy())
protocol.serve(bounce)
