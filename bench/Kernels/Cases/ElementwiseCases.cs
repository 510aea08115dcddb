using TorchSharp;
using static TorchSharp.torch;

namespace Terra.Bench.Kernels.Cases;

/// <summary>Element by element, in cache and beyond it.</summary>
internal static class ElementwiseCases
{
    private const string Group = "elementwise";
    private const long InCache = 1 << 20, Beyond = 16 << 20;

    public static IEnumerable<KernelCase> All =>
    [
        .. Sizes("add", 2, 1, static (x, y) => x.add(y)),
        .. Sizes("mul_scalar", 1, 1, static (x, _) => x.mul(0.5)),
        .. Sizes("relu", 1, 1, static (x, _) => x.relu()),
        .. Sizes("gelu", 1, 1, static (x, _) => nn.functional.gelu(x)),
        .. Sizes("sigmoid", 1, 1, static (x, _) => x.sigmoid()),
        .. Sizes("exp", 1, 1, static (x, _) => x.exp()),
        .. Sizes("tanh", 1, 1, static (x, _) => x.tanh()),
        .. Sizes("sum", 1, 0, static (x, _) => x.sum()),
        WithGradient("gelu", InCache, static x => nn.functional.gelu(x)),
        WithGradient("tanh", InCache, static x => x.tanh()),
        WithGradient("relu", Beyond, static x => x.relu()),
    ];

    private static IEnumerable<KernelCase> Sizes(string op, int read, int written, Func<Tensor, Tensor, Tensor> apply) =>
        from count in new[] { InCache, Beyond }
        select new KernelCase(
            $"{op} {count >> 20}M",
            Group,
            new Work(Bytes: sizeof(float) * (double)count * (read + written)),
            new PeerCase("elementwise", new { op, count }),
            () =>
            {
                Tensor x = randn(count), y = randn(count);
                return () => apply(x, y).Dispose();
            })
        {
            LimitBar = count == Beyond ? 0.8 : 0,
        };

    private static KernelCase WithGradient(string op, long count, Func<Tensor, Tensor> apply) => new(
        $"{op} {count >> 20}M forward+backward",
        Group,
        new Work(Bytes: sizeof(float) * 5.0 * count),
        new PeerCase("elementwise_gradient", new { op, count }),
        () =>
        {
            Tensor x = randn(count, requires_grad: true), gradient = randn(count);
            return () =>
            {
                using Tensor y = apply(x);
                autograd.grad([y], [x], [gradient])[0].Dispose();
            };
        });
}
