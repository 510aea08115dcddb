namespace Terra.Runtime.Core;

/// <summary>A number as a program writes it: bool, integer or floating point, without a tensor's dtype (c10::Scalar).</summary>
public readonly struct ScalarValue : IEquatable<ScalarValue>
{
    private readonly long _bits;

    private ScalarValue(long bits, DType category)
    {
        _bits = bits;
        Category = category;
    }

    /// <summary><see cref="DType.Bool"/>, <see cref="DType.Int64"/> or <see cref="DType.Float64"/>.</summary>
    public DType Category { get; }

    /// <summary>The 64 bits of the value; equal bits and equal category mean the same scalar, NaN included.</summary>
    public long Bits => _bits;

    public static ScalarValue FromBits(long bits, DType category) => new(bits, category);

    public static implicit operator ScalarValue(double value) => new(BitConverter.DoubleToInt64Bits(value), DType.Float64);

    public static implicit operator ScalarValue(long value) => new(value, DType.Int64);

    public static implicit operator ScalarValue(int value) => new(value, DType.Int64);

    public static implicit operator ScalarValue(bool value) => new(value ? 1 : 0, DType.Bool);

    public double ToDouble() => Category == DType.Float64 ? BitConverter.Int64BitsToDouble(_bits) : _bits;

    /// <summary>The integer value; a floating-point scalar is truncated toward zero.</summary>
    public long ToInt64() => Category == DType.Float64 ? (long)BitConverter.Int64BitsToDouble(_bits) : _bits;

    public bool ToBoolean() => Category == DType.Float64 ? BitConverter.Int64BitsToDouble(_bits) != 0 : _bits != 0;

    public bool Equals(ScalarValue other) => _bits == other._bits && Category == other.Category;

    public override bool Equals(object? obj) => obj is ScalarValue other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(_bits, Category);

    public static bool operator ==(ScalarValue left, ScalarValue right) => left.Equals(right);

    public static bool operator !=(ScalarValue left, ScalarValue right) => !left.Equals(right);

    public override string ToString() => Category switch
    {
        DType.Float64 => ToDouble().ToString("R", System.Globalization.CultureInfo.InvariantCulture),
        DType.Bool => _bits != 0 ? "true" : "false",
        _ => _bits.ToString(System.Globalization.CultureInfo.InvariantCulture),
    };
}
