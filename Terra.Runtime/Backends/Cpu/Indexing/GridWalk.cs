namespace Terra.Runtime.Backends.Cpu;

/// <summary>
/// Walks the innermost rows of a grid of sizes in row-major order, keeping the element offsets of up to three operands, each with
/// strides of its own (fewer than the grid's dimensions: missing ones are zero, aligned at the end).
/// </summary>
internal ref struct GridWalk
{
    private readonly ReadOnlySpan<long> _sizes;
    private readonly long[] _first;
    private readonly long[] _second;
    private readonly long[] _third;
    private readonly long[] _index;

    public GridWalk(ReadOnlySpan<long> sizes, ReadOnlySpan<long> first, ReadOnlySpan<long> second = default, ReadOnlySpan<long> third = default)
    {
        int rank = sizes.Length, outer = Math.Max(rank - 1, 0);
        _sizes = sizes[..outer];
        _first = Pad(first, rank);
        _second = Pad(second, rank);
        _third = Pad(third, rank);
        _index = new long[outer];
        RowLength = rank == 0 ? 1 : sizes[^1];
        RowCount = RowLength == 0 ? 0 : 1;
        foreach (long size in _sizes)
        {
            RowCount *= size;
        }

        if (rank > 0)
        {
            (FirstStep, SecondStep, ThirdStep) = (_first[^1], _second[^1], _third[^1]);
        }
    }

    public long RowCount { get; }

    public long RowLength { get; }

    /// <summary>Offset of the row's first element in each operand.</summary>
    public long First { get; private set; }

    public long Second { get; private set; }

    public long Third { get; private set; }

    /// <summary>Distance of neighbours in a row, in each operand.</summary>
    public long FirstStep { get; }

    public long SecondStep { get; }

    public long ThirdStep { get; }

    /// <summary>The row's position along an outer dimension.</summary>
    public readonly long Position(int dimension) => _index[dimension];

    /// <summary>Moves the grid to where a part of a larger one begins: offsets of its first element in each operand.</summary>
    public void StartAt(long first, long second, long third) => (First, Second, Third) = (first, second, third);

    public void Next()
    {
        for (int d = _sizes.Length - 1; d >= 0; d--)
        {
            First += _first[d];
            Second += _second[d];
            Third += _third[d];
            if (++_index[d] < _sizes[d])
            {
                return;
            }

            First -= _index[d] * _first[d];
            Second -= _index[d] * _second[d];
            Third -= _index[d] * _third[d];
            _index[d] = 0;
        }
    }

    private static long[] Pad(ReadOnlySpan<long> strides, int rank)
    {
        var padded = new long[rank];
        strides.CopyTo(padded.AsSpan(rank - strides.Length));
        return padded;
    }
}
