using System.Text;
using Terra.Runtime.Core;

namespace Terra.Runtime.Compiler;

/// <summary>Makes <see cref="IrNode"/>s and keeps them unique (hash-consing after Filliâtre and Conchon, ML 2006). Not thread-safe.</summary>
public sealed class IrGraph
{
    private readonly Dictionary<Key, IrNode> _unique = [];
    private readonly List<IrNode> _nodes = [];

    /// <summary>All nodes, sources before users.</summary>
    public IReadOnlyList<IrNode> Nodes => _nodes;

    /// <summary>The node with this op, dtype, sources and argument: the existing one if there is one.</summary>
    /// <exception cref="InvalidIrException">The node breaks a rule of <see cref="IrVerifier"/>.</exception>
    public IrNode Add(IrOp op, DType dtype, long argument, params ReadOnlySpan<IrNode> sources)
    {
        var key = new Key(
            op, dtype, argument,
            sources.Length > 0 ? sources[0].Id : -1, sources.Length > 1 ? sources[1].Id : -1, sources.Length > 2 ? sources[2].Id : -1);
        if (_unique.TryGetValue(key, out IrNode? known))
        {
            return known;
        }

        var node = new IrNode(this, _nodes.Count, op, dtype, sources.ToArray(), argument);
        IrVerifier.Check(node);
        _nodes.Add(node);
        _unique.Add(key, node);
        return node;
    }

    public IrNode Add(IrOp op, DType dtype, params ReadOnlySpan<IrNode> sources) => Add(op, dtype, 0, sources);

    /// <summary>A constant from its bits (see <see cref="IrConstant"/>).</summary>
    public IrNode Const(long bits, DType dtype) => Add(IrOp.Const, dtype, bits);

    /// <summary>What the outputs need, sources before users, in an order that depends on structure alone.</summary>
    public static List<IrNode> Reachable(params ReadOnlySpan<IrNode> outputs)
    {
        var order = new List<IrNode>();
        var seen = new HashSet<IrNode>(ReferenceEqualityComparer.Instance);
        var stack = new Stack<(IrNode Node, int Next)>();
        foreach (IrNode output in outputs)
        {
            if (!seen.Add(output))
            {
                continue;
            }

            stack.Push((output, 0));
            while (stack.TryPop(out (IrNode Node, int Next) top))
            {
                if (top.Next == top.Node.Sources.Length)
                {
                    order.Add(top.Node);
                    continue;
                }

                stack.Push((top.Node, top.Next + 1));
                IrNode source = top.Node.Sources[top.Next];
                if (seen.Add(source))
                {
                    stack.Push((source, 0));
                }
            }
        }

        return order;
    }

    /// <summary>The nodes the outputs need, one a line, in the notation of <see cref="IrNode.ToString"/>.</summary>
    public static string Dump(params ReadOnlySpan<IrNode> outputs)
    {
        var text = new StringBuilder();
        foreach (IrNode node in Reachable(outputs))
        {
            text.Append(node).Append('\n');
        }

        text.Append("return");
        foreach (IrNode output in outputs)
        {
            text.Append(" %").Append(output.Id);
        }

        return text.Append('\n').ToString();
    }

    private readonly record struct Key(IrOp Op, DType DType, long Argument, int First, int Second, int Third);
}
