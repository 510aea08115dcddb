using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Terra.Tests.Models;

/// <summary>Two convolutions with batch normalization, and the input added (He et al., 2015).</summary>
internal sealed class ResidualBlock : Module<Tensor, Tensor>
{
    private readonly Conv2d conv1;
    private readonly BatchNorm2d bn1;
    private readonly Conv2d conv2;
    private readonly BatchNorm2d bn2;
    private readonly Sequential downsample;

    public ResidualBlock(int inputs, int outputs, int stride)
        : base(nameof(ResidualBlock))
    {
        conv1 = Conv2d(inputs, outputs, 3, stride: stride, padding: 1, bias: false);
        bn1 = BatchNorm2d(outputs);
        conv2 = Conv2d(outputs, outputs, 3, padding: 1, bias: false);
        bn2 = BatchNorm2d(outputs);
        downsample = stride == 1 && inputs == outputs
            ? Sequential()
            : Sequential(("conv", Conv2d(inputs, outputs, 1, stride: stride, bias: false)), ("norm", BatchNorm2d(outputs)));
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor hidden = bn1.call(conv1.call(input)).relu();
        Tensor shortcut = downsample.Count == 0 ? input : downsample.call(input);
        return (bn2.call(conv2.call(hidden)) + shortcut).relu().MoveToOuterDisposeScope();
    }
}

/// <summary>A residual network: (N, 3, H, W) to (N, classes).</summary>
internal sealed class ResNet : Module<Tensor, Tensor>
{
    private readonly Sequential stem;
    private readonly ModuleList<ResidualBlock> blocks;
    private readonly Linear fc;

    public ResNet(int classes = 4)
        : base(nameof(ResNet))
    {
        stem = Sequential(Conv2d(3, 8, 3, padding: 1, bias: false), BatchNorm2d(8), ReLU(), MaxPool2d(2));
        blocks = ModuleList(new ResidualBlock(8, 8, 1), new ResidualBlock(8, 16, 2));
        fc = Linear(16, classes);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = stem.call(input);
        foreach (ResidualBlock block in blocks)
        {
            x = block.call(x);
        }

        return fc.call(functional.adaptive_avg_pool2d(x, 1).flatten(1)).MoveToOuterDisposeScope();
    }
}

/// <summary>Convolutions and pools in a row, then linear layers with dropout (Simonyan and Zisserman, 2014): (N, 3, 8, 8) to (N, classes).</summary>
internal sealed class Vgg : Module<Tensor, Tensor>
{
    private readonly Sequential features;
    private readonly Sequential classifier;

    public Vgg(int classes = 4, double dropout = 0.2)
        : base(nameof(Vgg))
    {
        features = Sequential(
            Conv2d(3, 8, 3, padding: 1), ReLU(), MaxPool2d(2), Conv2d(8, 16, 3, padding: 1), ReLU(), Conv2d(16, 16, 3, padding: 1), ReLU(), MaxPool2d(2));
        classifier = Sequential(Flatten(), Linear(16 * 2 * 2, 32), ReLU(), Dropout(dropout), Linear(32, classes));
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        using Tensor maps = features.call(input);
        return classifier.call(maps);
    }
}

/// <summary>Inverted residuals with depthwise convolutions (Sandler et al., 2018): (N, 3, H, W) to (N, classes).</summary>
internal sealed class MobileNet : Module<Tensor, Tensor>
{
    private readonly Sequential stem;
    private readonly Sequential expand;
    private readonly Sequential head;

    public MobileNet(int classes = 4)
        : base(nameof(MobileNet))
    {
        stem = Sequential(Conv2d(3, 8, 3, stride: 2, padding: 1, bias: false), BatchNorm2d(8), ReLU6());
        expand = Sequential(
            Conv2d(8, 24, 1, bias: false), BatchNorm2d(24), Hardswish(), Conv2d(24, 24, 3, padding: 1, groups: 24, bias: false), BatchNorm2d(24), Hardswish(),
            Conv2d(24, 8, 1, bias: false), BatchNorm2d(8));
        head = Sequential(AdaptiveAvgPool2d(1), Flatten(), Linear(8, classes));
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = stem.call(input);
        return head.call(x + expand.call(x)).MoveToOuterDisposeScope();
    }
}

/// <summary>Down, up, and a skip between (Ronneberger et al., 2015): (N, 1, H, W) to a logit per pixel.</summary>
internal sealed class UNet : Module<Tensor, Tensor>
{
    private readonly Sequential down;
    private readonly Sequential bottom;
    private readonly Sequential up;

    public UNet()
        : base(nameof(UNet))
    {
        down = Sequential(ReflectionPad2d(1), Conv2d(1, 4, 3), GroupNorm(2, 4), SiLU());
        bottom = Sequential(Conv2d(4, 16, 3, stride: 2, padding: 1), InstanceNorm2d(16), LeakyReLU(0.1), ConvTranspose2d(16, 4, 2, stride: 2));
        up = Sequential(Conv2d(8, 8, 3, padding: 1), PReLU(8), Conv2d(8, 1, 1));
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor skipped = down.call(input);
        Tensor raised = bottom.call(skipped);
        return up.call(cat([skipped, raised], 1)).MoveToOuterDisposeScope();
    }
}
