namespace TorchSharp;

/// <summary>Conversions between .NET numbers and <see cref="Scalar"/>.</summary>
public static class ScalarExtensionMethods
{
    public static Scalar ToScalar(this byte value) => value;

    public static Scalar ToScalar(this sbyte value) => value;

    public static Scalar ToScalar(this short value) => value;

    public static Scalar ToScalar(this int value) => value;

    public static Scalar ToScalar(this long value) => value;

    public static Scalar ToScalar(this Half value) => value;

    public static Scalar ToScalar(this BFloat16 value) => value;

    /// <summary>The number rounded to bfloat16.</summary>
    public static Scalar ToBFloat16Scalar(this float value) => (BFloat16)value;

    public static Scalar ToScalar(this float value) => value;

    public static Scalar ToScalar(this double value) => value;

    public static Scalar ToScalar(this bool value) => value;

    public static bool ToBoolean(this Scalar value) => value.Value.ToBoolean();

    public static byte ToByte(this Scalar value) => (byte)value.Value.ToInt64();

    public static sbyte ToSByte(this Scalar value) => (sbyte)value.Value.ToInt64();

    public static short ToInt16(this Scalar value) => (short)value.Value.ToInt64();

    public static int ToInt32(this Scalar value) => (int)value.Value.ToInt64();

    public static long ToInt64(this Scalar value) => value.Value.ToInt64();

    public static Half ToHalf(this Scalar value) => (Half)value.Value.ToDouble();

    public static BFloat16 ToBFloat16(this Scalar value) => (BFloat16)value.Value.ToDouble();

    public static float ToSingle(this Scalar value) => (float)value.Value.ToDouble();

    public static double ToDouble(this Scalar value) => value.Value.ToDouble();
}
