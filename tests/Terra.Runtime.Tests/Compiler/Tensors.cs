using Terra.Runtime.Compiler;
using Terra.Runtime.Core;

namespace Terra.Runtime.Tests.Compiler;

/// <summary>Tensors by their elements' <see cref="IrConstant"/> bits, in row-major order.</summary>
internal static unsafe class Tensors
{
    public static TensorImpl Empty(DType dtype, params long[] sizes) => TensorImpl.Allocate(Layout.Contiguous(sizes), dtype);

    public static TensorImpl From(DType dtype, long[] sizes, Func<long, long> bits)
    {
        TensorImpl tensor = Empty(dtype, sizes);
        Fill(tensor, bits);
        return tensor;
    }

    public static TensorImpl Floats(long[] sizes, Func<long, double> value, DType dtype = DType.Float32) =>
        From(dtype, sizes, i => IrConstant.FromDouble(value(i), dtype));

    /// <summary>Another geometry on the same storage.</summary>
    public static TensorImpl View(TensorImpl tensor, long[] sizes, long[] strides, long offset = 0) =>
        new(tensor.Storage, new Layout(sizes, strides), tensor.DType, tensor.Offset + offset);

    public static void Fill(TensorImpl tensor, Func<long, long> bits)
    {
        for (long i = 0; i < tensor.NumberOfElements; i++)
        {
            Write(tensor, i, bits(i));
        }
    }

    public static long[] ToBits(TensorImpl tensor)
    {
        var bits = new long[tensor.NumberOfElements];
        for (long i = 0; i < bits.Length; i++)
        {
            bits[i] = Read(tensor, i);
        }

        return bits;
    }

    public static double[] ToDoubles(TensorImpl tensor) => Array.ConvertAll(ToBits(tensor), bits => IrConstant.ToDouble(bits, tensor.DType));

    public static long Read(TensorImpl tensor, long index)
    {
        byte* element = Address(tensor, index);
        long bits = tensor.DType switch
        {
            DType.Float32 => *(uint*)element,
            DType.Float64 or DType.Int64 => *(long*)element,
            DType.Int32 => *(int*)element,
            DType.Int16 or DType.Float16 or DType.BFloat16 => *(short*)element,
            DType.Int8 => *(sbyte*)element,
            _ => *element,
        };
        GC.KeepAlive(tensor);
        return bits;
    }

    public static void Write(TensorImpl tensor, long index, long bits)
    {
        byte* element = Address(tensor, index);
        switch (tensor.DType.SizeInBytes())
        {
            case 8:
                *(long*)element = bits;
                break;
            case 4:
                *(int*)element = (int)bits;
                break;
            case 2:
                *(short*)element = (short)bits;
                break;
            default:
                *element = (byte)bits;
                break;
        }

        GC.KeepAlive(tensor);
    }

    private static byte* Address(TensorImpl tensor, long index)
    {
        long offset = 0;
        for (int dim = tensor.Rank - 1; dim >= 0; dim--)
        {
            (index, long rest) = Math.DivRem(index, tensor.Sizes[dim]);
            offset += rest * tensor.Layout.Strides[dim];
        }

        return (byte*)tensor.Pointer + (offset * tensor.DType.SizeInBytes());
    }
}
