using Terra.Runtime.Core;

namespace Terra.Runtime.Ops;

/// <summary>How an op's non-tensor argument is typed, and so whether it may vary between iterations without being another op.</summary>
public enum AttrKind : byte
{
    /// <summary>An absent optional argument.</summary>
    None,
    Bool,
    Int,
    IntList,
    BoolList,
    DType,
    String,

    /// <summary>A number that kernels take as a run-time argument: it may be promoted from attribute to scalar feed.</summary>
    Scalar,

    /// <summary>Where a random op draws; always a feed.</summary>
    Philox,
}

/// <summary>One non-tensor argument of an op.</summary>
public readonly struct Attr : IEquatable<Attr>
{
    private readonly long _low;
    private readonly long _high;
    private readonly object? _reference;

    private Attr(AttrKind kind, long low, long high = 0, object? reference = null)
    {
        Kind = kind;
        _low = low;
        _high = high;
        _reference = reference;
    }

    public AttrKind Kind { get; }

    /// <summary>True for arguments that kernels take at run time and that therefore never make a different op.</summary>
    public bool IsFeed => Kind is AttrKind.Scalar or AttrKind.Philox;

    public bool AsBool => _low != 0;

    public long AsInt => _low;

    public DType AsDType => (DType)_low;

    public ScalarValue AsScalar => ScalarValue.FromBits(_low, (DType)_high);

    public PhiloxState AsPhilox => new((ulong)_low, (ulong)_high);

    public long[] AsInts => (long[])_reference!;

    public bool[] AsBools => (bool[])_reference!;

    public string AsString => (string)_reference!;

    public static Attr None => default;

    public static Attr Of(bool value) => new(AttrKind.Bool, value ? 1 : 0);

    public static Attr Of(long value) => new(AttrKind.Int, value);

    public static Attr Of(long[]? value) => value is null ? None : new(AttrKind.IntList, 0, 0, value);

    public static Attr Of(bool[]? value) => value is null ? None : new(AttrKind.BoolList, 0, 0, value);

    public static Attr Of(DType value) => new(AttrKind.DType, (long)value);

    public static Attr Of(DType? value) => value is { } some ? Of(some) : None;

    public static Attr Of(string? value) => value is null ? None : new(AttrKind.String, 0, 0, value);

    public static Attr Of(ScalarValue value) => new(AttrKind.Scalar, value.Bits, (long)value.Category);

    public static Attr Of(ScalarValue? value) => value is { } some ? Of(some) : None;

    public static Attr Of(PhiloxState value) => new(AttrKind.Philox, (long)value.Seed, (long)value.Offset);

    /// <summary>
    /// Equal as far as node equality goes: same kind, and for what is not a feed the same value. Two scalars of one category
    /// (bool, integer, floating point) are the same node whatever their values.
    /// </summary>
    public bool SameNode(in Attr other)
    {
        if (Kind != other.Kind)
        {
            return false;
        }

        return Kind switch
        {
            AttrKind.Scalar => _high == other._high,
            AttrKind.Philox => true,
            _ => Equals(other),
        };
    }

    /// <summary>Hash that agrees with <see cref="SameNode"/>.</summary>
    public int NodeHash() => Kind switch
    {
        AttrKind.Scalar => HashCode.Combine(Kind, _high),
        AttrKind.Philox => (int)Kind,
        _ => GetHashCode(),
    };

    public bool Equals(Attr other) =>
        Kind == other.Kind && _low == other._low && _high == other._high && Kind switch
        {
            AttrKind.IntList => AsInts.AsSpan().SequenceEqual(other.AsInts),
            AttrKind.BoolList => AsBools.AsSpan().SequenceEqual(other.AsBools),
            AttrKind.String => AsString == other.AsString,
            _ => true,
        };

    public override bool Equals(object? obj) => obj is Attr other && Equals(other);

    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.Add(Kind);
        hash.Add(_low);
        hash.Add(_high);
        switch (_reference)
        {
            case long[] ints:
                foreach (long i in ints)
                {
                    hash.Add(i);
                }

                break;
            case bool[] bools:
                foreach (bool b in bools)
                {
                    hash.Add(b);
                }

                break;
            case string s:
                hash.Add(s, StringComparer.Ordinal);
                break;
        }

        return hash.ToHashCode();
    }

    public static bool operator ==(Attr left, Attr right) => left.Equals(right);

    public static bool operator !=(Attr left, Attr right) => !left.Equals(right);

    public override string ToString() => Kind switch
    {
        AttrKind.None => "None",
        AttrKind.Bool => AsBool ? "true" : "false",
        AttrKind.Int => AsInt.ToString(System.Globalization.CultureInfo.InvariantCulture),
        AttrKind.IntList => $"[{string.Join(", ", AsInts)}]",
        AttrKind.BoolList => $"[{string.Join(", ", AsBools)}]",
        AttrKind.DType => AsDType.ToString(),
        AttrKind.String => AsString,
        AttrKind.Scalar => AsScalar.ToString(),
        _ => AsPhilox.ToString(),
    };
}
