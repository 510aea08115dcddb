using System.Numerics;
using System.Runtime.CompilerServices;
using Terra.Runtime.Core;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>A kernel's body for one element type.</summary>
internal interface IElementKernel
{
    void Run<T>()
        where T : unmanaged;
}

/// <summary>A kernel's body for one numeric element type.</summary>
internal interface INumberKernel
{
    void Run<T>()
        where T : unmanaged, INumber<T>;
}

/// <summary>Picks a kernel's element type at run time.</summary>
internal static class ElementTypes
{
    /// <summary>Runs a kernel that only moves elements, by their size.</summary>
    public static void BySize<TKernel>(DType dtype, TKernel kernel)
        where TKernel : IElementKernel
    {
        switch (dtype.SizeInBytes())
        {
            case 1:
                kernel.Run<byte>();
                break;
            case 2:
                kernel.Run<short>();
                break;
            case 4:
                kernel.Run<int>();
                break;
            default:
                kernel.Run<long>();
                break;
        }
    }

    /// <summary>Runs a kernel that computes with elements; bool counts as a byte, whose sums are <see cref="Add"/>'s.</summary>
    public static void ByNumber<TKernel>(string op, DType dtype, TKernel kernel)
        where TKernel : INumberKernel
    {
        switch (dtype)
        {
            case DType.Float32:
                kernel.Run<float>();
                break;
            case DType.Float64:
                kernel.Run<double>();
                break;
            case DType.Int64:
                kernel.Run<long>();
                break;
            case DType.Int32:
                kernel.Run<int>();
                break;
            case DType.Int16:
                kernel.Run<short>();
                break;
            case DType.Int8:
                kernel.Run<sbyte>();
                break;
            case DType.UInt8 or DType.Bool:
                kernel.Run<byte>();
                break;
            default:
                throw ShapeErrors.NotImplemented(op, dtype);
        }
    }

    /// <summary>A sum; of truth values, which are bytes, whether one of them is true.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Add<T>(T sum, T addend, bool areTruthValues)
        where T : unmanaged, INumber<T> => typeof(T) == typeof(byte) && areTruthValues ? T.Max(sum, addend) : unchecked(sum + addend);

    /// <summary>A scalar in the bits of an element of a dtype.</summary>
    public static long ToBits(ScalarValue value, DType dtype) => dtype switch
    {
        DType.Float32 => BitConverter.SingleToInt32Bits((float)value.ToDouble()),
        DType.Float64 => BitConverter.DoubleToInt64Bits(value.ToDouble()),
        DType.Bool => value.ToBoolean() ? 1 : 0,
        DType.Float16 or DType.BFloat16 => NarrowFloats.FromSingle((float)value.ToDouble(), dtype),
        _ => value.ToInt64(),
    };
}
