namespace Terra.Runtime.Core;

/// <summary>A tensor of one number, which is all that a test of control flow needs.</summary>
public sealed class TensorImpl(float value)
{
    public float Value { get; set; } = value;
}

public enum DType
{
    Float32,
    Int64,
    Bool,
}

public readonly struct ScalarValue(double value)
{
    public double Value { get; } = value;

    public static implicit operator ScalarValue(double value) => new(value);

    public override string ToString() => Value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}

public readonly struct PhiloxState(ulong seed, ulong offset)
{
    public ulong Seed { get; } = seed;

    public ulong Offset { get; } = offset;

    public override string ToString() => $"{Seed}+{Offset}";
}
