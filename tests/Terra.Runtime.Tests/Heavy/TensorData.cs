using Terra.Runtime.Core;

namespace Terra.Runtime.Tests.Heavy;

/// <summary>Makes tensors from values and reads them back, in any layout, for tests of kernels against plain loops.</summary>
internal static unsafe class TensorData
{
    /// <summary>A contiguous tensor of the given dtype.</summary>
    public static TensorImpl Tensor(DType dtype, double[] values, params long[] sizes)
    {
        var tensor = TensorImpl.Allocate(Layout.Contiguous(sizes), dtype);
        for (long i = 0; i < values.Length; i++)
        {
            Set(tensor, i, values[i]);
        }

        return tensor;
    }

    public static TensorImpl Longs(long[] values, params long[] sizes) => Tensor(DType.Int64, Array.ConvertAll(values, v => (double)v), sizes);

    /// <summary>Random numbers from a normal-like distribution.</summary>
    public static TensorImpl Random(DType dtype, int seed, params long[] sizes)
    {
        var random = new Random(seed);
        var values = new double[sizes.Aggregate(1L, (a, b) => a * b)];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5;
        }

        return Tensor(dtype, values, sizes);
    }

    /// <summary>All elements in row-major order.</summary>
    public static double[] Values(TensorImpl tensor)
    {
        var values = new double[tensor.NumberOfElements];
        var index = new long[tensor.Rank];
        for (int i = 0; i < values.Length; i++)
        {
            long offset = 0;
            for (int d = 0; d < index.Length; d++)
            {
                offset += index[d] * tensor.Layout.Strides[d];
            }

            values[i] = Get(tensor, offset);
            for (int d = index.Length - 1; d >= 0 && ++index[d] == tensor.Sizes[d]; d--)
            {
                index[d] = 0;
            }
        }

        return values;
    }

    public static byte[] Bytes(TensorImpl tensor)
    {
        byte[] bytes = new ReadOnlySpan<byte>((void*)tensor.Pointer, (int)tensor.NumberOfElements * tensor.DType.SizeInBytes()).ToArray();
        GC.KeepAlive(tensor);
        return bytes;
    }

    /// <summary>The same sizes and values laid out in several ways: row-major, transposed, with gaps, inside a bigger buffer.</summary>
    public static IEnumerable<TensorImpl> Layouts(TensorImpl tensor)
    {
        yield return tensor;
        if (tensor.Rank == 0)
        {
            yield break;
        }

        yield return Reordered(tensor, reversed: true, gap: 1, offset: 0);
        yield return Reordered(tensor, reversed: false, gap: 2, offset: 3);
    }

    /// <summary>A copy with the dimensions stored in another order, elements <paramref name="gap"/> apart.</summary>
    public static TensorImpl Reordered(TensorImpl tensor, bool reversed, long gap, long offset)
    {
        var strides = new long[tensor.Rank];
        long stride = gap;
        for (int i = 0; i < tensor.Rank; i++)
        {
            int d = reversed ? i : tensor.Rank - 1 - i;
            strides[d] = stride;
            stride *= Math.Max(tensor.Sizes[d], 1);
        }

        var storage = Storage.Allocate((stride + offset) * tensor.DType.SizeInBytes());
        var copy = new TensorImpl(storage, new Layout(tensor.Sizes.ToArray(), strides), tensor.DType, offset);
        double[] values = Values(tensor);
        var index = new long[tensor.Rank];
        foreach (double value in values)
        {
            long at = 0;
            for (int d = 0; d < index.Length; d++)
            {
                at += index[d] * strides[d];
            }

            Set(copy, at, value);
            for (int d = index.Length - 1; d >= 0 && ++index[d] == tensor.Sizes[d]; d--)
            {
                index[d] = 0;
            }
        }

        return copy;
    }

    public static void Set(TensorImpl tensor, long offset, double value)
    {
        nint p = tensor.Pointer;
        switch (tensor.DType)
        {
            case DType.Float32: ((float*)p)[offset] = (float)value; break;
            case DType.Float64: ((double*)p)[offset] = value; break;
            case DType.Int64: ((long*)p)[offset] = (long)value; break;
            case DType.Int32: ((int*)p)[offset] = (int)value; break;
            case DType.Int16: ((short*)p)[offset] = (short)value; break;
            case DType.Int8: ((sbyte*)p)[offset] = (sbyte)value; break;
            case DType.UInt8: ((byte*)p)[offset] = (byte)value; break;
            default: ((bool*)p)[offset] = value != 0; break;
        }

        GC.KeepAlive(tensor);
    }

    private static double Get(TensorImpl tensor, long offset)
    {
        nint p = tensor.Pointer;
        double value = tensor.DType switch
        {
            DType.Float32 => ((float*)p)[offset],
            DType.Float64 => ((double*)p)[offset],
            DType.Int64 => ((long*)p)[offset],
            DType.Int32 => ((int*)p)[offset],
            DType.Int16 => ((short*)p)[offset],
            DType.Int8 => ((sbyte*)p)[offset],
            DType.UInt8 => ((byte*)p)[offset],
            _ => ((bool*)p)[offset] ? 1 : 0,
        };
        GC.KeepAlive(tensor);
        return value;
    }
}
