using System.Diagnostics;
using Terra.Bench.Kernels.Models;
using Terra.Runtime.Backends.Cpu;
using TorchSharp;
using static TorchSharp.torch;

namespace Terra.Bench.Kernels;

/// <summary>What the first use of a kernel costs, emission and JIT included, in a process that has emitted other kernels before; and a whole first step.</summary>
internal static class FirstUse
{
    public const double KernelBar = 3, StepBar = 3000;

    /// <summary>Milliseconds of each first call, less those of a second one.</summary>
    public static IEnumerable<(string Name, double Milliseconds, double Bar)> Measure()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = rand(1000) + 0.1, matrix = rand(100, 100), wide = rand(37, 45, dtype: float64);
        x.sinh().Dispose();
        matrix.mm(matrix).Dispose();
        matrix.sum(0).Dispose();
        foreach ((string name, Action call) in new (string, Action)[]
        {
            ("element-wise: sqrt", () => x.sqrt().Dispose()),
            ("element-wise: erf", () => x.erf().Dispose()),
            ("element-wise: gelu", () => nn.functional.gelu(x).Dispose()),
            ("element-wise, transposed: exp", () => matrix.t().exp().Dispose()),
            ("reduction: prod", () => matrix.prod(1).Dispose()),
            ("reduction: amax", () => matrix.amax([0]).Dispose()),
            ("matrix product, other tiles, double", () => wide.mm(wide.t()).Dispose()),
        })
        {
            double first = Time(call);
            yield return (name, first - Time(call), KernelBar);
        }

        foreach (int rows in new[] { 8, 7, 6 })
        {
            yield return ($"GEMM tile {rows} by {GemmMicroKernels<float>.MaxVectors} vectors", Time(() => Tile(rows)), KernelBar);
        }

        yield return ("ResNet50's first training step", Time(ResNetStep), StepBar);
    }

    private static double Time(Action action)
    {
        long began = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(began).TotalMilliseconds;
    }

    /// <summary>A tile kernel's first run, of depth zero.</summary>
    private static unsafe void Tile(int rows)
    {
        int width = GemmMicroKernels<float>.MaxVectors * GemmMicroKernels<float>.Lanes;
        float* result = stackalloc float[rows * width];
        GemmMicroKernels<float>.Get(rows, GemmMicroKernels<float>.MaxVectors, packed: true)(
            null, 0, 0, null, 0, 0, (byte*)result, width * sizeof(float), 0);
    }

    private static void ResNetStep()
    {
        using DisposeScope scope = NewDisposeScope();
        using var model = ResNet.Fifty();
        optim.Optimizer optimizer = optim.Adam(model.parameters());
        Tensor loss = nn.functional.cross_entropy(model.call(randn(8, 3, 224, 224)), randint(0, 1000, [8], int64));
        loss.backward();
        optimizer.step();
        loss.item<float>();
    }
}
