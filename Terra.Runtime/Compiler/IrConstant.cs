using System.Globalization;
using Terra.Runtime.Core;

namespace Terra.Runtime.Compiler;

/// <summary>
/// How one element of each dtype is kept in 64 bits: float32 and float64 as their IEEE bits (float32 zero-extended), integers
/// sign-extended (uint8 zero-extended), float16 and bfloat16 like the int16 of their bits, Bool as 0 or 1. Constants, run-time scalars and the reference evaluator use this form.
/// </summary>
public static class IrConstant
{
    /// <exception cref="NotSupportedException">The IR has no such dtype.</exception>
    public static long FromDouble(double value, DType dtype) => dtype switch
    {
        DType.Float32 => FromSingle((float)value),
        DType.Float64 => BitConverter.DoubleToInt64Bits(value),
        DType.Float16 or DType.BFloat16 => NarrowFloats.FromSingle((float)value, dtype),
        DType.Bool => value != 0 ? 1 : 0,
        _ => FromInt64((long)value, dtype),
    };

    /// <summary>Wraps around where the dtype is too narrow.</summary>
    /// <exception cref="NotSupportedException">The IR has no such dtype.</exception>
    public static long FromInt64(long value, DType dtype) => dtype switch
    {
        DType.Float32 => FromSingle(value),
        DType.Float64 => BitConverter.DoubleToInt64Bits(value),
        DType.Int64 => value,
        DType.Int32 => (int)value,
        DType.Int16 => (short)value,
        DType.Int8 => (sbyte)value,
        DType.UInt8 => (byte)value,
        DType.Float16 or DType.BFloat16 => NarrowFloats.FromSingle(value, dtype),
        DType.Bool => value != 0 ? 1 : 0,
        _ => throw new NotSupportedException($"element-wise programs do not take dtype {dtype}"),
    };

    public static long FromSingle(float value) => BitConverter.SingleToUInt32Bits(value);

    /// <summary>A program's number converted to <paramref name="dtype"/> as PyTorch converts scalars.</summary>
    public static long FromScalar(ScalarValue value, DType dtype) =>
        value.Category == DType.Float64 ? FromDouble(value.ToDouble(), dtype) : FromInt64(value.ToInt64(), dtype);

    public static float ToSingle(long bits) => BitConverter.UInt32BitsToSingle((uint)bits);

    /// <summary>The value as a double; 64-bit integers round.</summary>
    public static double ToDouble(long bits, DType dtype) => dtype switch
    {
        DType.Float32 => ToSingle(bits),
        DType.Float64 => BitConverter.Int64BitsToDouble(bits),
        DType.Float16 or DType.BFloat16 => NarrowFloats.ToSingle((short)bits, dtype),
        _ => bits,
    };

    public static string ToText(long bits, DType dtype) => dtype.IsFloatingPoint()
        ? ToDouble(bits, dtype).ToString("R", CultureInfo.InvariantCulture)
        : bits.ToString(CultureInfo.InvariantCulture);
}
