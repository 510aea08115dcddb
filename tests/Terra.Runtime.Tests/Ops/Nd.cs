using Terra.Runtime.Core;
using TensorBits = Terra.Runtime.Tests.Compiler.Tensors;

namespace Terra.Runtime.Tests.Ops;

/// <summary>A dense array in float64: what references compute with and return. Integers up to 2^53 are exact in it.</summary>
public sealed class Nd(long[] sizes, double[] values)
{
    public long[] Sizes { get; } = sizes;

    /// <summary>Row-major.</summary>
    public double[] Values { get; } = values;

    public int Rank => Sizes.Length;

    public double this[params long[] index]
    {
        get => Values[Offset(index)];
        set => Values[Offset(index)] = value;
    }

    /// <summary>The elements of a tensor of any layout.</summary>
    public static Nd Of(TensorImpl tensor) => new(tensor.Sizes.ToArray(), TensorBits.ToDoubles(tensor));

    public static Nd Of(double value) => new([], [value]);

    /// <summary>The array whose element at each index is what the function says.</summary>
    public static Nd Make(long[] sizes, Func<long[], double> element)
    {
        Nd result = Zeros(sizes);
        int i = 0;
        foreach (long[] index in Indices(sizes))
        {
            result.Values[i++] = element(index);
        }

        return result;
    }

    public static Nd Zeros(params long[] sizes) => new(sizes, new double[sizes.Aggregate(1L, static (a, b) => a * b)]);

    public Nd Copy() => new(Sizes, (double[])Values.Clone());

    /// <summary>All indices of the given sizes, in row-major order. Each is an array of its own.</summary>
    public static IEnumerable<long[]> Indices(long[] sizes)
    {
        long count = sizes.Aggregate(1L, static (a, b) => a * b);
        var index = new long[sizes.Length];
        for (long i = 0; i < count; i++)
        {
            yield return (long[])index.Clone();
            for (int d = sizes.Length - 1; d >= 0 && ++index[d] == sizes[d]; d--)
            {
                index[d] = 0;
            }
        }
    }

    /// <summary>The index with one entry replaced.</summary>
    public static long[] With(long[] index, int dim, long value)
    {
        long[] result = (long[])index.Clone();
        result[dim] = value;
        return result;
    }

    /// <summary>The sizes two arrays broadcast to, which must fit.</summary>
    public static long[] BroadcastSizes(long[] a, long[] b)
    {
        var sizes = new long[Math.Max(a.Length, b.Length)];
        for (int i = 1; i <= sizes.Length; i++)
        {
            long x = i <= a.Length ? a[^i] : 1, y = i <= b.Length ? b[^i] : 1;
            sizes[^i] = x == 1 ? y : x;
        }

        return sizes;
    }

    /// <summary>The element at an index of a shape this array broadcasts to.</summary>
    public double Broadcast(long[] index)
    {
        var own = new long[Rank];
        for (int i = 1; i <= Rank; i++)
        {
            own[^i] = Sizes[^i] == 1 ? 0 : index[^i];
        }

        return this[own];
    }

    private long Offset(long[] index)
    {
        long offset = 0;
        for (int d = 0; d < Sizes.Length; d++)
        {
            if (index[d] < 0 || index[d] >= Sizes[d])
            {
                throw new ArgumentOutOfRangeException(nameof(index), $"[{string.Join(", ", index)}] is no index of [{string.Join(", ", Sizes)}]");
            }

            offset = (offset * Sizes[d]) + index[d];
        }

        return offset;
    }
}
