import math

import torch

from . import case


def attend(query, key, value, hidden):
    """Attention from ops, as PyTorch before 2.0 has no other for programs to call."""
    scores = torch.matmul(query * (1 / math.sqrt(query.shape[-1])), key.transpose(-2, -1))
    if hidden is not None:
        scores = scores.masked_fill(hidden, -math.inf)
    return torch.matmul(torch.softmax(scores, -1), value)


@case
def attention(batch, heads, length, head, causal, backward):
    inputs = [torch.randn(batch, heads, length, head, requires_grad=backward) for _ in range(3)]
    gradient = torch.randn(batch, heads, length, head)
    hidden = torch.ones(length, length, dtype=torch.bool).triu(1) if causal else None
    if backward:
        return lambda: torch.autograd.grad([attend(*inputs, hidden)], inputs, [gradient])
    return lambda: attend(*inputs, hidden)
