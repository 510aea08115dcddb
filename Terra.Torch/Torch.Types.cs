namespace TorchSharp;

/// <summary>The TorchSharp API over Terra's engine: factories, functions and types as static members, as <c>torch</c> is in Python.</summary>
public static partial class torch
{
    public const ScalarType @bool = ScalarType.Bool;

    public const ScalarType uint8 = ScalarType.Byte;

    public const ScalarType int8 = ScalarType.Int8;

    public const ScalarType int16 = ScalarType.Int16;

    public const ScalarType int32 = ScalarType.Int32;

    public const ScalarType int64 = ScalarType.Int64;

    public const ScalarType float16 = ScalarType.Float16;

    public const ScalarType half = ScalarType.Float16;

    public const ScalarType bfloat16 = ScalarType.BFloat16;

    public const ScalarType float32 = ScalarType.Float32;

    public const ScalarType float64 = ScalarType.Float64;

    public const ScalarType @short = ScalarType.Int16;

    public const ScalarType @int = ScalarType.Int32;

    public const ScalarType @long = ScalarType.Int64;

    public const ScalarType @float = ScalarType.Float32;

    public const ScalarType @double = ScalarType.Float64;

    /// <summary>Element types of tensors, numbered as c10::ScalarType.</summary>
    public enum ScalarType : sbyte
    {
        Byte = 0,
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

    /// <summary>What division does with a quotient that is not whole.</summary>
    public enum RoundingMode
    {
        /// <summary>Keeps it; integer operands give a floating-point result.</summary>
        None = 0,

        /// <summary>Rounds toward zero.</summary>
        trunc = 1,

        /// <summary>Rounds down.</summary>
        floor = 2,
    }

    /// <summary>Whether values of one dtype may be stored as another by an in-place op: not from floating point to integer, nor from numbers to bool.</summary>
    public static bool can_cast(ScalarType from, ScalarType to) =>
        !(is_floating_point(from) && !is_floating_point(to)) && !(from != ScalarType.Bool && to == ScalarType.Bool);

    /// <summary>The smallest dtype that holds values of both, after PyTorch's promotion table.</summary>
    public static ScalarType promote_types(ScalarType type1, ScalarType type2) =>
        (ScalarType)Terra.Runtime.Core.DTypes.Promote(type1.Native(), type2.Native());

    public static bool is_floating_point(ScalarType type) => type is ScalarType.Float32 or ScalarType.Float64 or ScalarType.Float16 or ScalarType.BFloat16;

    public static bool is_integral(ScalarType type) =>
        type is ScalarType.Byte or ScalarType.Int8 or ScalarType.Int16 or ScalarType.Int32 or ScalarType.Int64 or ScalarType.Bool;

    public static bool is_complex(ScalarType type) => false;

    /// <summary>The largest value an integer dtype holds.</summary>
    /// <exception cref="ArgumentException">The dtype is no integer type.</exception>
    public static long max_int_value(ScalarType type) => type switch
    {
        ScalarType.Byte => byte.MaxValue,
        ScalarType.Int8 => sbyte.MaxValue,
        ScalarType.Int16 => short.MaxValue,
        ScalarType.Int32 => int.MaxValue,
        ScalarType.Int64 => long.MaxValue,
        _ => throw new ArgumentException($"{type} is not an integer type; use torch.finfo for floating-point types"),
    };
}
