namespace Terra.Weaver.Flow;

/// <summary>A natural loop: a header that dominates the blocks from which control comes back to it.</summary>
internal sealed class NaturalLoop(Block header)
{
    public Block Header { get; } = header;

    public HashSet<Block> Blocks { get; } = [header];
}

/// <summary>
/// Finds the natural loops of a flow graph; loops that share a header are one. What runs in the last turn only (before a break, a
/// return or a throw in the middle of the loop) belongs to the loop as well: blocks among its own that are reached through its header.
/// </summary>
internal sealed class NaturalLoops
{
    public NaturalLoops(FlowGraph graph)
    {
        var dominators = new Dominators(graph);
        var byHeader = new Dictionary<Block, NaturalLoop>();
        foreach (Edge edge in graph.Blocks.SelectMany(b => b.Successors).Where(e => !e.IsDispatch))
        {
            if (!dominators.IsReachable(edge.From) || !dominators.IsRetreating(edge))
            {
                continue;
            }

            if (!dominators.Dominates(edge.To, edge.From))
            {
                Irreducible.Add(edge);
                continue;
            }

            if (!byHeader.TryGetValue(edge.To, out NaturalLoop? loop))
            {
                byHeader.Add(edge.To, loop = new NaturalLoop(edge.To));
                Loops.Add(loop);
            }

            Grow(loop, edge.From, dominators);
        }

        foreach (NaturalLoop loop in Loops)
        {
            AddLastTurn(loop, graph, dominators);
        }

        Loops.Sort((a, b) => a.Blocks.Count.CompareTo(b.Blocks.Count));
    }

    /// <summary>Inner loops before those around them.</summary>
    public List<NaturalLoop> Loops { get; } = [];

    /// <summary>Edges that close a cycle with more than one entrance, as a goto into a loop makes.</summary>
    public List<Edge> Irreducible { get; } = [];

    private static void AddLastTurn(NaturalLoop loop, FlowGraph graph, Dominators dominators)
    {
        int first = loop.Blocks.Min(b => b.Index), last = loop.Blocks.Max(b => b.Index);
        loop.Blocks.UnionWith(graph.Blocks
            .Where(b => b.Index > first && b.Index < last && dominators.IsReachable(b) && dominators.Dominates(loop.Header, b))
            .ToList());
    }

    private static void Grow(NaturalLoop loop, Block latch, Dominators dominators)
    {
        var open = new Stack<Block>();
        open.Push(latch);
        while (open.Count > 0)
        {
            Block block = open.Pop();
            if (!dominators.IsReachable(block) || !loop.Blocks.Add(block))
            {
                continue;
            }

            foreach (Edge edge in block.Predecessors.Where(e => !e.IsDispatch))
            {
                open.Push(edge.From);
            }
        }
    }
}
