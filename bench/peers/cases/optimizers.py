import torch

from . import case
from .models import resnet50

OPTIMIZERS = {
    "Adam": lambda parameters: torch.optim.Adam(parameters),
    "AdamW": lambda parameters: torch.optim.AdamW(parameters),
    "SGD": lambda parameters: torch.optim.SGD(parameters, 0.01, momentum=0.9),
}


@case
def optimizer(kind):
    model = resnet50()
    for parameter in model.parameters():
        parameter.grad = torch.randn_like(parameter) * 0.01
    return OPTIMIZERS[kind](model.parameters()).step
