using TorchSharp;
using static TorchSharp.torch;

namespace Terra.Bench.Kernels.Cases;

/// <summary>Kernels over the rows of a matrix: softmax, normalization, losses; forward, and forward with backward.</summary>
internal static class RowCases
{
    private const string Group = "rows";

    public static IEnumerable<KernelCase> All =>
    [
        .. Both("softmax", 4096, 768, static x => x.softmax(1)),
        .. Both("log_softmax", 4096, 768, static x => nn.functional.log_softmax(x, 1)),
        .. LayerNorm(4096, 768),
        .. LayerNorm(1024, 256),
        .. RootMeanSquareNorm(4096, 768),
        .. RootMeanSquareNorm(1024, 256),
        .. CrossEntropy(4096, 1000),
        .. CrossEntropy(64, 10),
        .. BatchNorm(8, 64, 56),
        .. BatchNorm(8, 256, 14),
        .. BatchNorm(64, 32, 8),
        .. BatchNorm(1024, 1024, 1),
    ];

    private static IEnumerable<KernelCase> Both(string kind, long rows, long columns, Func<Tensor, Tensor> apply) =>
        Pair($"{kind} {rows}x{columns}", rows * columns, kind, new { rows, columns }, () => (randn(rows, columns), apply));

    private static IEnumerable<KernelCase> LayerNorm(long rows, long columns) =>
        Pair($"layer_norm {rows}x{columns}", rows * columns, "layer_norm", new { rows, columns }, () =>
        {
            Tensor weight = ones(columns), bias = zeros(columns);
            return (randn(rows, columns), x => nn.functional.layer_norm(x, [columns], weight, bias));
        });

    private static IEnumerable<KernelCase> RootMeanSquareNorm(long rows, long columns) =>
        Pair($"rms_norm {rows}x{columns}", rows * columns, "rms_norm", new { rows, columns }, () =>
        {
            Tensor weight = ones(columns);
            return (randn(rows, columns), x => nn.functional.rms_norm(x, [columns], weight));
        });

    private static IEnumerable<KernelCase> CrossEntropy(long rows, long columns) =>
        Pair($"cross_entropy {rows}x{columns}", rows * columns, "cross_entropy", new { rows, columns }, () =>
        {
            Tensor target = randint(0, columns, [rows], int64);
            return (randn(rows, columns), x => nn.functional.cross_entropy(x, target));
        });

    private static IEnumerable<KernelCase> BatchNorm(long n, long channels, long size) =>
        Pair($"batch_norm train {n}x{channels}x{size}x{size}", n * channels * size * size, "batch_norm", new { n, channels, size }, () =>
        {
            Tensor mean = zeros(channels), variance = ones(channels), weight = ones(channels), bias = zeros(channels);
            return (randn(n, channels, size, size), x => nn.functional.batch_norm(x, mean, variance, weight, bias, training: true));
        });

    private static KernelCase[] Pair(string name, long elements, string kind, object arguments, Func<(Tensor Input, Func<Tensor, Tensor> Apply)> prepare) =>
    [
        new KernelCase($"{name} forward", Group, new Work(Bytes: 8.0 * elements), new PeerCase(kind, arguments), () =>
        {
            (Tensor x, Func<Tensor, Tensor> apply) = prepare();
            return () => apply(x).Dispose();
        }),
        new KernelCase($"{name} forward+backward", Group, new Work(Bytes: 20.0 * elements), new PeerCase($"{kind}_gradient", arguments), () =>
        {
            (Tensor x, Func<Tensor, Tensor> apply) = prepare();
            x.requires_grad_(true);
            Tensor gradient;
            using (Tensor y = apply(x))
            {
                gradient = ones_like(y);
            }

            return () =>
            {
                using Tensor y = apply(x);
                autograd.grad([y], [x], [gradient])[0].Dispose();
            };
        }),
    ];
}
