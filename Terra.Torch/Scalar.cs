using Terra.Runtime.Core;

namespace TorchSharp;

/// <summary>A number without a tensor's dtype: a bool, an integer or a floating-point value (c10::Scalar). Immutable.</summary>
public sealed class Scalar : IDisposable
{
    internal Scalar(ScalarValue value) => Value = value;

    internal ScalarValue Value { get; }

    /// <summary><see cref="torch.ScalarType.Bool"/>, <see cref="torch.ScalarType.Int64"/> or <see cref="torch.ScalarType.Float64"/>.</summary>
    public torch.ScalarType Type => (torch.ScalarType)Value.Category;

    public static implicit operator Scalar(byte value) => new((long)value);

    public static implicit operator Scalar(sbyte value) => new((long)value);

    public static implicit operator Scalar(short value) => new((long)value);

    public static implicit operator Scalar(int value) => new(value);

    public static implicit operator Scalar(long value) => new(value);

    public static implicit operator Scalar(Half value) => new((double)value);

    public static implicit operator Scalar(BFloat16 value) => new((double)value);

    public static implicit operator Scalar(float value) => new((double)value);

    public static implicit operator Scalar(double value) => new(value);

    public static implicit operator Scalar(bool value) => new(value);

    /// <summary>A scalar holds no resources; this is here for programs that dispose theirs.</summary>
    public void Dispose()
    {
    }
}
