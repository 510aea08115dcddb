import torch

from . import case


@case
def lstm_from_ops(steps, hidden, batch):
    x = torch.randn(steps, batch, hidden)
    input_weight, hidden_weight, bias = [
        (torch.randn(*sizes) * 0.05).requires_grad_(True) for sizes in [(4 * hidden, hidden), (4 * hidden, hidden), (4 * hidden,)]
    ]

    def run():
        h, c = torch.zeros(batch, hidden), torch.zeros(batch, hidden)
        for step in range(steps):
            gates = torch.nn.functional.linear(x[step], input_weight, bias) + h.matmul(hidden_weight.t())
            i, f, g, o = gates.chunk(4, 1)
            c = f.sigmoid() * c + i.sigmoid() * g.tanh()
            h = o.sigmoid() * c.tanh()
        torch.autograd.grad([h.sum()], [input_weight, hidden_weight, bias])

    return run


@case
def recurrent(kind, steps, hidden, batch):
    x, module = torch.randn(steps, batch, hidden), getattr(torch.nn, kind)(hidden, hidden)
    parameters = list(module.parameters())
    return lambda: torch.autograd.grad([module(x)[0].sum()], parameters)
