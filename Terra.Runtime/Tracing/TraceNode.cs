using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace Terra.Runtime.Tracing;

/// <summary>
/// What makes two ops of two traces the same node: op, location (with the ordinal among the ops at one place of unwoven code),
/// number of tensors, and attributes as far as they are not feeds.
/// </summary>
internal readonly struct TraceKey : IEquatable<TraceKey>
{
    private readonly Attr[] _attrs;
    private readonly int _tensors;
    private readonly int _hash;

    public TraceKey(OpDef op, Location location, int ordinal, ReadOnlySpan<Attr> attrs, int tensors)
    {
        Op = op;
        Location = location;
        Ordinal = ordinal;
        _attrs = attrs.ToArray();
        _tensors = tensors;
        var hash = default(HashCode);
        hash.Add(op);
        hash.Add(location.Serial);
        hash.Add(ordinal);
        hash.Add(tensors);
        foreach (ref readonly Attr attr in attrs)
        {
            hash.Add(attr.NodeHash());
        }

        _hash = hash.ToHashCode();
    }

    public TraceKey(OpInvocation call, Location location, int ordinal)
        : this(call.Op, location, ordinal, call.Attrs, call.Inputs.Length)
    {
    }

    public OpDef Op { get; }

    public Location Location { get; }

    public int Ordinal { get; }

    public ReadOnlySpan<Attr> Attrs => _attrs;

    /// <summary>The same op at another location.</summary>
    public TraceKey At(Location location) => new(Op, location, Ordinal, _attrs, _tensors);

    /// <summary>True if an op about to run here is this node. The skeleton's check: no allocation.</summary>
    public bool Matches(OpInvocation call, Location location, int ordinal)
    {
        if (!ReferenceEquals(Op, call.Op) || !ReferenceEquals(Location, location) || Ordinal != ordinal || _tensors != call.Inputs.Length)
        {
            return false;
        }

        ReadOnlySpan<Attr> attrs = call.Attrs;
        if (attrs.Length != _attrs.Length)
        {
            return false;
        }

        for (int i = 0; i < attrs.Length; i++)
        {
            if (!_attrs[i].SameNode(attrs[i]))
            {
                return false;
            }
        }

        return true;
    }

    public bool Equals(TraceKey other)
    {
        if (_hash != other._hash || !ReferenceEquals(Op, other.Op) || !ReferenceEquals(Location, other.Location)
            || Ordinal != other.Ordinal || _tensors != other._tensors || _attrs.Length != other._attrs.Length)
        {
            return false;
        }

        for (int i = 0; i < _attrs.Length; i++)
        {
            if (!_attrs[i].SameNode(other._attrs[i]))
            {
                return false;
            }
        }

        return true;
    }

    public override bool Equals(object? obj) => obj is TraceKey other && Equals(other);

    public override int GetHashCode() => _hash;

    public override string ToString() => $"{Op.Name}@{Location}/{Ordinal}";
}

/// <summary>A node of a <see cref="TraceGraph"/>: one op at one place. Read by any thread; changed under the graph's lock only.</summary>
internal sealed class TraceNode
{
    private TraceNode[] _successors = [];
    private TraceNode? _expected;
    private InferredOutputs? _inferred;

    public TraceNode(int id, TraceKey key)
    {
        Id = id;
        Key = key;
        Promoted = new bool[key.Op is null ? 0 : key.Attrs.Length];
        foreach (ref readonly Attr attr in key.Attrs)
        {
            HasFeeds |= attr.IsFeed;
        }
    }

    private sealed record InferredOutputs(Layout?[] Layouts, DType[] DTypes, OutputSpec[] Outputs);

    /// <summary>Dense number within the graph, in order of discovery.</summary>
    public int Id { get; }

    public TraceKey Key { get; }

    public OpDef Op => Key.Op;

    /// <summary>Feed attributes whose value differed between traces: scalar feeds. The others were the same every time.</summary>
    public bool[] Promoted { get; }

    /// <summary>Some attribute is one that kernels take at run time.</summary>
    public bool HasFeeds { get; }

    /// <summary>Nodes that ran next in some trace.</summary>
    public ReadOnlySpan<TraceNode> Successors => Volatile.Read(ref _successors);

    /// <summary>How many nodes this one follows.</summary>
    public int PredecessorCount { get; private set; }

    /// <summary>
    /// How long the kernel took when it last ran, in <see cref="System.Diagnostics.Stopwatch"/> ticks; of an op with parts, the part that can wait. Only says where to run it.
    /// </summary>
    public long Ticks { get; set; }

    /// <summary>Some trace read a value after this op ran and before the next one: the graph must not wait for more here.</summary>
    public bool IsFetchPoint { get; set; }

    /// <summary>Adds an edge; false if it was there.</summary>
    public bool AddSuccessor(TraceNode next)
    {
        if (_successors.Contains(next))
        {
            return false;
        }

        Volatile.Write(ref _successors, [.. _successors, next]);
        next.PredecessorCount++;
        return true;
    }

    /// <summary>The successor that an op about to run is, or null. The one taken last time is tried first.</summary>
    public TraceNode? FindSuccessor(OpInvocation call, Location location, int ordinal)
    {
        TraceNode? expected = _expected;
        if (expected is not null && expected.Key.Op is not null && expected.Key.Matches(call, location, ordinal))
        {
            return expected;
        }

        foreach (TraceNode successor in Successors)
        {
            if (successor.Key.Op is not null && successor.Key.Matches(call, location, ordinal))
            {
                _expected = successor;
                return successor;
            }
        }

        return null;
    }

    /// <summary>The op's results' shapes and dtypes; the shape rule runs only if the inputs differ from the last time.</summary>
    public OutputSpec[] Infer(OpInvocation call)
    {
        InferredOutputs? last = _inferred;
        if (last is not null && !Op.InferReadsScalars && SameInputs(last, call.Inputs) && !WritesWhatItReads(call))
        {
            return last.Outputs;
        }

        OutputSpec[] outputs = Op.Infer(call);
        ReadOnlySpan<TensorImpl?> inputs = call.Inputs;
        var layouts = new Layout?[inputs.Length];
        var dtypes = new DType[inputs.Length];
        for (int i = 0; i < inputs.Length; i++)
        {
            layouts[i] = inputs[i]?.Layout;
            dtypes[i] = inputs[i]?.DType ?? default;
        }

        _inferred = new InferredOutputs(layouts, dtypes, outputs);
        return outputs;
    }

    /// <summary>A tensor that is written shares its storage with another argument: whether they overlap is for the shape rule to check every time.</summary>
    private static bool WritesWhatItReads(OpInvocation call)
    {
        if (call.Op.Schema.MutatesLists)
        {
            return false; // Shape rules of lists do not ask whether tensors overlap.
        }

        ReadOnlySpan<TensorImpl?> inputs = call.Inputs;
        foreach (int written in call.MutatedInputs)
        {
            for (int i = 0; i < inputs.Length; i++)
            {
                if (i != written && ReferenceEquals(inputs[i]?.Storage, inputs[written]?.Storage) && inputs[i] is not null)
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static bool SameInputs(InferredOutputs last, ReadOnlySpan<TensorImpl?> inputs)
    {
        for (int i = 0; i < inputs.Length; i++)
        {
            TensorImpl? input = inputs[i];
            Layout? layout = last.Layouts[i];
            if (input is null || layout is null)
            {
                if (input is not null || layout is not null)
                {
                    return false;
                }

                continue;
            }

            if (input.DType != last.DTypes[i] || !layout.Equals(input.Layout))
            {
                return false;
            }
        }

        return true;
    }

    public override string ToString() => Key.Op is null ? $"#{Id}" : $"#{Id} {Key}";
}
