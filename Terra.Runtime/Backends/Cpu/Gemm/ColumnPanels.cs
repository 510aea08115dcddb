namespace Terra.Runtime.Backends.Cpu;

/// <summary>
/// How the columns of a product, counted in vectors, are cut into panels. They are first dealt out to groups, one for each thread, equal to within a vector;
/// the panels of a group are as equal as they can be, the wider ones first, so that most neighbours have one width and run in one call.
/// </summary>
internal readonly struct ColumnPanels
{
    private readonly long _vectors;
    private readonly long _groups;
    private readonly long _perGroup;

    /// <param name="vectors">Vectors across all columns.</param>
    /// <param name="panels">Panels; at most one for each vector.</param>
    /// <param name="groups">Groups; as many panels as make up whole groups, or all panels are one group.</param>
    public ColumnPanels(long vectors, long panels, long groups)
    {
        _vectors = vectors;
        _groups = panels % groups == 0 ? groups : 1;
        _perGroup = panels / _groups;
        Count = panels;
        long widestGroup = ((vectors - 1) / _groups) + 1;
        Widest = ((widestGroup - 1) / _perGroup) + 1;
    }

    /// <summary>How many panels there are.</summary>
    public long Count { get; }

    /// <summary>Vectors across the widest panel.</summary>
    public long Widest { get; }

    /// <summary>A panel's first vector; for the panel after the last, the number of vectors.</summary>
    public long Start(long panel)
    {
        (long group, long index) = Math.DivRem(panel, _perGroup);
        (long narrow, long wide) = Widths(group);
        return GroupStart(group) + (index * narrow) + Math.Min(index, wide);
    }

    /// <summary>Behind the last of the panels from <paramref name="panel"/> on, and before <paramref name="end"/>, that have this one's width.</summary>
    public long EndOfWidth(long panel, long end)
    {
        (long group, long index) = Math.DivRem(panel, _perGroup);
        (_, long wide) = Widths(group);
        return Math.Min(end, (group * _perGroup) + (index < wide ? wide : _perGroup));
    }

    private long GroupStart(long group) => group * _vectors / _groups;

    private (long Narrow, long Wide) Widths(long group) => Math.DivRem(GroupStart(group + 1) - GroupStart(group), _perGroup);
}
