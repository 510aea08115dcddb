using System.Numerics;
using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>Draws from distributions, each with parameters of its own and from its own random numbers (<see cref="ElementStream"/>), so in any order and by any number of threads.</summary>
internal static unsafe class VariateKernels
{
    private const long ElementsPerTask = 2048;

    private delegate double Variate(double first, double second, ref ElementStream random);

    /// <summary>aten::poisson.</summary>
    public static void Poisson(OpInvocation call) => Run(call, static (double rate, double _, ref ElementStream random) => Variates.Poisson(rate, ref random));

    /// <summary>aten::binomial.</summary>
    public static void Binomial(OpInvocation call) => Run(call, static (double count, double probability, ref ElementStream random) => Variates.Binomial(count, probability, ref random));

    /// <summary>aten::_standard_gamma. Draws that round to zero become the dtype's smallest normal number, so that their logarithm is finite.</summary>
    public static void StandardGamma(OpInvocation call)
    {
        double least = call.Outputs[0].DType == DType.Float64 ? 2.2250738585072014e-308 : 1.1754943508222875e-38;
        Run(call, (double shape, double _, ref ElementStream random) => Variates.StandardGamma(shape, ref random) is var draw && draw < least ? least : draw);
    }

    /// <summary>Checks that no rate is negative or NaN.</summary>
    /// <exception cref="System.Runtime.InteropServices.ExternalException">One is.</exception>
    public static void CheckRates(OpInvocation call)
    {
        using TensorImpl rates = WidenedKernel.Widen(call.Input(0));
        bool valid = rates.DType == DType.Float64 ? AllAtLeastZero<double>(rates) : AllAtLeastZero<float>(rates);
        if (!valid)
        {
            throw ShapeErrors.Error("invalid Poisson rate, expected rate to be non-negative");
        }
    }

    private static bool AllAtLeastZero<T>(TensorImpl rates)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        using var data = new ContiguousData<T>(rates);
        for (long i = 0; i < rates.NumberOfElements; i++)
        {
            if (!(data.Pointer[i] >= T.Zero))
            {
                return false;
            }
        }

        return true;
    }

    private static void Run(OpInvocation call, Variate variate)
    {
        if (call.Outputs[0].DType == DType.Float64)
        {
            Run<double>(call, variate);
        }
        else
        {
            Run<float>(call, variate);
        }
    }

    private static void Run<T>(OpInvocation call, Variate variate)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        using var first = new ContiguousData<T>(call.Input(0));
        using var second = new ContiguousData<T>(call.Input(call.Inputs.Length - 1));
        T* a = first.Pointer, b = second.Pointer, result = (T*)call.Outputs[0].Pointer;
        PhiloxState state = call.Attrs[0].AsPhilox;
        WorkerPool.Shared.For(call.Outputs[0].NumberOfElements, ElementsPerTask, (from, to) =>
        {
            for (long i = from; i < to; i++)
            {
                var random = new ElementStream(state, i);
                result[i] = T.CreateSaturating(variate(double.CreateSaturating(a[i]), double.CreateSaturating(b[i]), ref random));
            }
        });
    }
}
