using System.Runtime.CompilerServices;
using Terra.Runtime.Core;

namespace TorchSharp;

/// <summary>The .NET type of each dtype's elements and conversions between element types.</summary>
internal static class ElementTypes
{
    /// <summary>The dtype whose elements are <typeparamref name="T"/>.</summary>
    /// <exception cref="NotSupportedException">No dtype has such elements.</exception>
    internal static DType Of<T>() =>
        typeof(T) == typeof(float) ? DType.Float32
        : typeof(T) == typeof(long) ? DType.Int64
        : typeof(T) == typeof(int) ? DType.Int32
        : typeof(T) == typeof(double) ? DType.Float64
        : typeof(T) == typeof(bool) ? DType.Bool
        : typeof(T) == typeof(byte) ? DType.UInt8
        : typeof(T) == typeof(sbyte) ? DType.Int8
        : typeof(T) == typeof(short) ? DType.Int16
        : typeof(T) == typeof(Half) ? DType.Float16
        : typeof(T) == typeof(BFloat16) ? DType.BFloat16
        : throw Unknown(typeof(T));

    /// <summary>The dtype whose elements are of this .NET type.</summary>
    /// <exception cref="NotSupportedException">No dtype has such elements.</exception>
    internal static DType Of(Type type) => Type.GetTypeCode(type) switch
    {
        TypeCode.Single => DType.Float32,
        TypeCode.Double => DType.Float64,
        TypeCode.Int64 => DType.Int64,
        TypeCode.Int32 => DType.Int32,
        TypeCode.Int16 => DType.Int16,
        TypeCode.SByte => DType.Int8,
        TypeCode.Byte => DType.UInt8,
        TypeCode.Boolean => DType.Bool,
        _ when type == typeof(Half) => DType.Float16,
        _ when type == typeof(BFloat16) => DType.BFloat16,
        _ => throw Unknown(type),
    };

    /// <summary>Reads an element as a scalar.</summary>
    internal static unsafe ScalarValue Read(nint address, DType dtype) => dtype switch
    {
        DType.Float32 => *(float*)address,
        DType.Float64 => *(double*)address,
        DType.Int64 => *(long*)address,
        DType.Int32 => *(int*)address,
        DType.Int16 => (long)*(short*)address,
        DType.Int8 => (long)*(sbyte*)address,
        DType.UInt8 => (long)*(byte*)address,
        DType.Bool => *(byte*)address != 0,
        DType.Float16 or DType.BFloat16 => NarrowFloats.ToSingle(*(short*)address, dtype),
        _ => throw new NotSupportedException($"reading elements of dtype {dtype} is not supported"),
    };

    /// <summary>Writes a scalar as an element, converted as a cast converts.</summary>
    internal static unsafe void Write(nint address, DType dtype, ScalarValue value)
    {
        switch (dtype)
        {
            case DType.Float32:
                *(float*)address = (float)value.ToDouble();
                break;
            case DType.Float64:
                *(double*)address = value.ToDouble();
                break;
            case DType.Float16 or DType.BFloat16:
                *(short*)address = NarrowFloats.FromSingle((float)value.ToDouble(), dtype);
                break;
            case DType.Int64:
                *(long*)address = value.ToInt64();
                break;
            case DType.Int32:
                *(int*)address = (int)value.ToInt64();
                break;
            case DType.Int16:
                *(short*)address = (short)value.ToInt64();
                break;
            case DType.Int8:
                *(sbyte*)address = (sbyte)value.ToInt64();
                break;
            case DType.UInt8:
                *(byte*)address = (byte)value.ToInt64();
                break;
            case DType.Bool:
                *(byte*)address = value.ToBoolean() ? (byte)1 : (byte)0;
                break;
            default:
                throw new NotSupportedException($"writing elements of dtype {dtype} is not supported");
        }
    }

    /// <summary>A scalar as a .NET number.</summary>
    internal static T As<T>(ScalarValue value)
    {
        if (typeof(T) == typeof(float))
        {
            float result = (float)value.ToDouble();
            return Unsafe.As<float, T>(ref result);
        }

        if (typeof(T) == typeof(double))
        {
            double result = value.ToDouble();
            return Unsafe.As<double, T>(ref result);
        }

        if (typeof(T) == typeof(bool))
        {
            bool result = value.ToBoolean();
            return Unsafe.As<bool, T>(ref result);
        }

        if (typeof(T) == typeof(Half))
        {
            var result = (Half)value.ToDouble();
            return Unsafe.As<Half, T>(ref result);
        }

        if (typeof(T) == typeof(BFloat16))
        {
            var result = (BFloat16)value.ToDouble();
            return Unsafe.As<BFloat16, T>(ref result);
        }

        long integer = value.ToInt64();
        if (typeof(T) == typeof(long))
        {
            return Unsafe.As<long, T>(ref integer);
        }

        return (T)Convert.ChangeType(Narrow(integer, Of<T>()), typeof(T), System.Globalization.CultureInfo.InvariantCulture);
    }

    private static NotSupportedException Unknown(Type type) =>
        new($"no tensor has elements of type {type}: use bool, byte, sbyte, short, int, long, Half, BFloat16, float or double");

    private static object Narrow(long value, DType dtype) => dtype switch
    {
        DType.Int32 => (int)value,
        DType.Int16 => (short)value,
        DType.Int8 => (sbyte)value,
        _ => (byte)value,
    };
}
