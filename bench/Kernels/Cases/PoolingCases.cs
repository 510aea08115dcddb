using TorchSharp;
using static Terra.Bench.Kernels.Cases.OpCase;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Terra.Bench.Kernels.Cases;

/// <summary>Pooling, interpolation and group normalization: forward, and forward with backward.</summary>
internal static class PoolingCases
{
    private const string Group = "pooling";

    public static IEnumerable<KernelCase> All =>
    [
        .. Both("max_pool 3x3s2", 8, 64, 112, 56, static x => functional.max_pool2d(x, kernel_size: 3, stride: 2, padding: 1)),
        .. Both("max_pool 2x2s2", 32, 64, 28, 14, static x => functional.max_pool2d(x, kernel_size: 2)),
        .. Both("avg_pool 2x2s2", 32, 64, 28, 14, static x => functional.avg_pool2d(x, kernel_size: 2)),
        .. Both("avg_pool 3x3s1", 32, 64, 28, 26, static x => functional.avg_pool2d(x, kernel_size: 3, stride: 1)),
        .. Both("adaptive_avg_pool 1x1", 8, 2048, 7, 1, static x => functional.adaptive_avg_pool2d(x, 1)),
        .. Both("adaptive_avg_pool 6x6", 8, 256, 13, 6, static x => functional.adaptive_avg_pool2d(x, 6)),
        .. Both("upsample nearest", 8, 64, 28, 56, static x => functional.interpolate(x, scale_factor: [2, 2], mode: InterpolationMode.Nearest)),
        .. Both("upsample bilinear", 8, 64, 28, 56, static x => functional.interpolate(
            x, scale_factor: [2, 2], mode: InterpolationMode.Bilinear, align_corners: false)),
        .. Both("group_norm", 8, 64, 56, 56, static x => functional.group_norm(x, 8)),
        .. Both("instance_norm", 8, 64, 56, 56, static x => functional.instance_norm(x)),
        .. Both("pad reflect", 8, 64, 56, 60, static x => functional.pad(x, [2, 2, 2, 2], PaddingModes.Reflect)),
        .. Both("pad constant", 8, 64, 56, 60, static x => functional.pad(x, [2, 2, 2, 2])),
    ];

    private static KernelCase[] Both(string op, long n, long channels, long size, long resultSize, Func<Tensor, Tensor> apply)
    {
        long written = n * channels * resultSize * resultSize;
        Operand image = Real(n, channels, size, size);
        return [Forward(Group, op, x => apply(x[0]), written, image), WithGradient(Group, op, x => apply(x[0]), written, image)];
    }
}
