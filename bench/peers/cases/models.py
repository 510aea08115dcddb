import math

import torch
from torch import nn
from torch.nn import functional

from . import case


class ResidualBlock(nn.Module):
    def __init__(self, channels, width, result, stride, bottleneck):
        super().__init__()
        if bottleneck:
            self.body = nn.Sequential(
                nn.Conv2d(channels, width, 1, bias=False), nn.BatchNorm2d(width), nn.ReLU(),
                nn.Conv2d(width, width, 3, stride=stride, padding=1, bias=False), nn.BatchNorm2d(width), nn.ReLU(),
                nn.Conv2d(width, result, 1, bias=False), nn.BatchNorm2d(result))
        else:
            self.body = nn.Sequential(
                nn.Conv2d(channels, width, 3, stride=stride, padding=1, bias=False), nn.BatchNorm2d(width), nn.ReLU(),
                nn.Conv2d(width, result, 3, padding=1, bias=False), nn.BatchNorm2d(result))
        self.shortcut = None
        if stride != 1 or channels != result:
            self.shortcut = nn.Sequential(nn.Conv2d(channels, result, 1, stride=stride, bias=False), nn.BatchNorm2d(result))

    def forward(self, x):
        return (self.body(x) + (x if self.shortcut is None else self.shortcut(x))).relu()


class ResNet(nn.Module):
    def __init__(self, blocks, bottleneck):
        super().__init__()
        self.stem = nn.Sequential(
            nn.Conv2d(3, 64, 7, stride=2, padding=3, bias=False), nn.BatchNorm2d(64), nn.ReLU(), nn.MaxPool2d(3, stride=2, padding=1))
        stages, channels = [], 64
        for stage, count in enumerate(blocks):
            for block in range(count):
                width = 64 << stage
                result = 4 * width if bottleneck else width
                stages.append(ResidualBlock(channels, width, result, 2 if stage > 0 and block == 0 else 1, bottleneck))
                channels = result
        self.stages = nn.Sequential(*stages)
        self.fc = nn.Linear(channels, 1000)

    def forward(self, x):
        return self.fc(functional.adaptive_avg_pool2d(self.stages(self.stem(x)), 1).flatten(1))


class Block(nn.Module):
    def __init__(self, width, heads, length):
        super().__init__()
        self.heads = heads
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.inputs, self.output = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.feed_forward = nn.Sequential(nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width))
        self.register_buffer("hidden", torch.ones(length, length, dtype=torch.bool).triu(1))

    def forward(self, x):
        x = x + self.attend(self.norm1(x))
        return x + self.feed_forward(self.norm2(x))

    def attend(self, x):
        n, length, width = x.shape
        query, key, value = self.inputs(x).view(n, length, 3, self.heads, width // self.heads).permute(2, 0, 3, 1, 4)
        scores = torch.matmul(query * (1 / math.sqrt(width // self.heads)), key.transpose(-2, -1))
        mixed = torch.matmul(torch.softmax(scores.masked_fill(self.hidden, -math.inf), -1), value)
        return self.output(mixed.transpose(1, 2).reshape(n, length, width))


class Gpt(nn.Module):
    def __init__(self, vocabulary, length, width, layers, heads):
        super().__init__()
        self.tokens, self.positions = nn.Embedding(vocabulary, width), nn.Embedding(length, width)
        self.blocks = nn.Sequential(*[Block(width, heads, length) for _ in range(layers)])
        self.norm, self.head = nn.LayerNorm(width), nn.Linear(width, vocabulary, bias=False)

    def forward(self, x):
        return self.head(self.norm(self.blocks(self.tokens(x) + self.positions(torch.arange(x.shape[1])))))


def resnet18():
    return ResNet([2, 2, 2, 2], bottleneck=False)


def resnet50():
    return ResNet([3, 4, 6, 3], bottleneck=True)


def mlp():
    return nn.Sequential(nn.Linear(784, 512), nn.ReLU(), nn.Linear(512, 512), nn.ReLU(), nn.Linear(512, 10))


def cnn():
    return nn.Sequential(
        nn.Conv2d(1, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(32, 64, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(64 * 7 * 7, 128), nn.ReLU(), nn.Linear(128, 10))


def images():
    return torch.randn(8, 3, 224, 224), torch.randint(0, 1000, [8])


# A model, and a batch for it: input and target.
MODELS = {
    "mlp": (mlp, lambda: (torch.randn(64, 784), torch.randint(0, 10, [64]))),
    "cnn": (cnn, lambda: (torch.randn(64, 1, 28, 28), torch.randint(0, 10, [64]))),
    "resnet18": (resnet18, images),
    "resnet50": (resnet50, images),
    "gpt": (lambda: Gpt(1000, 128, 256, 4, 8), lambda: (torch.randint(0, 1000, [8, 128]), torch.randint(0, 1000, [8, 128]))),
}


@case
def inference(model):
    create, batch = MODELS[model]
    network, (x, _) = create().eval(), batch()

    def run():
        with torch.no_grad():
            network(x)

    return run


@case
def training(model):
    create, batch = MODELS[model]
    network, (x, y) = create().train(), batch()
    y = y.view(-1)
    optimizer = torch.optim.Adam(network.parameters())

    def run():
        optimizer.zero_grad()
        output = network(x)
        functional.cross_entropy(output.view(-1, output.shape[-1]), y).backward()
        optimizer.step()

    return run
