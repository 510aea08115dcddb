import torch

from . import case

OPS = {
    "add": lambda x, y: x.add(y),
    "mul_scalar": lambda x, y: x.mul(0.5),
    "relu": lambda x, y: x.relu(),
    "gelu": lambda x, y: torch.nn.functional.gelu(x),
    "sigmoid": lambda x, y: x.sigmoid(),
    "exp": lambda x, y: x.exp(),
    "tanh": lambda x, y: x.tanh(),
    "sum": lambda x, y: x.sum(),
}


@case
def elementwise(op, count):
    x, y, apply = torch.randn(count), torch.randn(count), OPS[op]
    return lambda: apply(x, y)


@case
def elementwise_gradient(op, count):
    x, gradient, apply = torch.randn(count, requires_grad=True), torch.randn(count), OPS[op]
    return lambda: torch.autograd.grad([apply(x, None)], [x], [gradient])
