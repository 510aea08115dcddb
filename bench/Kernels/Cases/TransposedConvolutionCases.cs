using TorchSharp;
using static TorchSharp.torch;

namespace Terra.Bench.Kernels.Cases;

/// <summary>Transposed convolutions of a generator and of a U-Net, batch 8: forward and both gradients.</summary>
internal static class TransposedConvolutionCases
{
    private const string Group = "conv";

    /// <summary>A layer: N images of C channels, Size by Size; K result channels, filters of Kernel by Kernel.</summary>
    private sealed record Layer(long N, long C, long K, long Size, long Kernel, long Stride, long Padding)
    {
        public double Flops => 2.0 * N * C * K * Size * Size * Kernel * Kernel;

        public object Arguments => new { n = N, c = C, k = K, size = Size, kernel = Kernel, stride = Stride, padding = Padding };

        public override string ToString() => $"transposed {Kernel}x{Kernel}s{Stride} {C}->{K}@{Size} b{N}";
    }

    private static readonly Layer[] s_layers = [new(8, 256, 128, 14, 4, 2, 1), new(8, 128, 64, 28, 2, 2, 0)];

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
        new PeerCase("conv_transpose2d", layer.Arguments),
        () =>
        {
            (Tensor x, Tensor weight) = Tensors(layer);
            return () => Apply(layer, x, weight).Dispose();
        });

    private static KernelCase Gradient(Layer layer, bool ofInput) => new(
        $"{(ofInput ? "data" : "weight")} gradient {layer}",
        Group,
        new Work(layer.Flops),
        new PeerCase(ofInput ? "conv_transpose2d_data_gradient" : "conv_transpose2d_weight_gradient", layer.Arguments),
        () =>
        {
            (Tensor x, Tensor weight) = Tensors(layer);
            Tensor of = (ofInput ? x : weight).requires_grad_(true);
            Tensor result = Apply(layer, x, weight), gradient = randn_like(result);
            return () => autograd.grad([result], [of], [gradient], retain_graph: true)[0].Dispose();
        });

    private static (Tensor X, Tensor Weight) Tensors(Layer layer) =>
        (randn(layer.N, layer.C, layer.Size, layer.Size), randn(layer.C, layer.K, layer.Kernel, layer.Kernel));

    private static Tensor Apply(Layer layer, Tensor x, Tensor weight) =>
        nn.functional.conv_transpose2d(x, weight, strides: [layer.Stride, layer.Stride], padding: [layer.Padding, layer.Padding]);
}
