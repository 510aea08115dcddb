import torch

from . import case

DTYPES = {"float32": torch.float32, "float64": torch.float64}


def matrix(rows, columns, transposed, dtype):
    return torch.randn(columns, rows, dtype=dtype).t() if transposed else torch.randn(rows, columns, dtype=dtype)


@case
def mm(m, n, k, transposeA, transposeB, dtype):
    a, b = matrix(m, k, transposeA, DTYPES[dtype]), matrix(k, n, transposeB, DTYPES[dtype])
    return lambda: torch.mm(a, b)


@case
def linear(rows, inputs, outputs):
    x, weight, bias = torch.randn(rows, inputs), torch.randn(outputs, inputs), torch.randn(outputs)
    return lambda: torch.nn.functional.linear(x, weight, bias)


@case
def bmm(batch, m, n, k, transposeB):
    a = torch.randn(batch, m, k)
    b = torch.randn(batch, n, k).transpose(1, 2) if transposeB else torch.randn(batch, k, n)
    return lambda: torch.bmm(a, b)


@case
def mv(m, k, transposed):
    a, x = matrix(m, k, transposed, torch.float32), torch.randn(k)
    return lambda: torch.mv(a, x)
