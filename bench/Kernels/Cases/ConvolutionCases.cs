using TorchSharp;
using static TorchSharp.torch;

namespace Terra.Bench.Kernels.Cases;

/// <summary>Two-dimensional convolutions of ResNet at 224, batch 8, and of a small network: forward and both gradients.</summary>
internal static class ConvolutionCases
{
    private const string Group = "conv";

    /// <summary>A layer: N images of C channels, Size by Size; K filters of Kernel by Kernel.</summary>
    private sealed record Layer(long N, long C, long K, long Size, long Kernel, long Stride = 1, long Groups = 1)
    {
        public long Padding => Kernel / 2;

        public long ResultSize => ((Size + 2 * Padding - Kernel) / Stride) + 1;

        public double Flops => 2.0 * N * K * ResultSize * ResultSize * (C / Groups) * Kernel * Kernel;

        public object Arguments => new { n = N, c = C, k = K, size = Size, kernel = Kernel, stride = Stride, groups = Groups };

        public override string ToString() =>
            $"{Kernel}x{Kernel}{(Stride > 1 ? $"s{Stride}" : "")} {C}->{K}@{Size}{(Groups > 1 ? $" groups {Groups}" : "")} b{N}";
    }

    private static readonly Layer[] s_layers =
    [
        new(8, 64, 64, 56, 3),
        new(8, 128, 128, 28, 3),
        new(8, 256, 256, 14, 3),
        new(8, 512, 512, 7, 3),
        new(8, 64, 256, 56, 1),
        new(8, 256, 64, 56, 1),
        new(8, 1024, 256, 14, 1),
        new(8, 512, 2048, 7, 1),
        new(8, 3, 64, 224, 7, 2),
        new(8, 64, 128, 56, 3, 2),
        new(8, 256, 512, 14, 3, 2),
        new(32, 16, 32, 8, 3),
        new(8, 128, 128, 56, 3, 1, 128),
    ];

    public static IEnumerable<KernelCase> All =>
    [
        .. s_layers.Select(Forward),
        .. s_layers.Select(static layer => Gradient(layer, ofInput: true)),
        .. s_layers.Select(static layer => Gradient(layer, ofInput: false)),
    ];

    private static KernelCase Forward(Layer layer) => new(
        $"forward {layer}",
        Group,
        new Work(layer.Flops),
        new PeerCase("conv2d", layer.Arguments),
        () =>
        {
            (Tensor x, Tensor weight) = Tensors(layer);
            return () => Apply(layer, x, weight).Dispose();
        })
    {
        RatioBar = layer is { Kernel: 3, Stride: 1, Groups: 1, N: 8 } ? 1.4 : 1,
    };

    private static KernelCase Gradient(Layer layer, bool ofInput) => new(
        $"{(ofInput ? "data" : "weight")} gradient {layer}",
        Group,
        new Work(layer.Flops),
        new PeerCase(ofInput ? "conv2d_data_gradient" : "conv2d_weight_gradient", layer.Arguments),
        () =>
        {
            (Tensor x, Tensor weight) = Tensors(layer);
            Tensor of = (ofInput ? x : weight).requires_grad_(true);
            Tensor result = Apply(layer, x, weight), gradient = randn_like(result);
            return () => autograd.grad([result], [of], [gradient], retain_graph: true)[0].Dispose();
        });

    private static (Tensor X, Tensor Weight) Tensors(Layer layer) =>
        (randn(layer.N, layer.C, layer.Size, layer.Size), randn(layer.K, layer.C / layer.Groups, layer.Kernel, layer.Kernel));

    private static Tensor Apply(Layer layer, Tensor x, Tensor weight) => nn.functional.conv2d(
        x, weight, strides: [layer.Stride, layer.Stride], padding: [layer.Padding, layer.Padding], groups: layer.Groups);
}
