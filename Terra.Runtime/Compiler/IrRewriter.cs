namespace Terra.Runtime.Compiler;

/// <summary>What a node becomes, given its already rewritten sources.</summary>
/// <param name="graph">The graph the result belongs to.</param>
/// <param name="node">The node as it was.</param>
/// <param name="sources">Its sources after rewriting, in <paramref name="graph"/>.</param>
public delegate IrNode IrRewrite(IrGraph graph, IrNode node, IrNode[] sources);

/// <summary>Rebuilds what some outputs need in another graph, bottom up; unreachable nodes are left behind and equal results become one.</summary>
public sealed class IrRewriter(IrGraph target, IrRewrite rewrite)
{
    private readonly Dictionary<IrNode, IrNode> _done = new(ReferenceEqualityComparer.Instance);

    public IrNode[] Rewrite(IrNode[] outputs)
    {
        foreach (IrNode node in IrGraph.Reachable(outputs))
        {
            if (!_done.ContainsKey(node))
            {
                IrNode[] sources = Array.ConvertAll(node.Sources.ToArray(), source => _done[source]);
                _done.Add(node, rewrite(target, node, sources));
            }
        }

        return Array.ConvertAll(outputs, output => _done[output]);
    }
}
