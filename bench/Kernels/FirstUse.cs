using System.Diagnostics;
using Terra.Bench.Kernels.Models;
using Terra.Runtime.Backends.Cpu;
using TorchSharp;
using static TorchSharp.torch;

namespace Terra.Bench.Kernels;

/// <summary>What the first use of a kernel costs, emission and JIT included, and a whole first step.</summary>
internal static class FirstUse
{
    public const double KernelBar = 3, StepBar = 3000;

    /// <summary>
    /// Milliseconds of each first call, less those of a second one. The first kernel of a kind (no bar) also pays for the JIT of the engine's code that emits
    /// such kernels; the next one of that kind pays for itself only. The time of a call that emits two kernels (whole blocks and what is left, a sum and the
    /// division by the count, full tiles and those of the last columns) is halved.
    /// </summary>
    public static IEnumerable<(string Name, double Milliseconds, double? Bar)> Measure()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = rand(1000) + 0.1, matrix = rand(100, 100), wide = rand(37, 45, dtype: float64), tall = rand(35, 45, dtype: float64);
        foreach ((string kind, string first, Action useFirst, string next, Action useNext, int kernels) in new (string, string, Action, string, Action, int)[]
        {
            ("element-wise", "sinh", () => x.sinh().Dispose(), "sqrt", () => x.sqrt().Dispose(), 1),
            ("element-wise, polynomials", "erf", () => x.erf().Dispose(), "gelu", () => nn.functional.gelu(x).Dispose(), 1),
            ("element-wise, transposed", "exp", () => matrix.t().exp().Dispose(), "expm1", () => matrix.t().expm1().Dispose(), 2),
            ("reduction of rows", "prod", () => matrix.prod(1).Dispose(), "sum", () => matrix.sum([1]).Dispose(), 1),
            ("mean of rows", "float32", () => matrix.mean([1]).Dispose(), "float64", () => wide.mean([1]).Dispose(), 2),
            ("reduction of columns", "amax", () => matrix.amax([0]).Dispose(), "amin", () => matrix.amin([0]).Dispose(), 1),
            ("double matrix product", "37x45x37", () => wide.mm(wide.t()).Dispose(), "35x45x37", () => tall.mm(wide.t()).Dispose(), 2),
        })
        {
            yield return ($"{kind}, first: {first}", FirstCall(useFirst), null);
            yield return ($"{kind}, next: {next}{(kernels > 1 ? $", one of {kernels}" : "")}", FirstCall(useNext) / kernels, KernelBar);
        }

        matrix.mm(matrix).Dispose();
        foreach (int rows in new[] { 8, 7, 6 })
        {
            yield return ($"GEMM tile {rows} by {GemmMicroKernels<float>.MaxVectors} vectors", Time(() => Tile(rows)), KernelBar);
        }

        yield return ("ResNet50's first training step", Time(ResNetStep), StepBar);
    }

    private static double FirstCall(Action call)
    {
        double first = Time(call);
        return first - Time(call);
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
