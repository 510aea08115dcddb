using Terra.Runtime.Core;
using TensorBits = Terra.Runtime.Tests.Compiler.Tensors;

namespace Terra.Runtime.Tests.Ops;

/// <summary>Arguments to try ops with: row-major, transposed, sliced, expanded, empty and 0-d tensors, and extreme values.</summary>
internal static class Samples
{
    private static readonly double[] s_moderate = [double.NaN, double.PositiveInfinity, double.NegativeInfinity, 0, -0.0, 1, -1, 0.5, -2.5, 1e-40, -1e-40, 7];
    private static readonly double[] s_huge = [3e38, -3e38, 1e-30, 1e20, -1e20, 88.5, -104];

    /// <summary>Samples whose first argument has the sizes of the result.</summary>
    public static IEnumerable<TensorImpl[]> Of(PointwiseInfo info, DType dtype)
    {
        yield return Make(info, dtype, 1, static (_, make) => make([67]));
        yield return Make(info, dtype, 2, static (k, make) => k == 0 ? Transposed(make([5, 4])) : make([4, 5]));
        yield return Make(info, dtype, 3, static (k, make) => Sliced(make([7, 11])));
        yield return Make(info, dtype, 4, static (k, make) => k == 0 ? make([3, 4, 5]) : k == 1 ? make([4, 1]) : make([5]));
        yield return Make(info, dtype, 5, static (k, make) => make([0, 3]));
        yield return Make(info, dtype, 6, static (k, make) => make([]));
        yield return Make(info, dtype, 7, static (k, make) => k == 0 ? make([2, 33]) : make([]));
        yield return Make(info, dtype, 8, static (k, make) => Transposed(Sliced(make([9, 40]))));
        if (dtype.IsFloatingPoint() && info.Extremes != Extremes.None)
        {
            double[] values = info.Extremes == Extremes.All ? [.. s_moderate, .. s_huge] : s_moderate;
            yield return Pairs(info, dtype, values);
        }
    }

    /// <summary>Samples in which the first argument is itself broadcast or shares elements.</summary>
    public static IEnumerable<TensorImpl[]> Broadcasting(PointwiseInfo info, DType dtype)
    {
        yield return Make(info, dtype, 11, static (k, make) => k == 0 ? make([3, 1, 5]) : k == 1 ? make([4, 1]) : make([2, 1, 1, 5]));
        yield return Make(info, dtype, 12, static (k, make) => Expanded(make([6]), 3));
        yield return Make(info, dtype, 13, static (k, make) => k == 0 ? make([]) : make([2, 3]));
    }

    /// <summary>Small float64 arguments, broadcast among each other.</summary>
    public static IEnumerable<TensorImpl[]> ForGradients(PointwiseInfo info)
    {
        yield return Make(info, DType.Float64, 21, static (k, make) => make([3, 4]));
        yield return Make(info, DType.Float64, 22, static (k, make) => k == 0 ? Transposed(make([3, 4])) : k == 1 ? make([4, 1]) : make([3]));
    }

    /// <summary>True if two indices of the tensor are the same element.</summary>
    public static bool SharesElements(TensorImpl tensor)
    {
        for (int i = 0; i < tensor.Rank; i++)
        {
            if (tensor.Layout.Strides[i] == 0 && tensor.Sizes[i] > 1)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The elements of a tensor broadcast to the given sizes, row-major.</summary>
    public static double[] Broadcast(TensorImpl tensor, ReadOnlySpan<long> sizes)
    {
        var strides = new long[sizes.Length];
        for (int i = 1; i <= tensor.Rank; i++)
        {
            strides[^i] = tensor.Sizes[^i] == 1 ? 0 : tensor.Layout.Strides[^i];
        }

        return TensorBits.ToDoubles(TensorBits.View(tensor, sizes.ToArray(), strides));
    }

    public static TensorImpl Transposed(TensorImpl tensor) =>
        TensorBits.View(tensor, [.. tensor.Sizes.ToArray().Reverse()], [.. tensor.Layout.Strides.ToArray().Reverse()]);

    /// <summary>Every second column from the second on, of all rows but the first.</summary>
    public static TensorImpl Sliced(TensorImpl tensor) => TensorBits.View(
        tensor,
        [tensor.Sizes[0] - 1, tensor.Sizes[1] / 2],
        [tensor.Layout.Strides[0], tensor.Layout.Strides[1] * 2],
        tensor.Layout.Strides[0] + tensor.Layout.Strides[1]);

    public static TensorImpl Expanded(TensorImpl vector, long rows) => TensorBits.View(vector, [rows, vector.Sizes[0]], [0, vector.Layout.Strides[0]]);

    private static TensorImpl[] Make(PointwiseInfo info, DType dtype, int seed, Func<int, Func<long[], TensorImpl>, TensorImpl> shape)
    {
        var inputs = new TensorImpl[info.Tensors];
        for (int k = 0; k < inputs.Length; k++)
        {
            int argument = k;
            inputs[k] = shape(k, sizes => info.Random(argument, dtype, seed, sizes));
        }

        return inputs;
    }

    /// <summary>Every combination of the values for the first two arguments; further ones take them in turn.</summary>
    private static TensorImpl[] Pairs(PointwiseInfo info, DType dtype, double[] values)
    {
        int n = values.Length;
        var inputs = new TensorImpl[info.Tensors];
        for (int k = 0; k < inputs.Length; k++)
        {
            int argument = k;
            DType own = info.ArgumentDType(k, dtype);
            inputs[k] = TensorBits.Floats([n * n], i =>
            {
                double value = values[argument switch { 0 => i / n, 1 => i % n, _ => i * 7 % n }];
                return own == DType.Bool ? i % 2 : value;
            }, own);
        }

        return inputs;
    }
}
