import torch
from torch.nn import functional

from . import case


def gradient_case(prepare):
    """The case of the same name with _gradient behind: forward and backward."""

    def forward(**arguments):
        x, apply = prepare(**arguments)
        return lambda: apply(x)

    def backward(**arguments):
        x, apply = prepare(**arguments)
        x.requires_grad_(True)
        gradient = torch.ones_like(apply(x))
        return lambda: torch.autograd.grad([apply(x)], [x], [gradient])

    forward.__name__, backward.__name__ = prepare.__name__, prepare.__name__ + "_gradient"
    case(forward)
    case(backward)


@gradient_case
def softmax(rows, columns):
    return torch.randn(rows, columns), lambda x: x.softmax(1)


@gradient_case
def log_softmax(rows, columns):
    return torch.randn(rows, columns), lambda x: x.log_softmax(1)


@gradient_case
def layer_norm(rows, columns):
    weight, bias = torch.ones(columns), torch.zeros(columns)
    return torch.randn(rows, columns), lambda x: functional.layer_norm(x, [columns], weight, bias)


@gradient_case
def rms_norm(rows, columns):
    """PyTorch has it from version 2.4 on; made of ops, as it is there on a CPU."""
    weight, epsilon = torch.ones(columns), torch.finfo(torch.float32).eps
    return torch.randn(rows, columns), lambda x: x * torch.rsqrt(x.pow(2).mean(1, keepdim=True) + epsilon) * weight


@gradient_case
def cross_entropy(rows, columns):
    target = torch.randint(0, columns, [rows])
    return torch.randn(rows, columns), lambda x: functional.cross_entropy(x, target)


@gradient_case
def batch_norm(n, channels, size):
    mean, variance, weight, bias = torch.zeros(channels), torch.ones(channels), torch.ones(channels), torch.zeros(channels)
    return torch.randn(n, channels, size, size), lambda x: functional.batch_norm(x, mean, variance, weight, bias, training=True)
