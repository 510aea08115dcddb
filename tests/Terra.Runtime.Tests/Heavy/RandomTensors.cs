using Terra.Runtime.Compiler;
using Terra.Runtime.Core;
using Terra.Runtime.Tests.Compiler;

namespace Terra.Runtime.Tests.Heavy;

/// <summary>Tensors for property tests: any dtype, size and layout, with ties, NaN of several kinds, infinities, denormals, zeros of both signs and the extremes of integers.</summary>
internal sealed class RandomTensors(int seed)
{
    private static readonly DType[] s_numbers = [DType.Float32, DType.Float64, DType.Int64, DType.Int32, DType.Int16, DType.Int8, DType.UInt8];

    public Random Random { get; } = new(seed);

    /// <summary>A numeric dtype.</summary>
    public DType Number() => s_numbers[Random.Next(s_numbers.Length)];

    /// <summary>Sizes of up to three dimensions; one of them may be long.</summary>
    public long[] Sizes(int longest)
    {
        var sizes = new long[Random.Next(1, 4)];
        for (int d = 0; d < sizes.Length; d++)
        {
            sizes[d] = Random.Next(20) == 0 ? 0 : Random.Next(1, 8);
        }

        sizes[Random.Next(sizes.Length)] = Random.Next(3) == 0 ? Random.Next(1, longest) : Random.Next(1, 100);
        return sizes;
    }

    /// <summary>Elements of one of several distributions, contiguous or strided.</summary>
    public TensorImpl Tensor(DType dtype, long[] sizes)
    {
        int kind = Random.Next(5);
        TensorImpl tensor = Tensors.From(dtype, sizes, _ => Bits(dtype, kind));
        return Random.Next(3) switch
        {
            0 when sizes.Length > 1 => Strided(tensor, reversed: true),
            1 => Strided(tensor, reversed: false),
            _ => tensor,
        };
    }

    /// <summary>An element's bits as a number that compares as those of the dtype do; negative zero is zero.</summary>
    public static IComparable Key(long bits, DType dtype) => dtype.IsFloatingPoint() ? IrConstant.ToDouble(bits, dtype) + 0.0 : (IComparable)bits;

    /// <summary>A row-major copy of any layout, element by element.</summary>
    public static TensorImpl Contiguous(TensorImpl tensor) => Tensors.From(tensor.DType, tensor.Sizes.ToArray(), i => Tensors.Read(tensor, i));

    /// <summary>The same elements with the dimensions stored in another order, and gaps.</summary>
    private static TensorImpl Strided(TensorImpl tensor, bool reversed)
    {
        var strides = new long[tensor.Rank];
        long stride = 2;
        for (int i = 0; i < tensor.Rank; i++)
        {
            int d = reversed ? i : tensor.Rank - 1 - i;
            strides[d] = stride;
            stride *= Math.Max(tensor.Sizes[d], 1);
        }

        TensorImpl view = Tensors.View(Tensors.Empty(tensor.DType, stride + 3), tensor.Sizes.ToArray(), strides, 3);
        Tensors.Fill(view, i => Tensors.Read(tensor, i));
        return view;
    }

    private long Bits(DType dtype, int kind) => dtype.IsFloatingPoint() ? FloatBits(dtype, kind) : kind switch
    {
        0 => Random.Next(4),
        1 => Narrow(Random.NextInt64(long.MinValue, long.MaxValue), dtype),
        2 => Narrow(Random.NextInt64(-1000, 1000), dtype),
        3 => Narrow(Random.Next(2) == 0 ? long.MinValue >> (64 - (8 * dtype.SizeInBytes())) : long.MaxValue >> (64 - (8 * dtype.SizeInBytes())), dtype),
        _ => Random.Next(10) == 0 ? Random.Next(100) : 0,
    };

    private long FloatBits(DType dtype, int kind)
    {
        double[] special = [double.NaN, -double.NaN, double.PositiveInfinity, double.NegativeInfinity, 0.0, -0.0, 1e-40, -1e-40, double.Epsilon, float.MaxValue, float.MinValue];
        double value = kind switch
        {
            0 => Random.Next(-2, 3) * 0.5,
            1 => special[Random.Next(special.Length)],
            2 => Random.Next(5) == 0 ? special[Random.Next(special.Length)] : Random.NextDouble() - 0.5,
            3 => Random.Next(20) == 0 ? Random.NextDouble() : Random.Next(2) == 0 ? 0.0 : -0.0,
            _ => Math.ScaleB(Random.NextDouble() - 0.5, Random.Next(-150, 120)),
        };
        return IrConstant.FromDouble(value, dtype);
    }

    private static long Narrow(long value, DType dtype) => dtype switch
    {
        DType.Int32 => (int)value,
        DType.Int16 => (short)value,
        DType.Int8 => (sbyte)value,
        DType.UInt8 => (byte)value,
        _ => value,
    };
}
