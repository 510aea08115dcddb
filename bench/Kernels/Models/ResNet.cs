using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Terra.Bench.Kernels.Models;

/// <summary>Residual networks for 224 by 224 images and 1000 classes (He et al., "Deep residual learning for image recognition", 2015).</summary>
internal sealed class ResNet : Module<Tensor, Tensor>
{
    private readonly Sequential stem;
    private readonly Sequential stages;
    private readonly Linear fc;

    private ResNet(int[] blocks, bool bottleneck)
        : base(nameof(ResNet))
    {
        stem = Sequential(
            Conv2d(3, 64, 7, stride: 2, padding: 3, bias: false), BatchNorm2d(64), ReLU(), MaxPool2d(3, stride: 2, padding: 1));
        var all = new List<Module<Tensor, Tensor>>();
        long channels = 64;
        for (int stage = 0; stage < blocks.Length; stage++)
        {
            for (int block = 0; block < blocks[stage]; block++)
            {
                long width = 64L << stage, result = bottleneck ? 4 * width : width;
                all.Add(new ResidualBlock(channels, width, result, stage > 0 && block == 0 ? 2 : 1, bottleneck));
                channels = result;
            }
        }

        stages = Sequential(all.ToArray());
        fc = Linear(channels, 1000);
        RegisterComponents();
    }

    public static ResNet Eighteen() => new([2, 2, 2, 2], bottleneck: false);

    public static ResNet Fifty() => new([3, 4, 6, 3], bottleneck: true);

    public override Tensor forward(Tensor input)
    {
        using Tensor first = stem.call(input);
        using Tensor last = stages.call(first);
        using Tensor pooled = functional.adaptive_avg_pool2d(last, 1);
        using Tensor flat = pooled.flatten(1);
        return fc.call(flat);
    }

    private sealed class ResidualBlock : Module<Tensor, Tensor>
    {
        private readonly Sequential body;
        private readonly Sequential? shortcut;

        public ResidualBlock(long channels, long width, long result, long stride, bool bottleneck)
            : base(nameof(ResidualBlock))
        {
            body = bottleneck
                ? Sequential(
                    Conv2d(channels, width, 1, bias: false), BatchNorm2d(width), ReLU(),
                    Conv2d(width, width, 3, stride: stride, padding: 1, bias: false), BatchNorm2d(width), ReLU(),
                    Conv2d(width, result, 1, bias: false), BatchNorm2d(result))
                : Sequential(
                    Conv2d(channels, width, 3, stride: stride, padding: 1, bias: false), BatchNorm2d(width), ReLU(),
                    Conv2d(width, result, 3, padding: 1, bias: false), BatchNorm2d(result));
            if (stride != 1 || channels != result)
            {
                shortcut = Sequential(Conv2d(channels, result, 1, stride: stride, bias: false), BatchNorm2d(result));
            }

            RegisterComponents();
        }

        public override Tensor forward(Tensor input)
        {
            using Tensor main = body.call(input);
            using Tensor around = shortcut is null ? input.alias() : shortcut.call(input);
            using Tensor sum = main + around;
            return sum.relu();
        }
    }
}
