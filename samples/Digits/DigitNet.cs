using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Terra.Samples.Digits;

/// <summary>Two convolutions with pooling, and two linear layers: (N, 1, 8, 8) -> (N, 10) logits.</summary>
internal sealed class DigitNet : Module<Tensor, Tensor>
{
    private readonly Conv2d conv1;
    private readonly BatchNorm2d norm1;
    private readonly Conv2d conv2;
    private readonly BatchNorm2d norm2;
    private readonly Dropout dropout;
    private readonly Linear hidden;
    private readonly Linear output;

    public DigitNet(int channels)
        : base(nameof(DigitNet))
    {
        conv1 = Conv2d(1, channels, 3, padding: 1, bias: false);
        norm1 = BatchNorm2d(channels);
        conv2 = Conv2d(channels, 2 * channels, 3, padding: 1, bias: false);
        norm2 = BatchNorm2d(2 * channels);
        dropout = Dropout(0.25);
        hidden = Linear(2 * channels * 2 * 2, 4 * channels);
        output = Linear(4 * channels, DigitImage.Classes);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        Tensor x = functional.relu(norm1.call(conv1.call(input)));
        x = functional.max_pool2d(x, 2);
        x = functional.relu(norm2.call(conv2.call(x)));
        x = functional.max_pool2d(x, 2);
        x = dropout.call(x.flatten(1));
        x = functional.relu(hidden.call(x));
        return output.call(x);
    }
}
