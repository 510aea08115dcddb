import torch
from torch.nn import functional

from . import case


@case
def embedding(vocabulary, width, tokens):
    weight, index = torch.randn(vocabulary, width), torch.randint(0, vocabulary, [tokens])
    return lambda: functional.embedding(index, weight)


@case
def embedding_gradient(vocabulary, width, tokens):
    weight, index = torch.randn(vocabulary, width, requires_grad=True), torch.randint(0, vocabulary, [tokens])
    gradient = torch.randn(tokens, width)
    return lambda: torch.autograd.grad([functional.embedding(index, weight)], [weight], [gradient])
