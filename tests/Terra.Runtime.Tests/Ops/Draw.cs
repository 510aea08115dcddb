using Terra.Runtime.Core;
using TensorBits = Terra.Runtime.Tests.Compiler.Tensors;

namespace Terra.Runtime.Tests.Ops;

/// <summary>Row-major tensors of fixed pseudo-random values for <see cref="KernelInfo"/>.</summary>
internal static class Draw
{
    private static readonly double[] s_special = [double.NaN, double.PositiveInfinity, double.NegativeInfinity, 0, -0.0, 1e-40, -1e-40, 1e30, -1e30];

    /// <summary>Numbers between -3 and 3, or the given ends; integers where the dtype is one, unsigned ones from 0.</summary>
    public static TensorImpl Of(DType dtype, long[] sizes, double low = -3, double high = 3)
    {
        Random random = Generator(sizes, low);
        return TensorBits.Floats(sizes, _ => Fit(low + (random.NextDouble() * (high - low)), dtype), dtype);
    }

    /// <summary>Numbers no two of which are equal, in shuffled order.</summary>
    public static TensorImpl Distinct(DType dtype, params long[] sizes)
    {
        var order = new double[sizes.Aggregate(1L, static (a, b) => a * b)];
        for (int i = 0; i < order.Length; i++)
        {
            order[i] = i;
        }

        Generator(sizes, 0.5).Shuffle(order);
        double step = dtype.IsFloatingPoint() ? 0.0625 : 1, middle = dtype == DType.UInt8 ? 0 : order.Length / 2;
        return TensorBits.Floats(sizes, i => (order[i] - middle) * step, dtype);
    }

    /// <summary>Numbers among which are NaN, infinities, zeros of both signs, denormals and large ones.</summary>
    public static TensorImpl Special(DType dtype, params long[] sizes)
    {
        Random random = Generator(sizes, 0.25);
        return TensorBits.Floats(sizes, _ => random.Next(3) == 0 ? s_special[random.Next(s_special.Length)] : (random.NextDouble() * 6) - 3, dtype);
    }

    /// <summary>Ordinary numbers and few that are NaN, zeros of both signs, denormals and, unless told otherwise, infinities.</summary>
    public static TensorImpl NowAndThen(DType dtype, long[] sizes, bool infinite = true)
    {
        Random random = Generator(sizes, 0.125);
        double[] special = [.. s_special.Where(value => double.IsNaN(value) || Math.Abs(value) < 1 || (infinite && double.IsInfinity(value)))];
        return TensorBits.Floats(sizes, _ => random.Next(9) == 0 ? special[random.Next(special.Length)] : (random.NextDouble() * 6) - 3, dtype);
    }

    /// <summary>Integers from 0 up to, not including, the bound.</summary>
    public static TensorImpl Indices(long bound, params long[] sizes)
    {
        Random random = Generator(sizes, bound);
        return TensorBits.From(DType.Int64, sizes, _ => random.NextInt64(bound));
    }

    public static TensorImpl Mask(params long[] sizes)
    {
        Random random = Generator(sizes, 0.75);
        return TensorBits.From(DType.Bool, sizes, _ => random.Next(2));
    }

    public static TensorImpl Longs(params long[] values) => TensorBits.From(DType.Int64, [values.Length], i => values[i]);

    /// <summary>The dtype, or float32 for the dtypes a large sample would overflow.</summary>
    private static double Fit(double value, DType dtype) =>
        dtype.IsFloatingPoint() ? value : dtype == DType.Bool ? (value > 0 ? 1 : 0) : dtype == DType.UInt8 ? Math.Abs(Math.Round(value)) : Math.Round(value);

    private static Random Generator(long[] sizes, double salt) => new((int)(sizes.Aggregate(17L, static (a, b) => (a * 31) + b) % 1_000_003) + (int)(salt * 64));
}
