import torch
from torch.nn import functional

from . import case

OPS = {
    # reductions
    "sum of rows": lambda x: x.sum(1),
    "sum of columns": lambda x: x.sum(0),
    "mean of rows": lambda x: x.mean(1),
    "max of rows": lambda x: x.max(1).values,
    "amax of rows": lambda x: x.amax(1),
    "amax of columns": lambda x: x.amax(0),
    "argmax of rows": lambda x: x.argmax(1),
    "var of rows": lambda x: x.var(1),
    "logsumexp of rows": lambda x: x.logsumexp(1),
    "norm": lambda x: x.norm(),
    "cumsum of rows": lambda x: x.cumsum(1),
    "cumsum of columns": lambda x: x.cumsum(0),
    "sum of planes": lambda x: x.sum([0, 2, 3]),
    "mean of pixels": lambda x: x.mean([2, 3]),
    # indexing
    "index_select": lambda x, index: x.index_select(0, index),
    "index_add": lambda x, index, y: x.index_add(0, index, y),
    "gather of rows": lambda x, index: x.gather(1, index),
    "scatter_add of rows": lambda x, index, y: x.scatter_add(1, index, y),
    "index by tensors": lambda x, rows, columns: x[rows, columns],
    "index_put by tensors": lambda x, rows, columns, values: x.index_put((rows, columns), values),
    "index_put by tensors, accumulated": lambda x, rows, columns, values: x.index_put((rows, columns), values, accumulate=True),
    "masked_fill": lambda x, y: x.masked_fill(y.gt(x), 0),
    "masked_select": lambda x: x.masked_select(x.gt(0)),
    "nonzero": lambda x: x.gt(0).nonzero(),
    "where": lambda x, y: torch.where(x.gt(0), x, y),
    "sort of rows": lambda x: x.sort(1).values,
    "sort": lambda x: x.sort(0).values,
    "argsort of integers": lambda x: x.argsort(0),
    "topk of rows": lambda x: x.topk(10, 1).values,
    "tril": lambda x: x.tril(),
    "bincount": lambda x: x.bincount(),
    "unique": lambda x: x.unique(),
    "multinomial": lambda x: x.exp().multinomial(4),
    "one_hot": lambda x: functional.one_hot(x, 1000),
    # copies
    "transposed copy": lambda x: x.t().contiguous(),
    "heads apart": lambda x: x.view(8, 128, 4, 64).transpose(1, 2).contiguous(),
    "channels last": lambda x: x.permute(0, 2, 3, 1).contiguous(),
    "sliced copy": lambda x: x.narrow(1, 3, 1500).contiguous(),
    "cat of columns": lambda x, y: torch.cat([x, y], 1),
    "stack": lambda x, y: torch.stack([x, y], 0),
    "flip": lambda x: x.flip(1),
    "add a row": lambda x, y: x.add(y),
    "add a column": lambda x, y: x.add(y),
    "mul transposed": lambda x, y: x.mul(y.t()),
    "scale channels": lambda x, y: x.mul(y),
    "to float64": lambda x: x.to(torch.float64),
    "to float32": lambda x: x.to(torch.float32),
    "add of integers": lambda x, y: x.add(y),
    "pow": lambda x: x.abs().pow(1.5),
    "clamp": lambda x: x.clamp(-1, 1),
    "relu": lambda x: x.relu(),
    "dropout": lambda x: functional.dropout(x, 0.1),
    "randn": lambda x: torch.randn_like(x),
    "rand": lambda x: torch.rand_like(x),
    "zeros": lambda x: torch.zeros_like(x),
    # pooling
    "max_pool 3x3s2": lambda x: functional.max_pool2d(x, 3, 2, 1),
    "max_pool 2x2s2": lambda x: functional.max_pool2d(x, 2),
    "avg_pool 2x2s2": lambda x: functional.avg_pool2d(x, 2),
    "avg_pool 3x3s1": lambda x: functional.avg_pool2d(x, 3, 1),
    "adaptive_avg_pool 1x1": lambda x: functional.adaptive_avg_pool2d(x, 1),
    "adaptive_avg_pool 6x6": lambda x: functional.adaptive_avg_pool2d(x, 6),
    "upsample nearest": lambda x: functional.interpolate(x, scale_factor=2, mode="nearest"),
    "upsample bilinear": lambda x: functional.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False),
    "group_norm": lambda x: functional.group_norm(x, 8),
    "instance_norm": lambda x: functional.instance_norm(x),
    "pad reflect": lambda x: functional.pad(x, [2, 2, 2, 2], "reflect"),
    "pad constant": lambda x: functional.pad(x, [2, 2, 2, 2]),
}


def make(shape, high):
    return torch.randint(0, high, shape) if high else torch.randn(shape)


@case
def op(op, operands):
    apply, inputs = OPS[op], [make(**operand) for operand in operands]
    return lambda: apply(*inputs)


@case
def op_gradient(op, operands):
    apply, inputs = OPS[op], [make(**operand) for operand in operands]
    inputs[0].requires_grad_(True)
    gradient = torch.randn_like(apply(*inputs))
    return lambda: torch.autograd.grad([apply(*inputs)], [inputs[0]], [gradient])
