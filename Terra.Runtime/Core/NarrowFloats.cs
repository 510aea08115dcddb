namespace Terra.Runtime.Core;

/// <summary>
/// The 16-bit floating-point types, float16 (IEEE 754 binary16) and bfloat16 (the upper half of a float32): storage formats. Every op on them computes in float32
/// and rounds each result once, to nearest even, as PyTorch's CPU kernels do.
/// </summary>
public static class NarrowFloats
{
    private const ushort BFloat16NaN = 0x7FC0;

    /// <summary>True for float16 and bfloat16.</summary>
    public static bool IsNarrowFloat(this DType dtype) => dtype is DType.Float16 or DType.BFloat16;

    /// <summary>The dtype that ops compute in for operands of this one: float32 for the 16-bit types, else the dtype itself.</summary>
    public static DType ComputeType(this DType dtype) => dtype.IsNarrowFloat() ? DType.Float32 : dtype;

    /// <summary>The bits of the nearest number of a 16-bit type, ties to even; NaN gives the quiet NaN.</summary>
    public static short FromSingle(float value, DType dtype)
    {
        if (dtype == DType.Float16)
        {
            return BitConverter.HalfToInt16Bits((Half)value);
        }

        uint bits = BitConverter.SingleToUInt32Bits(value);
        return unchecked((short)(float.IsNaN(value) ? BFloat16NaN : (bits + 0x7FFF + ((bits >> 16) & 1)) >> 16));
    }

    /// <summary>The number that bits of a 16-bit type stand for.</summary>
    public static float ToSingle(short bits, DType dtype) =>
        dtype == DType.Float16 ? (float)BitConverter.Int16BitsToHalf(bits) : BitConverter.Int32BitsToSingle(bits << 16);
}
