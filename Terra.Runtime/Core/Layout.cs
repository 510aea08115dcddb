namespace Terra.Runtime.Core;

/// <summary>Sizes and strides of a tensor, in elements. Immutable, with structural equality; share instances where you can.</summary>
public sealed class Layout : IEquatable<Layout>
{
    private readonly long[] _sizes;
    private readonly long[] _strides;
    private readonly int _hash;

    public static Layout Scalar { get; } = new([], []);

    /// <summary>Takes ownership of both arrays; the caller must not change them afterwards.</summary>
    public Layout(long[] sizes, long[] strides)
    {
        _sizes = sizes;
        _strides = strides;
        long numel = 1;
        bool contiguous = true;
        var hash = default(HashCode);
        for (int i = sizes.Length - 1; i >= 0; i--)
        {
            if (sizes[i] != 1 && strides[i] != numel)
            {
                contiguous = false;
            }

            numel *= sizes[i];
            hash.Add(sizes[i]);
            hash.Add(strides[i]);
        }

        NumberOfElements = numel;
        IsContiguous = contiguous || numel == 0;
        _hash = hash.ToHashCode();
    }

    public ReadOnlySpan<long> Sizes => _sizes;

    public ReadOnlySpan<long> Strides => _strides;

    public int Rank => _sizes.Length;

    public long NumberOfElements { get; }

    /// <summary>Row-major without gaps (torch.contiguous_format).</summary>
    public bool IsContiguous { get; }

    /// <summary>A row-major layout of these sizes; takes ownership of the array.</summary>
    public static Layout Contiguous(params long[] sizes)
    {
        if (sizes.Length == 0)
        {
            return Scalar;
        }

        var strides = new long[sizes.Length];
        long stride = 1;
        for (int i = sizes.Length - 1; i >= 0; i--)
        {
            strides[i] = stride;
            stride *= Math.Max(sizes[i], 1);
        }

        return new Layout(sizes, strides);
    }

    /// <summary>True if the elements fill a stretch of memory, each place once, in some order of the dimensions.</summary>
    public bool IsDense()
    {
        if (IsContiguous)
        {
            return true;
        }

        long expected = 1;
        foreach (int dim in Enumerable.Range(0, Rank).OrderBy(dim => _strides[dim]).ThenByDescending(static dim => dim))
        {
            if (_sizes[dim] != 1)
            {
                if (_strides[dim] != expected)
                {
                    return false;
                }

                expected *= _sizes[dim];
            }
        }

        return true;
    }

    public bool SameSizes(Layout other) => ReferenceEquals(this, other) || _sizes.AsSpan().SequenceEqual(other._sizes);

    public bool Equals(Layout? other) =>
        ReferenceEquals(this, other)
        || (other is not null && _hash == other._hash
            && _sizes.AsSpan().SequenceEqual(other._sizes) && _strides.AsSpan().SequenceEqual(other._strides));

    public override bool Equals(object? obj) => Equals(obj as Layout);

    public override int GetHashCode() => _hash;

    public override string ToString() => $"[{string.Join(", ", _sizes)}]:[{string.Join(", ", _strides)}]";
}
