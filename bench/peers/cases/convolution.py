import torch

from . import case


class Layer:
    def __init__(self, n, c, k, size, kernel, stride, groups):
        self.x = torch.randn(n, c, size, size)
        self.weight = torch.randn(k, c // groups, kernel, kernel)
        self.options = dict(stride=stride, padding=kernel // 2, groups=groups)

    def forward(self):
        return torch.nn.functional.conv2d(self.x, self.weight, **self.options)

    def gradient(self, of):
        of.requires_grad_(True)
        result = self.forward()
        gradient = torch.randn_like(result)
        return lambda: torch.autograd.grad([result], [of], [gradient], retain_graph=True)


class TransposedLayer(Layer):
    def __init__(self, n, c, k, size, kernel, stride, padding):
        self.x = torch.randn(n, c, size, size)
        self.weight = torch.randn(c, k, kernel, kernel)
        self.options = dict(stride=stride, padding=padding)

    def forward(self):
        return torch.nn.functional.conv_transpose2d(self.x, self.weight, **self.options)


@case
def conv2d(**layer):
    return Layer(**layer).forward


@case
def conv2d_data_gradient(**layer):
    layer = Layer(**layer)
    return layer.gradient(layer.x)


@case
def conv2d_weight_gradient(**layer):
    layer = Layer(**layer)
    return layer.gradient(layer.weight)


@case
def conv_transpose2d(**layer):
    return TransposedLayer(**layer).forward


@case
def conv_transpose2d_data_gradient(**layer):
    layer = TransposedLayer(**layer)
    return layer.gradient(layer.x)


@case
def conv_transpose2d_weight_gradient(**layer):
    layer = TransposedLayer(**layer)
    return layer.gradient(layer.weight)
