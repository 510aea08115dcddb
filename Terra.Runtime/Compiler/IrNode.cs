using System.Globalization;
using Terra.Runtime.Core;

namespace Terra.Runtime.Compiler;

/// <summary>
/// One value of the element-wise IR. Immutable and hash-consed by its <see cref="IrGraph"/>: within a graph, equal nodes are one object,
/// so common subexpressions never exist twice. Sources are always older than the node (<see cref="Id"/> orders a graph topologically).
/// </summary>
public sealed class IrNode
{
    private readonly IrNode[] _sources;

    internal IrNode(IrGraph graph, int id, IrOp op, DType dtype, IrNode[] sources, long argument)
    {
        Graph = graph;
        Id = id;
        Op = op;
        DType = dtype;
        _sources = sources;
        Argument = argument;
    }

    /// <summary>The graph that made the node and alone may use it as a source.</summary>
    public IrGraph Graph { get; }

    /// <summary>Position in the graph's order of creation.</summary>
    public int Id { get; }

    public IrOp Op { get; }

    public DType DType { get; }

    public ReadOnlySpan<IrNode> Sources => _sources;

    /// <summary>Slot number or constant bits, where the op has one; else zero.</summary>
    public long Argument { get; }

    public bool IsConst => Op == IrOp.Const;

    public override string ToString()
    {
        string sources = string.Join(", ", _sources.Select(source => "%" + source.Id.ToString(CultureInfo.InvariantCulture)));
        string argument = Op == IrOp.Const ? IrConstant.ToText(Argument, DType)
            : Op.HasArgument() ? Argument.ToString(CultureInfo.InvariantCulture) : "";
        return $"%{Id} = {Op}.{DType}({sources}{argument})";
    }
}
