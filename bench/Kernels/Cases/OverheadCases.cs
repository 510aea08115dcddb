using TorchSharp;
using static TorchSharp.torch;

namespace Terra.Bench.Kernels.Cases;

/// <summary>What an eager op costs when there is next to nothing to compute.</summary>
internal static class OverheadCases
{
    private const string Group = "overhead";
    private const long Count = 16;

    public static IEnumerable<KernelCase> All =>
    [
        Add("add of 16 floats, no grad", requiresGrad: false, microseconds: 0.5),
        Add("add of 16 floats, with grad", requiresGrad: true, microseconds: 0.8),
        new KernelCase("add of 16 floats, forward+backward", Group, default, new PeerCase("small_backward", new { count = Count }), static () =>
        {
            Tensor x = randn(Count, requires_grad: true), y = randn(Count);
            return () =>
            {
                using Tensor sum = x.add(y);
                using Tensor total = sum.sum();
                total.backward();
            };
        }),
    ];

    private static KernelCase Add(string name, bool requiresGrad, double microseconds) => new(
        name,
        Group,
        default,
        new PeerCase("small_add", new { count = Count, requiresGrad }),
        () =>
        {
            Tensor x = randn(Count, requires_grad: requiresGrad), y = randn(Count);
            return () => x.add(y).Dispose();
        })
    {
        MicrosecondsBar = microseconds,
    };
}
