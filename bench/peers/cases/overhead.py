import torch

from . import case


@case
def small_add(count, requiresGrad):
    x, y = torch.randn(count, requires_grad=requiresGrad), torch.randn(count)
    return lambda: x.add(y)


@case
def small_backward(count):
    x, y = torch.randn(count, requires_grad=True), torch.randn(count)
    return lambda: x.add(y).sum().backward()
