using TorchSharp;
using static Terra.Bench.Kernels.Cases.OpCase;
using static TorchSharp.torch;

namespace Terra.Bench.Kernels.Cases;

/// <summary>Copies of strided tensors, joining, broadcasting, conversions, small tensors, and random numbers.</summary>
internal static class CopyCases
{
    private const string Group = "copies";
    private const long Side = 2048, Batch = 32, Channels = 64, Size = 28, Pixels = Batch * Channels * Size * Size;

    public static IEnumerable<KernelCase> All =>
    [
        Forward(Group, "transposed copy", static x => x[0].t().contiguous(), Side * Side, Real(Side, Side)),
        Forward(Group, "heads apart", static x => x[0].view(8, 128, 4, 64).transpose(1, 2).contiguous(), 8 * 128 * 256, Real(8, 128, 256)),
        Forward(Group, "channels last", static x => x[0].permute(0, 2, 3, 1).contiguous(), Pixels, Real(Batch, Channels, Size, Size)),
        Forward(Group, "sliced copy", static x => x[0].narrow(1, 3, 1500).contiguous(), Side * 1500, Real(Side, Side)),
        Forward(Group, "cat of columns", static x => cat([x[0], x[1]], 1), 2 * Side * 512, Real(Side, 512), Real(Side, 512)),
        Forward(Group, "stack", static x => stack([x[0], x[1]], 0), 2 * Side * 512, Real(Side, 512), Real(Side, 512)),
        Forward(Group, "flip", static x => x[0].flip(1), Side * Side, Real(Side, Side)),
        Forward(Group, "add a row", static x => x[0].add(x[1]), Side * Side, Real(Side, Side), Real(Side)),
        Forward(Group, "add a column", static x => x[0].add(x[1]), Side * Side, Real(Side, Side), Real(Side, 1)),
        Forward(Group, "mul transposed", static x => x[0].mul(x[1].t()), Side * Side, Real(Side, Side), Real(Side, Side)),
        Forward(Group, "scale channels", static x => x[0].mul(x[1]), Pixels, Real(Batch, Channels, Size, Size), Real(Channels, 1, 1)),
        Forward(Group, "to float64", static x => x[0].to(float64), 2 * Side * Side, Real(Side, Side)),
        Forward(Group, "to float32", static x => x[0].to(float32), Side * Side, Index(1000, Side, Side)),
        Forward(Group, "add of integers", static x => x[0].add(x[1]), 2 * Side * Side, Index(1000, Side, Side), Index(1000, Side, Side)),
        Forward(Group, "pow", static x => Power(x[0]), Side * Side, Real(Side, Side)),
        Forward(Group, "clamp", static x => x[0].clamp(-1, 1), Side * Side, Real(Side, Side)),
        Forward(Group, "relu", static x => x[0].relu(), 64 * 512, Real(64, 512)),
        Forward(Group, "add a row", static x => x[0].add(x[1]), 64 * 512, Real(64, 512), Real(512)),
        Forward(Group, "dropout", static x => nn.functional.dropout(x[0], 0.1), Side * Side, Real(Side, Side)),
        Forward(Group, "randn", static x => randn_like(x[0]), Side * Side, Real(Side, Side)),
        Forward(Group, "rand", static x => rand_like(x[0]), Side * Side, Real(Side, Side)),
        Forward(Group, "zeros", static x => zeros_like(x[0]), Side * Side, Real(Side, Side)),
    ];

    private static Tensor Power(Tensor x)
    {
        using Tensor magnitude = x.abs();
        return magnitude.pow(1.5);
    }
}
