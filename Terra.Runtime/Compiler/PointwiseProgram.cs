using Terra.Runtime.Core;

namespace Terra.Runtime.Compiler;

/// <summary>
/// An element-wise computation over one iteration space: per element, some outputs from the (broadcast) inputs' elements and run-time scalars.
/// Programs with equal structure are equal, whatever graph they were built in; that is what the kernel cache goes by.
/// </summary>
public sealed class PointwiseProgram : IEquatable<PointwiseProgram>
{
    private readonly DType[] _inputs;
    private readonly ScalarSlot[] _scalars;
    private readonly IrNode[] _outputs;
    private readonly long[] _key;
    private readonly int _hash;

    /// <summary>Takes ownership of the arrays. All outputs belong to one graph.</summary>
    public PointwiseProgram(DType[] inputs, ScalarSlot[] scalars, IrNode[] outputs)
    {
        _inputs = inputs;
        _scalars = scalars;
        _outputs = outputs;
        _key = StructuralKey();
        var hash = default(HashCode);
        foreach (long part in _key)
        {
            hash.Add(part);
        }

        _hash = hash.ToHashCode();
    }

    /// <summary>Dtype of each input.</summary>
    public ReadOnlySpan<DType> Inputs => _inputs;

    /// <summary>What fills each run-time scalar.</summary>
    public ReadOnlySpan<ScalarSlot> Scalars => _scalars;

    /// <summary>The value of each output; its dtype is the output's.</summary>
    public ReadOnlySpan<IrNode> Outputs => _outputs;

    public bool Equals(PointwiseProgram? other) =>
        ReferenceEquals(this, other) || (other is not null && _hash == other._hash && _key.AsSpan().SequenceEqual(other._key));

    public override bool Equals(object? obj) => Equals(obj as PointwiseProgram);

    public override int GetHashCode() => _hash;

    public override string ToString() => IrGraph.Dump(_outputs);

    private long[] StructuralKey()
    {
        List<IrNode> order = IrGraph.Reachable(_outputs);
        var position = new Dictionary<IrNode, int>(ReferenceEqualityComparer.Instance);
        var key = new List<long> { _inputs.Length, _scalars.Length, _outputs.Length };
        foreach (DType input in _inputs)
        {
            key.Add((long)input);
        }

        foreach (IrNode node in order)
        {
            position.Add(node, position.Count);
            key.Add((long)node.Op | ((long)node.DType << 8));
            key.Add(node.Argument);
            foreach (IrNode source in node.Sources)
            {
                key.Add(position[source]);
            }
        }

        foreach (IrNode output in _outputs)
        {
            key.Add(position[output]);
        }

        return [.. key];
    }
}
