namespace Terra.Runtime.Core;

/// <summary>Element types of tensors. The numbers are those of c10::ScalarType, so that a front-end's enum casts to this one.</summary>
public enum DType : sbyte
{
    UInt8 = 0,
    Int8 = 1,
    Int16 = 2,
    Int32 = 3,
    Int64 = 4,
    Float16 = 5,
    Float32 = 6,
    Float64 = 7,
    Bool = 11,
    BFloat16 = 15,
}

/// <summary>Facts about <see cref="DType"/>: sizes, categories and PyTorch's type promotion.</summary>
public static class DTypes
{
    /// <summary>Size of one element in bytes.</summary>
    /// <exception cref="NotSupportedException">The dtype is not known to the engine.</exception>
    public static int SizeInBytes(this DType dtype) => dtype switch
    {
        DType.UInt8 or DType.Int8 or DType.Bool => 1,
        DType.Int16 or DType.Float16 or DType.BFloat16 => 2,
        DType.Int32 or DType.Float32 => 4,
        DType.Int64 or DType.Float64 => 8,
        _ => throw new NotSupportedException($"dtype {dtype} is not supported by this engine"),
    };

    public static bool IsFloatingPoint(this DType dtype) =>
        dtype is DType.Float32 or DType.Float64 or DType.Float16 or DType.BFloat16;

    /// <summary>True for the integer types; <see cref="DType.Bool"/> is not one of them.</summary>
    public static bool IsIntegral(this DType dtype) =>
        dtype is DType.UInt8 or DType.Int8 or DType.Int16 or DType.Int32 or DType.Int64;

    /// <summary>The dtype that holds values of both, after PyTorch's promotion table (torch.promote_types).</summary>
    public static DType Promote(DType a, DType b)
    {
        if (a == b)
        {
            return a;
        }

        if (a == DType.Bool)
        {
            return b;
        }

        if (b == DType.Bool)
        {
            return a;
        }

        bool aFloat = a.IsFloatingPoint(), bFloat = b.IsFloatingPoint();
        if (aFloat != bFloat)
        {
            return aFloat ? a : b;
        }

        if (aFloat)
        {
            // float16 and bfloat16 have no common half type.
            return a.SizeInBytes() == b.SizeInBytes() ? DType.Float32 : Wider(a, b);
        }

        if (a == DType.UInt8 || b == DType.UInt8)
        {
            DType signed = a == DType.UInt8 ? b : a;
            return signed == DType.Int8 ? DType.Int16 : signed;
        }

        return Wider(a, b);
    }

    private static DType Wider(DType a, DType b) => a.SizeInBytes() >= b.SizeInBytes() ? a : b;
}
